import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { Credentials } from "./sign.ts";

/** `abc.execute-api.eu-west-1.amazonaws.com`, with `-fips`, in China, or on the dual stack (`api.aws`). */
const GATEWAY = /\.execute-api(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

const CREDENTIALS_HINT =
  "log in (`aws sso login`, `aws configure`), name a profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/**
 * The caller's ordinary credentials, looked for as every AWS tool does (environment, profile, SSO, container, instance),
 * and looked for again when they run out.
 */
export async function ordinaryCredentials(): Promise<() => Promise<Credentials>> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const provider = defaultProvider();
  return () => provider().catch((cause: unknown) => Promise.reject(noCredentials(cause)));
}

/**
 * Where requests to this host are signed for: as the host says, else as the caller has set.
 *
 * @throws {PegboxError} `INVALID_INPUT` where neither does.
 */
export async function regionOf({ hostname }: URL): Promise<string> {
  const named = GATEWAY.exec(hostname)?.[1] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (named) return named;
  throw new PegboxError("INVALID_INPUT", `expected a region to sign requests to ${hostname} for, got none`, {
    hint: "set AWS_REGION; for a `pegbox serve` on another machine give its token with --token-file",
  });
}

/**
 * The output `ApiUrl` of a stack, as CloudFormation knows it.
 *
 * @throws {PegboxError} `NOT_FOUND` without such a stack, or such an output; `UNAUTHORIZED`; `UNREACHABLE`;
 *   `INVALID_INPUT` without a region.
 */
export async function apiUrlOfStack(stack: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient({});
  try {
    const region = await client.config.region().catch((cause: unknown) => Promise.reject(noRegion(cause)));
    const found = await client
      .send(new DescribeStacksCommand({ StackName: stack }))
      .catch((cause: unknown) => Promise.reject(notDescribed(cause as Failure, stack, region)));
    const url = found.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "ApiUrl")?.OutputValue;
    if (url !== undefined) return url;
    throw new PegboxError("NOT_FOUND", `expected an output ApiUrl of stack "${stack}" in ${region}, it has none`, {
      hint: "is it a stack of Pegbox, and is its deployment done? --stack NAME takes another",
    });
  } finally {
    client.destroy();
  }
}

/** What the SDK throws: the name tells refusals of the service apart, the code those of the network. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

function notDescribed(cause: Failure, stack: string, region: string): PegboxError {
  if (cause.name === "CredentialsProviderError") return noCredentials(cause);
  if (cause.name === "ValidationError") {
    return new PegboxError("NOT_FOUND", `expected a stack named "${stack}" in ${region}: ${cause.message}`, {
      cause,
      hint: "deploy it (`pegbox init --aws` writes an app), name another with --stack, or set AWS_REGION to where it is",
    });
  }
  if (cause.code !== undefined) {
    return new PegboxError("UNREACHABLE", `CloudFormation in ${region} does not answer: ${cause.message}`, { cause });
  }
  return new PegboxError("UNAUTHORIZED", `stack "${stack}" in ${region} may not be looked at: ${cause.message}`, {
    cause,
    hint: "it takes cloudformation:DescribeStacks; without it, give the URL itself: --url, or PEGBOX_URL",
  });
}

function noCredentials(cause: unknown): PegboxError {
  const why = (cause as Error).message;
  return new PegboxError("UNAUTHORIZED", `expected AWS credentials: ${why}`, { cause, hint: CREDENTIALS_HINT });
}

function noRegion(cause: unknown): PegboxError {
  return new PegboxError("INVALID_INPUT", "expected an AWS region to look for the stack in, got none", {
    cause,
    hint: "set AWS_REGION, or `aws configure set region`; without a stack, give the URL: --url, or PEGBOX_URL",
  });
}
