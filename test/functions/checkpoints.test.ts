import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { holdsObjects } from "../../functions/shared/checkpoints.ts";

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

describe("a look for a checkpoint", () => {
  it("lists one object below its prefix, and none of a trial whose number begins alike", async () => {
    s3.on(ListObjectsV2Command).resolves({ KeyCount: 1 });
    expect(await holdsObjects("s3://files/checkpoints/s-1/7/1")).toBe(true);
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toEqual({
      ...{ Bucket: "files", Prefix: "checkpoints/s-1/7/1/", MaxKeys: 1 },
    });
    s3.on(ListObjectsV2Command).resolves({ KeyCount: 0 });
    expect(await holdsObjects("s3://files/checkpoints/s-1/7/1")).toBe(false);
  });

  it("that S3 does not answer fails", async () => {
    s3.on(ListObjectsV2Command).rejects(new Error("SlowDown"));
    await expect(holdsObjects("s3://files/checkpoints/s-1/7/1")).rejects.toThrow("SlowDown");
  });
});
