#!/usr/bin/env python3
"""Run trials as Batch jobs, through the bridge of examples/bridge, and as a function whose trials fail, on a stack deployed
into the emulator of stack.py; and pause, resume and stop a study there.

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
import time
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


def check_slots_with_faults(stack: Deployed) -> None:
    """Forty trials, of which one always fails, one does so once, and one measures no number; a short and a long one at the
    beginning, so that the slots go on for themselves from then on."""
    faults = {"7": "always", "11": "once", "23": "nan"}
    wanted = {"trials": 40, "parallel": 2, "strategy": "evolution", "retries": 1}
    file = {**study({"lambda": "faulty"}, fails=faults, seconds={"1": 0.1, "2": 8}), **wanted}
    status, body = stack.call("POST", "/studies", file)
    run = stack.oracle.wait(body["executionArn"], deployed.PATIENCE)
    equal("40 trials with faults: the execution succeeds", (status, run["status"], run["error"]), (201, "SUCCEEDED", None))
    events = stack.call("GET", f"/studies/{body['id']}/events")[1]["events"]
    paced = [each["reason"]["code"] for each in events if each["type"] == "paced"]
    equal("40 trials with faults: slots go on for themselves", paced[:1], ["SLOTS"])
    trials = {each["trial"]: each for each in stack.trials(body["id"])}
    states = {n: each["state"] for n, each in trials.items()}
    expected = {n: "SUCCEEDED" for n in range(1, 41)} | {7: "FAILED", 23: "INFEASIBLE"}
    equal("40 trials with faults: each ends in its state", states, expected)
    told = {n: (trials[n]["attempts"], (trials[n]["reason"] or {}).get("code")) for n in (7, 11, 23)}
    equal("40 trials with faults: by its attempts, for its reason", told, {7: (1, "RangeError"), 11: (2, None), 23: (1, "NOT_FINITE")})
    end = stack.call("GET", f"/studies/{body['id']}")[1]
    equal("40 trials with faults: the study is COMPLETED", (end["status"], end["trials"]["total"]), ("COMPLETED", 40))


def check_wishes(stack: Deployed) -> None:
    """A study of more trials than anybody waits for is paused, goes on, and is stopped."""
    file = {**study({"lambda": "faulty"}), "strategy": "random", "trials": 100, "parallel": 2}
    _, body = stack.call("POST", "/studies", file)
    study_id, first = body["id"], body["executionArn"]

    def succeeded() -> int:
        return stack.call("GET", f"/studies/{study_id}")[1]["trials"]["succeeded"]

    def until_more_than(count: int) -> None:
        end = time.time() + deployed.PATIENCE
        while succeeded() <= count and time.time() < end:
            time.sleep(0.2)

    def rests(what: str, execution: str, status: str) -> int:
        run = stack.oracle.wait(execution, deployed.PATIENCE)
        now = stack.call("GET", f"/studies/{study_id}")[1]
        equal(f"{what}: the execution ends, and the study is {status}", (run["status"], now["status"]), ("SUCCEEDED", status))
        equal(f"{what}: nothing is left running", now["trials"]["running"], 0)
        return now["trials"]["succeeded"]

    until_more_than(0)
    equal("pause: is accepted", stack.call("POST", f"/studies/{study_id}/pause")[0], 202)
    before = rests("pause", first, "PAUSED")
    check("pause: some trials have ended, and not all", 0 < before < 100, str(before))
    equal("resume: is accepted", stack.call("POST", f"/studies/{study_id}/resume")[0], 202)
    until_more_than(before)
    equal("stop: is accepted", stack.call("POST", f"/studies/{study_id}/stop", {})[0], 202)
    after = rests("stop", first.removesuffix("-g1") + "-g2", "STOPPED")
    check("resume: it goes on where it was", after > before, f"{before}, then {after}")
    numbers = [each["trial"] for each in stack.trials(study_id) if each["state"] == "SUCCEEDED"]
    equal("stop: every trial that ran ended once", len(set(numbers)), after)
    equal("stop: is for good", stack.call("POST", f"/studies/{study_id}/pause")[0], 409)


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
    check_slots_with_faults(stack)
    check_wishes(stack)
    check_batch(stack)
    queue = next(url for name, url in report["outputs"].items() if "QueueUrl" in name)
    check_bridge(stack, queue)
    return 1 if deployed.failures else 0


if __name__ == "__main__":
    sys.exit(main())
