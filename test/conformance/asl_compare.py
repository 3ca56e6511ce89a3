#!/usr/bin/env python3
"""Run the machines of test/local/asl/machines.ts in another interpreter and compare how they end.

The other interpreter is the one that moto vendors, as oracle.py repairs it. Run with the oracle's virtual environment,
from the root of the repository:

    python test/conformance/asl_compare.py --oracle ../shared/conformance

Prints a line a machine. Exit status: 0 when status, output and error agree on all of them, 1 otherwise.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# Where moto departs from the service's documentation, and why the machine still stays in the set for our own tests.
KNOWN = {
    "assign and output see the variables as they were": "moto evaluates Output after Assign; the service both from the state's entry",
    "and an error of JSONata": "moto reports an error inside JSONata as States.Runtime",
    "choice: no rule holds": "moto knows no States.NoChoiceMatched",
    "choice: a condition that is no boolean": "moto reports it as States.Runtime",
    "map: distributed children see no variables": "moto lets them see the outer ones; the service does not",
}


class Functions:
    """The functions that machines.ts describes, in place of moto's Lambda."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}

    def install(self) -> None:
        from moto.awslambda.models import LambdaBackend

        def invoke(_backend: Any, function_name: str, _qualifier: Any, body: Any, _headers: Any, response_headers: Any) -> bytes:
            name = function_name.rsplit(":", 1)[-1]
            answer, error = self.run(name, json.loads(body) if body else {})
            if error:
                response_headers["x-amz-function-error"] = "Unhandled"
                return json.dumps({"errorType": error, "errorMessage": "boom"}).encode()
            return json.dumps(answer).encode()

        LambdaBackend.invoke = invoke  # type: ignore[method-assign]

    def run(self, name: str, payload: Any) -> tuple[Any, str | None]:
        kind, _, argument = name.partition("-")
        count = self.calls[name] = self.calls.get(name, 0) + 1
        if kind == "fail":
            return None, argument
        if kind == "flaky":
            return ("mended", None) if count > int(argument) else (None, "Flaky")
        if kind == "odd" and payload["n"] % 2 == 1:
            return None, "Odd"
        if kind == "slow":
            time.sleep(5)
        return (None if kind == "nothing" else payload), None


def same(a: Any, b: Any) -> bool:
    """Equal as JSON: 7 and 7.0 are one number, true and 1 are not one value."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=Path, required=True, help="folder of oracle.py")
    args = parser.parse_args()
    sys.path.insert(0, str(args.oracle.resolve()))
    import oracle

    done = subprocess.run(["npx", "tsx", "test/conformance/asl-compare.ts"], check=True, stdout=subprocess.PIPE, text=True)
    cases = json.loads(done.stdout)
    server = oracle.Oracle(Path("."), "none")
    functions = Functions()
    functions.install()
    sfn = server.client("stepfunctions")
    differing = 0
    for index, case in enumerate(cases):
        functions.calls.clear()
        role = f"arn:aws:iam::{oracle.ACCOUNT}:role/compare"
        machine = sfn.create_state_machine(name=f"case-{index}", definition=case["definition"], roleArn=role)
        arn = server.start(machine["stateMachineArn"], case["input"])
        while (end := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
        theirs = {"status": end["status"], "output": oracle.try_json(end.get("output")), "error": end.get("error")}
        ours = {"output": None, "error": None, **case["ours"]}
        known = KNOWN.get(case["name"])
        agree = same(ours, theirs)
        differing += not agree and known is None
        print(f"{'same' if agree else 'known' if known else 'DIFFERS'}  {case['name']}{f': {known}' if known and not agree else ''}")
        if not agree:
            print(f"    ours   {json.dumps(ours)}\n    theirs {json.dumps(theirs)} {str(end.get('cause'))[:300]}")
    print(f"{len(cases)} machines, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
