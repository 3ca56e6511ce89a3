#!/usr/bin/env python3
"""Deploy the synthesized stack into an emulator and tune with it, as a user of its API would.

The emulator is moto with its own interpreter of state machines, as oracle.py sets it up; the functions run from their
bundles. Run with the oracle's virtual environment, from the root of the repository, after `node scripts/build.mjs`:

    python test/conformance/stack.py --oracle ../shared/conformance --cdk-out cdk.out

Prints a line of JSON a check: {"name", "ok", "detail"}. Exit status: 0 when all hold, 1 otherwise.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import yaml
from granted import Recorder, granted_actions

STACK = "Pegbox"
DIGITS = Path("examples/digits")
# Seconds for a study of twelve short trials; a busy machine needs a minute.
PATIENCE = 300

failures = 0


def check(name: str, ok: bool, detail: Any = "") -> None:
    global failures
    failures += not ok
    print(json.dumps({"name": name, "ok": ok, "detail": detail if isinstance(detail, str) else json.dumps(detail)}), flush=True)


def equal(name: str, got: Any, expected: Any) -> None:
    check(name, got == expected, f"expected {json.dumps(expected)}, got {json.dumps(got)}"[:2000])


def digits_study(**changes: Any) -> dict[str, Any]:
    """The example's study file, over HTTP: the registered runner alone, and the changes."""
    return {**yaml.safe_load((DIGITS / "study.yaml").read_text()), "runner": {"lambda": "digits"}, **changes}


def on_the_laptop(study: dict[str, Any]) -> list[dict[str, Any]]:
    """The trials of the same study with the local runner."""
    with tempfile.TemporaryDirectory() as folder:
        file, state = Path(folder, "study.json"), Path(folder, "state")
        file.write_text(json.dumps({**study, "runner": {"function": str((DIGITS / "trial.ts").resolve())}}))

        def pegbox(*args: str) -> str:
            command = ["node", "bin/pegbox.js", *args, "--state", str(state)]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        pegbox("run", str(file), "--json")
        return [json.loads(line) for line in pegbox("export", "--format", "jsonl").splitlines()]


def one_request_at_a_time() -> None:
    """DynamoDB isolates transactions; moto 5.2.1 copies the whole table at the start of one and, when it is cancelled,
    puts the copy back, with it undoing what others wrote meanwhile."""
    from moto.dynamodb.responses import DynamoHandler

    call_action, lock = DynamoHandler.call_action, threading.Lock()

    def alone(handler: DynamoHandler) -> Any:
        with lock:
            return call_action(handler)

    DynamoHandler.call_action = alone  # type: ignore[method-assign]


class Deployed:
    """The stack's API, as its users call it."""

    def __init__(self, oracle: Any) -> None:
        self.oracle = oracle

    def call(self, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.oracle.call_api(verb, path, body)
        return answer["statusCode"], answer["body"]

    def tune(self, what: str, study: dict[str, Any]) -> str:
        """Starts a study, waits for its execution, and checks how both ended. Returns the study's id."""
        status, body = self.call("POST", "/studies", study)
        equal(f"{what}: POST /studies answers 201", status, 201)
        self.ended(what, body["id"], body["executionArn"], study["trials"])
        return body["id"]

    def ended(self, what: str, study_id: str, execution: str, trials: int) -> None:
        run = self.oracle.wait(execution, PATIENCE)
        ended = f"{run['status']} {run['error']}: {run['cause']}, after {run['states'][-5:]}"
        check(f"{what}: the execution succeeds", run["status"] == "SUCCEEDED", ended)
        _, study = self.call("GET", f"/studies/{study_id}")
        end = (study["status"], (study["reason"] or {}).get("code"))
        equal(f"{what}: the study is COMPLETED", end, ("COMPLETED", "TRIALS"))
        equal(f"{what}: all trials succeeded", (study["trials"]["total"], study["trials"]["succeeded"]), (trials, trials))

    def trials(self, study_id: str) -> list[dict[str, Any]]:
        return self.call("GET", f"/studies/{study_id}/trials")[1]["trials"]


def check_deployment(oracle: Any) -> None:
    report = oracle.deploy()
    equal("the stack deploys", report["status"], "CREATE_COMPLETE")
    # what allows something need not be known where all is allowed
    unknown = [each for each in report["unsupported"] if not each.endswith("Policy")]
    equal("every type of resource is known", unknown, [])
    equal("it has the outputs ApiUrl and TableName", sorted(report["outputs"]), ["ApiUrl", "TableName"])


def check_refusals(stack: Deployed) -> None:
    wrong = digits_study(parameters={"x": {"type": "float", "min": 2, "max": 1}}, trails=3)
    status, problem = stack.call("POST", "/studies", wrong)
    equal("a wrong study file is a 422", status, 422)
    check("that names every problem", {"parameters.x.max", "trails"} <= {issue["path"] for issue in problem["issues"]}, problem)
    status, problem = stack.call("POST", "/studies", digits_study(runner={"command": "rm -rf /"}))
    equal("a command over HTTP is refused", (status, problem["code"]), (422, "RUNNER_NOT_ALLOWED"))
    equal("an unregistered runner is refused", stack.call("POST", "/studies", digits_study(runner={"lambda": "nobody"}))[0], 422)
    equal("an unknown study is a 404", stack.call("GET", "/studies/nobody")[0], 404)
    equal("an unknown path is a 404", stack.call("GET", "/nowhere")[0], 404)
    equal("nothing of it was stored", stack.call("GET", "/studies"), (200, {"studies": [], "next": None}))


def check_same_as_laptop(stack: Deployed, pool: concurrent.futures.Executor) -> str:
    study = digits_study(trials=12, parallel=1)
    laptop = pool.submit(on_the_laptop, study)
    study_id = stack.tune("digits", study)
    ours, theirs = laptop.result(), stack.trials(study_id)
    for part in ("trial", "state", "parameters", "metrics", "decision"):
        name = f"digits: {part} of every trial as on the laptop, number by number"
        equal(name, [each[part] for each in theirs], [each[part] for each in ours])
    return study_id


def check_reading(stack: Deployed, study_id: str) -> None:
    status, page = stack.call("GET", "/studies")
    equal("GET /studies lists the study", (status, [each["id"] for each in page["studies"]]), (200, [study_id]))
    _, study = stack.call("GET", f"/studies/{study_id}")
    best = min(stack.trials(study_id), key=lambda each: each["metrics"]["error"])
    equal("GET /studies/{id} names the best trial", study["best"]["metrics"]["error"], best["metrics"]["error"])
    status, document = stack.call("GET", "/openapi.json")
    check("GET /openapi.json is an OpenAPI document", status == 200 and document["openapi"].startswith("3.1"), str(status))


def check_sweep(stack: Deployed) -> None:
    sweep = {"schedule": "rate(6 hours)", "study": digits_study(trials=2, parallel=2, strategy="random", fixed={"epochs": 1})}
    equal("PUT /sweeps/{name} answers 200", stack.call("PUT", "/sweeps/nightly", sweep)[0], 200)
    equal("and again", stack.call("PUT", "/sweeps/nightly", sweep)[0], 200)
    refused, _ = stack.call("PUT", "/sweeps/nightly", {**sweep, "schedule": "now and then"})
    check("an expression that is none is refused", 400 <= refused < 500, str(refused))
    before = {each["id"] for each in stack.call("GET", "/studies")[1]["studies"]}
    fired = stack.oracle.fire_schedules()
    equal("there is one schedule", [each["expression"] for each in fired], ["rate(6 hours)"])
    run = stack.oracle.wait(fired[0]["executionArn"], PATIENCE)
    started = {each["id"] for each in stack.call("GET", "/studies")[1]["studies"]} - before
    equal("a fired schedule starts a study", (run["status"], len(started)), ("SUCCEEDED", 1))
    stack.ended("the fired study", started.pop(), fired[0]["executionArn"], 2)
    equal("DELETE /sweeps/{name} answers 204", stack.call("DELETE", "/sweeps/nightly")[0], 204)
    equal("and leaves no schedule", stack.oracle.fire_schedules(), [])


def check_slots(stack: Deployed, recorder: Recorder) -> None:
    """A short trial and a long one: from then on the slots go on for themselves, and another function proposes for them."""
    rest = {"optimizer": "adam", "learningRate": 0.01, "weightDecay": 0.0001, "dropout": 0.1, "activation": "relu"}
    short, long = {"hidden": 8, "layers": 1, "batch": 128}, {"hidden": 96, "layers": 2, "batch": 16}
    enqueue = [{**rest, **size} for size in (short, long)]
    study = digits_study(trials=10, parallel=2, strategy="evolution", fixed={"epochs": 300}, enqueue=enqueue)
    study_id = stack.tune("slots", study)
    events = stack.call("GET", f"/studies/{study_id}/events")[1]["events"]
    told = [each["reason"]["code"] for each in events if each["type"] == "paced"]
    equal("slots: go on for themselves from the second epoch on", told[:1], ["SLOTS"])
    equal("slots: every trial once", sorted(each["trial"] for each in stack.trials(study_id)), list(range(1, 11)))
    refills = [used for function, used in recorder.used.items() if function.startswith("RefillFunction")]
    check("slots: proposals were added", len(refills) == 1 and "dynamodb:UpdateItem" in refills[0], str(refills))


def check_recovery(stack: Deployed) -> None:
    """An execution is aborted while trials run, and what EventBridge tells of that is given to the function behind the queue:
    moto tells no rule of executions."""
    _, body = stack.call("POST", "/studies", digits_study(trials=8, parallel=2, strategy="random"))
    study_id, execution = body["id"], body["executionArn"]
    sfn, end = stack.oracle.client("stepfunctions"), time.time() + PATIENCE
    while stack.call("GET", f"/studies/{study_id}")[1]["trials"]["succeeded"] == 0 and time.time() < end:
        time.sleep(0.2)
    # moto stops it in its own time: its slots go on for a while beside the next execution, as they may on AWS
    sfn.stop_execution(executionArn=execution)
    told = sfn.describe_execution(executionArn=execution)
    detail = {"name": told["name"], "status": "ABORTED", "input": told["input"], "error": None, "cause": None}
    record = {"messageId": "m", "body": json.dumps({"detail-type": "Step Functions Execution Status Change", "detail": detail})}
    function = next(each for key, each in stack.oracle.resources.items() if key.startswith("RecoverFunction"))
    for time_told in ("once", "twice"):
        reply = stack.oracle.client("lambda").invoke(
            FunctionName=function["PhysicalResourceId"], Payload=json.dumps({"Records": [record]}).encode()
        )
        equal(f"an aborted execution is recovered, told {time_told}", json.loads(reply["Payload"].read()), {"batchItemFailures": []})
    stack.ended("the recovered study", study_id, execution.removesuffix("-g1") + "-g2", 8)


def check_grants(recorder: Recorder, template: dict[str, Any]) -> None:
    """Emulators grant everything; this holds what the functions did against what their roles allow."""
    granted = granted_actions(template)
    check("calls to AWS were recorded", len(recorder.used) >= 5, str(sorted(recorder.used)))
    for function, used in sorted(recorder.used.items()):
        check(f"{function} did only what its role allows", used <= granted[function], f"not granted: {sorted(used - granted[function])}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=Path, required=True, help="folder of oracle.py")
    parser.add_argument("--cdk-out", type=Path, required=True)
    args = parser.parse_args()
    sys.path.insert(0, str(args.oracle.resolve()))
    from oracle import Oracle

    oracle = Oracle(args.cdk_out.resolve(), STACK)
    one_request_at_a_time()
    recorder = Recorder(oracle)
    stack = Deployed(oracle)
    check_deployment(oracle)
    check_refusals(stack)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        study_id = check_same_as_laptop(stack, pool)
    check_reading(stack, study_id)
    wide = stack.tune("twelve slots", digits_study(trials=12, parallel=12, strategy="random", fixed={"epochs": 1}))
    numbers = [each["trial"] for each in stack.trials(wide)]
    equal("twelve slots: every trial once, in order", numbers, list(range(1, 13)))
    check_sweep(stack)
    check_slots(stack, recorder)
    check_recovery(stack)
    check_grants(recorder, json.loads((args.cdk_out / f"{STACK}.template.json").read_text()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
