import { Stack } from "aws-cdk-lib";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";

/** What Lambda takes of all variables of a function together, names and all. */
export const LARGEST_ENVIRONMENT = 4096;

/**
 * As the length of what is known when it is deployed: most ARNs, with the names of a stack and of what is in it and a hash, have
 * 75 to 95 characters, names of tables and buckets half of that.
 */
const REFERENCE = 100;

/** Of a Region, an account, a partition or a domain: the longest is a Region's. */
const PSEUDO_PARAMETER = 16;

/**
 * About how large the variables of a function are once it is deployed, as Lambda measures them: as JSON, in which each quote
 * within a variable is two characters (its error quotes the text that it has measured).
 */
export function environmentSize(measured: LambdaFunction): number {
  const { environment } = measured.node.defaultChild as CfnFunction;
  const { variables = {} } = (Stack.of(measured).resolve(environment) ?? {}) as { readonly variables?: object };
  return Object.entries(variables).reduce(
    (sum, [name, value]) => sum + name.length + length(value) + '"":"",'.length,
    1,
  );
}

function length(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(JSON.stringify(value)) - '""'.length;
  const [[kind, given] = []] = Object.entries(value as object);
  if (kind === "Fn::Join")
    return (given as [string, unknown[]])[1].reduce<number>((sum, each) => sum + length(each), 0);
  return typeof given === "string" && given.startsWith("AWS::") ? PSEUDO_PARAMETER : REFERENCE;
}
