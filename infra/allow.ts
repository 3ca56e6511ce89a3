import { Names, Stack } from "aws-cdk-lib";
import { type IGrantable, type IPrincipal, type IRole, Policy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** What a grantee may do; an array is copied, for the CDK adds to its own. */
interface Allowed {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** @default none */
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/**
 * Lets a grantee use resources of `scope`'s stack. A role of another stack is given a policy in this one: its own would have to
 * know the resources, and this stack already knows what the role runs, so that each stack would wait for the other.
 *
 * @returns what holds the permission; undefined for an imported grantee, whose policies are not this app's
 */
export function allow(scope: Construct, { grantPrincipal }: IGrantable, allowed: Allowed): Construct | undefined {
  const [actions, resources] = [[...allowed.actions], [...allowed.resources]];
  const statement = new PolicyStatement({ actions, resources, conditions: { ...allowed.conditions } });
  const stack = Stack.of(scope);
  if (isRole(grantPrincipal) && Stack.of(grantPrincipal) !== stack) {
    const policy = policyOf(stack, grantPrincipal);
    policy.addStatements(statement);
    return policy;
  }
  grantPrincipal.addToPrincipalPolicy(statement);
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal : undefined;
}

/** Also one that another stack has imported, which would put its policies there. */
function isRole(principal: IPrincipal): principal is IRole {
  return Construct.isConstruct(principal) && "roleName" in principal;
}

/** One a role, named by the stack: under one name two stacks that run the same function would write over each other's. */
function policyOf(stack: Stack, role: IRole): Policy {
  const id = `Trials${Names.nodeUniqueId(role.node)}`;
  const found = stack.node.tryFindChild(id);
  if (found !== undefined) return found as Policy;
  const policy = new Policy(stack, id, { policyName: `${Names.uniqueResourceName(stack, { maxLength: 120 })}-trials` });
  // by the role, for one that takes no policies is left without
  role.attachInlinePolicy(policy);
  return policy;
}
