"""The program of a trial: as the container of a Batch job, with `s3://` places, or as a command, with files."""
import json
import os
import sys
from pathlib import Path

import boto3


def place(name: str) -> tuple[str, str]:
    bucket, _, key = os.environ[name].removeprefix("s3://").partition("/")
    return bucket, key


on_s3 = os.environ["PEGBOX_REQUEST"].startswith("s3://")
s3 = boto3.client("s3") if on_s3 else None
if s3 is None:
    request = json.loads(Path(os.environ["PEGBOX_REQUEST"]).read_text())
else:
    bucket, key = place("PEGBOX_REQUEST")
    request = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

x = request["parameters"]["x"]
assert json.loads(os.environ["PEGBOX_PARAM_x"]) == x, "the variable and the request differ"
fails = request["fixed"].get("fails", {}).get(str(request["trial"]))
if fails == "exit":
    sys.exit("as it was told to")
result = json.dumps({"metrics": {"y": (x - 0.3) ** 2}, "artifacts": {"note": "x" * 50_000 if fails == "large" else ""}})
if fails == "silent":
    sys.exit(0)
if s3 is None:
    Path(os.environ["PEGBOX_RESULT"]).write_text(result)
else:
    bucket, key = place("PEGBOX_RESULT")
    s3.put_object(Bucket=bucket, Key=key, Body=result.encode())
