#!/usr/bin/env python3
"""Run trials as Batch jobs and through the bridge of examples/bridge, on a stack deployed into the emulator of stack.py.

Batch jobs run job.py in place of their container. Prints a line of JSON a check; exit status 0 when all hold.
"""
from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import stack as deployed
from stack import Deployed, check, equal, one_request_at_a_time

JOB = [sys.executable, "test/conformance/job.py"]
TRIALS = 6


def study(runner: dict[str, str], **fixed: Any) -> dict[str, Any]:
    return {
        "name": "jobs",
        "metrics": [{"name": "y", "goal": "minimize"}],
        "parameters": {"x": {"type": "float", "min": 0, "max": 1}},
        "strategy": "sobol",
        "trials": TRIALS,
        "parallel": 3,
        "retries": 0,
        "fixed": fixed,
        "runner": runner,
    }


def ends(stack: Deployed, study_id: str) -> dict[int, tuple[str, str | None]]:
    return {each["trial"]: (each["state"], (each["reason"] or {}).get("code")) for each in stack.trials(study_id)}


def exact(stack: Deployed, study_id: str) -> bool:
    return all(each["metrics"]["y"] == (each["parameters"]["x"] - 0.3) ** 2 for each in stack.trials(study_id))


def check_batch(stack: Deployed) -> None:
    study_id = stack.tune("jobs", study({"batch": "job"}))
    check("jobs: every metric is that of its own parameters, to the last digit", exact(stack, study_id))
    fails = {"2": "exit", "3": "silent", "4": "large"}
    status, body = stack.call("POST", "/studies", study({"batch": "job"}, fails=fails))
    run = stack.oracle.wait(body["executionArn"], deployed.PATIENCE)
    equal("jobs that fail: the execution succeeds", (status, run["status"]), (201, "SUCCEEDED"))
    expected = {n: ("SUCCEEDED", None) for n in (1, 5, 6)}
    failed = {2: ("FAILED", "EXIT"), 3: ("FAILED", "RESULT_INVALID"), 4: ("FAILED", "RESULT_TOO_LARGE")}
    got = ends(stack, body["id"])
    # the emulator has a spelling of its own for a missing file, and tells of no exit status
    got[3] = (got[3][0], "RESULT_INVALID" if got[3][1] == "s3.NoSuchKeyException" else got[3][1])
    got[2] = (got[2][0], "EXIT" if got[2][1] == "NOT_STARTED" else got[2][1])
    check("jobs that fail: each for its own reason", got == {**expected, **failed}, str(got))
    equal("a kind that the id is not of is refused", stack.call("POST", "/studies", study({"lambda": "job"}))[0], 422)


def check_bridge(stack: Deployed, queue_url: str) -> None:
    environment = {**os.environ, "AWS_ENDPOINT_URL": stack.oracle.endpoint, "AWS_DEFAULT_REGION": stack.oracle.region}
    command = [sys.executable, "examples/bridge/bridge.py", "--queue-url", queue_url, *JOB]
    bridges = [subprocess.Popen(command, env=environment) for _ in range(3)]
    try:
        study_id = stack.tune("through the bridge", study({"callback": "bridge"}))
        check("through the bridge: every metric is that of its own parameters", exact(stack, study_id))
    finally:
        for bridge in bridges:
            bridge.terminate()
    ended = threading.Timer(30, lambda: [bridge.kill() for bridge in bridges])
    ended.start()
    equal("bridges end when they are told to", [bridge.wait() for bridge in bridges], [0, 0, 0])
    ended.cancel()


def as_the_emulator_reads(cdk_out: Path) -> None:
    """moto 5.2.1 asks for what Batch has defaults for, knows no Fn::GetAtt of its resources, and spells `managed` in capitals."""
    path = cdk_out / f"{deployed.STACK}.template.json"
    template = json.loads(path.read_text())
    batch = {name: each for name, each in template["Resources"].items() if each["Type"].startswith("AWS::Batch::")}
    role = next(name for name, each in template["Resources"].items() if each["Type"] == "AWS::IAM::Role")
    for each in batch.values():
        if each["Type"] == "AWS::Batch::ComputeEnvironment":
            each["Properties"].update(Type="MANAGED", ServiceRole={"Fn::GetAtt": [role, "Arn"]})

    def by_ref(value: Any) -> Any:
        if isinstance(value, dict):
            target = value.get("Fn::GetAtt", [None])[0]
            return {"Ref": target} if target in batch else {key: by_ref(each) for key, each in value.items()}
        return [by_ref(each) for each in value] if isinstance(value, list) else value

    path.write_text(json.dumps(by_ref(template)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=Path, required=True, help="folder of oracle.py")
    parser.add_argument("--cdk-out", type=Path, required=True)
    args = parser.parse_args()
    sys.path.insert(0, str(args.oracle.resolve()))
    from oracle import Oracle

    as_the_emulator_reads(args.cdk_out)
    oracle = Oracle(args.cdk_out.resolve(), deployed.STACK, batch_exec=shlex.join(JOB))
    one_request_at_a_time()
    report = oracle.deploy()
    equal("a stack with jobs deploys", report["status"], "CREATE_COMPLETE")
    # who may read and send, which the emulator lets everybody
    unknown = [each for each in report["unsupported"] if not each.endswith("Policy")]
    equal("every type of resource is known, or a policy", unknown, [])
    stack = Deployed(oracle)
    check_batch(stack)
    queue = next(url for name, url in report["outputs"].items() if "QueueUrl" in name)
    check_bridge(stack, queue)
    return 1 if deployed.failures else 0


if __name__ == "__main__":
    sys.exit(main())
