import { Stack } from "aws-cdk-lib";
import { GatewayVpcEndpointAwsService, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { acknowledge } from "./queued.ts";

const ID = "RunnerNetwork";

/**
 * The network of a stack's containers: public subnets, which cost nothing while nothing runs, as a NAT gateway would. Machines
 * take connections from nobody. One a stack, made when first asked for.
 */
export function runnerNetwork(scope: Construct): IVpc {
  const stack = Stack.of(scope);
  const found = stack.node.tryFindChild(ID);
  if (found !== undefined) return found as IVpc;
  // as IVpc: the library's own types disagree where undefined is no value
  const vpc = new Vpc(stack, ID, {
    natGateways: 0,
    subnetConfiguration: [{ name: "Public", subnetType: SubnetType.PUBLIC }],
    gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
  }) as IVpc;
  acknowledge(vpc, "VPC7", "nothing listens in this network: its flows are those of the trials' own downloads");
  return vpc;
}
