#!/usr/bin/env python3
"""Run the trials of a callback runner: take each from its queue, run a command for it, answer with its task token.

    python bridge.py --queue-url URL python train.py
    python bridge.py --queue-url URL srun --gres=gpu:1 python train.py

The command is given what `runner.command` of a laptop is given: PEGBOX_REQUEST and PEGBOX_RESULT name files,
PEGBOX_PARAM_<name> hold the parameters; its result is that file, or the last line that it prints. Needs boto3, and the
rights of the runner's role. One trial at a time: start as many bridges as trials may run at once.
"""
from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3

# A result that is larger fails on every runner; more than 256 KiB no task may answer.
RESULT_LIMIT = 32_768
# The longest that one call waits for a message.
WAIT_SECONDS = 20
# What a command gets to end after SIGTERM.
GRACE_SECONDS = 5


class Interrupted(BaseException):
    """The bridge is to end: its trial goes back to the queue of the study, and no attempt is counted.

    No Exception, which boto3 would take for a fault of the network, and call again.
    """


class Failed(Exception):
    """The trial failed, under the name that the study keeps as its reason."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queue-url", required=True)
    parser.add_argument("--once", action="store_true", help="end when the queue is empty")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("expected the command of a trial, for instance: python train.py")
    signal.signal(signal.SIGTERM, interrupt)
    try:
        serve(boto3.client("sqs"), boto3.client("stepfunctions"), options)
    except Interrupted:
        sys.exit(0)


def interrupt(*_: Any) -> None:
    raise Interrupted


def serve(sqs: Any, workflow: Any, options: argparse.Namespace) -> None:
    wait = 0 if options.once else WAIT_SECONDS
    while True:
        answer = sqs.receive_message(QueueUrl=options.queue_url, MaxNumberOfMessages=1, WaitTimeSeconds=wait)
        messages = answer.get("Messages", [])
        if not messages and options.once:
            return
        for message in messages:
            # now, not when it is done: a trial whose bridge dies has no heartbeat, and is tried again by the workflow
            sqs.delete_message(QueueUrl=options.queue_url, ReceiptHandle=message["ReceiptHandle"])
            answer_for(json.loads(message["Body"]), workflow, options.command)


def answer_for(message: dict[str, Any], workflow: Any, command: list[str]) -> None:
    token = message["taskToken"]
    # three in the time of one: a lost call is no lost trial
    every = message["heartbeatSeconds"] / 3
    exceptions = workflow.exceptions
    # an InvalidToken is one that no workflow has given out: such a message is not to end what others wait for
    gone = (exceptions.TaskTimedOut, exceptions.TaskDoesNotExist, exceptions.InvalidToken)
    try:
        answer(message["request"], workflow, token, every, command)
    except gone:
        print("the workflow has given this trial up", file=sys.stderr)


def answer(request: dict[str, Any], workflow: Any, token: str, every: float, command: list[str]) -> None:
    def fail(name: str, cause: str) -> None:
        workflow.send_task_failure(taskToken=token, error=name, cause=cause)

    try:
        result = run(request, command, every, lambda: workflow.send_task_heartbeat(taskToken=token))
    except Failed as failure:
        fail(failure.name, str(failure)[-2000:])
    except Interrupted as interrupted:
        try:
            fail("Pegbox.Interrupted", "the bridge was ended")
        finally:
            raise interrupted
    else:
        workflow.send_task_success(taskToken=token, output=result)


def run(request: dict[str, Any], command: list[str], every: float, heartbeat: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        places = {"PEGBOX_REQUEST": Path(folder, "request.json"), "PEGBOX_RESULT": Path(folder, "result.json")}
        places["PEGBOX_REQUEST"].write_text(json.dumps(request))
        parameters = {f"PEGBOX_PARAM_{name}": text(value) for name, value in request["parameters"].items()}
        environment = {**os.environ, **parameters, **{name: str(path) for name, path in places.items()}}
        output = Path(folder, "output")
        with output.open("wb") as stdout:
            process = subprocess.Popen(command, env=environment, stdout=stdout, stderr=subprocess.STDOUT)
            try:
                heartbeat()
                while waiting(process, every):
                    heartbeat()
            except BaseException:
                end(process)
                raise
        printed = output.read_text(errors="replace")
        if process.returncode != 0:
            raise Failed("EXIT", f"exit {process.returncode}\n{printed[-1800:]}")
        written = places["PEGBOX_RESULT"]
        return result_of(written.read_text() if written.exists() else last_line(printed))


def waiting(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        return True


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if waiting(process, GRACE_SECONDS):
        process.kill()
        process.wait()


def result_of(written: str) -> str:
    """The result as JSON that every parser reads: Python writes NaN, which is none."""
    try:
        result = json.dumps(finite(json.loads(written)))
    except ValueError as error:
        raise Failed("RESULT_INVALID", f"the result: expected JSON, got {written[:200]}") from error
    if len(result.encode()) > RESULT_LIMIT:
        raise Failed("RESULT_TOO_LARGE", f"the result is over {RESULT_LIMIT} bytes: name large things in `artifacts`")
    return result


def finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, list) else value


def last_line(printed: str) -> str:
    return next((line for line in reversed(printed.splitlines()) if line.strip()), "")


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    main()
