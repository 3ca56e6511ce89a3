"""What the functions of a stack ask of AWS, and what their roles allow: emulators check no permissions."""
from __future__ import annotations

import json
import re
from typing import Any

# A transaction needs the rights of its parts.
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
INDEX = " on an index"


def granted_actions(template: dict[str, Any]) -> dict[str, set[str]]:
    """Actions by function, both by logical id; those on an index of a table say so."""
    resources = template["Resources"]
    by_role: dict[str, set[str]] = {}
    for policy in (each["Properties"] for each in resources.values() if each["Type"] == "AWS::IAM::Policy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            suffix = INDEX if "/index/" in json.dumps(statement["Resource"]) else ""
            for role in policy["Roles"]:
                by_role.setdefault(role["Ref"], set()).update(action + suffix for action in actions)
    return {
        name: by_role[each["Properties"]["Role"]["Fn::GetAtt"][0]]
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function"
    }


class Recorder:
    """Actions of AWS by the logical id of the function that called, as the emulator sees them come in."""

    def __init__(self, oracle: Any) -> None:
        self.used: dict[str, set[str]] = {}
        self.oracle = oracle
        self._sign_calls()
        self._record_calls()

    def _sign_calls(self) -> None:
        """Functions name themselves in the user agent of their calls."""
        lambdas = self.oracle.lambdas
        start = lambdas.start

        def signed(fn: Any) -> Any:
            ids = [key for key, each in self.oracle.resources.items() if each.get("PhysicalResourceId") == fn.function_name]
            fn.environment_vars = {**(fn.environment_vars or {}), "AWS_SDK_UA_APP_ID": ids[0]}
            return start(fn)

        lambdas.start = signed

    def _record_calls(self) -> None:
        from moto.core.responses import BaseResponse

        call_action, recorder = BaseResponse.call_action, self

        def recorded(response: BaseResponse) -> Any:
            caller = re.search(r"\bapp/(\w+)", response.headers.get("User-Agent", ""))
            if caller:
                recorder.used.setdefault(caller.group(1), set()).update(actions_of(response))
            return call_action(response)

        BaseResponse.call_action = recorded  # type: ignore[method-assign]


def actions_of(response: Any) -> set[str]:
    service = {"stepfunctions": "states", "awslambda": "lambda"}.get(response.service_name, response.service_name)
    action = {"Invoke": "InvokeFunction"}.get(response._get_action(), response._get_action())
    body = response.body if isinstance(response.body, dict) else json.loads(response.body or "{}")
    if action == "TransactWriteItems":
        return {PARTS[kind] for item in body["TransactItems"] for kind in item}
    return {f"{service}:{action}" + (INDEX if "IndexName" in body else "")}
