import { Stack } from "aws-cdk-lib";
import { Grant, type IGrantable, Policy, PolicyStatement, type PolicyStatementProps, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** What a grantee may do; an array is copied, for the CDK adds to its own. */
type Allowed = Pick<PolicyStatementProps, "conditions"> & {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

/**
 * Lets a grantee use resources of `scope`'s stack. A role of another stack is given a policy in this one: its own would have to
 * know the resources, and this stack already knows what the role runs, so that each stack would wait for the other.
 *
 * @returns what holds the permission; undefined for an imported grantee, whose policies are not this app's
 */
export function allow(scope: Construct, grantee: IGrantable, allowed: Allowed): Construct | undefined {
  const { grantPrincipal } = grantee;
  const [actions, resources] = [[...allowed.actions], [...allowed.resources]];
  const conditions = allowed.conditions ?? {};
  if (grantPrincipal instanceof Role && Stack.of(grantPrincipal) !== Stack.of(scope)) {
    const policy = policyOf(scope, grantPrincipal);
    policy.addStatements(new PolicyStatement({ actions, resources, conditions }));
    return policy;
  }
  Grant.addToPrincipal({ grantee, actions, resourceArns: resources, conditions: conditions as Record<string, never> });
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal : undefined;
}

function policyOf(scope: Construct, role: Role): Policy {
  const id = `For${role.node.addr}`;
  const found = scope.node.tryFindChild(id);
  return found instanceof Policy ? found : new Policy(scope, id, { roles: [role] });
}
