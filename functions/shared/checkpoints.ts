import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

/** A claim waits for the answer, within the 29 seconds of its handler: two looks, each tried three times, take less at worst. */
const WAIT = { connectionTimeout: 1000, requestTimeout: 2000 };

const client = new S3Client({ maxAttempts: 3, requestHandler: WAIT });

/** Whether any object lies below an `s3://` prefix. */
export async function holdsObjects(prefix: string): Promise<boolean> {
  const [, Bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(prefix) ?? [];
  const { KeyCount = 0 } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: `${key}/`, MaxKeys: 1 }));
  return KeyCount > 0;
}
