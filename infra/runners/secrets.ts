import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";

/** Lets a role read secrets of Secrets Manager by their full ARNs. */
export function grantSecrets(reader: IGrantable, secrets: Readonly<Record<string, string>> = {}): void {
  const resourceArns = Object.values(secrets);
  if (resourceArns.length === 0) return;
  Grant.addToPrincipal({ grantee: reader, actions: ["secretsmanager:GetSecretValue"], resourceArns });
}
