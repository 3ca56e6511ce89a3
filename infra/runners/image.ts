import { type IRepository, Repository } from "aws-cdk-lib/aws-ecr";
import type { Construct } from "constructs";

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))$/;

/** A container image by where ECR has it. */
export interface EcrImage {
  readonly repository: IRepository;
  readonly tagOrDigest: string;
}

/**
 * An image of ECR by its URI, so that nothing is built at synthesis; undefined for images of other registries.
 *
 * @param uri `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`, or `…/NAME@sha256:DIGEST`
 */
export function ecrImage(scope: Construct, id: string, uri: string): EcrImage | undefined {
  const [, account, region, repositoryName = "", tag, digest] = ECR.exec(uri) ?? [];
  const tagOrDigest = tag ?? digest;
  if (tagOrDigest === undefined) return undefined;
  const repository = Repository.fromRepositoryAttributes(scope, id, {
    repositoryName,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`,
  });
  return { repository, tagOrDigest };
}
