"""Hooks of the API fuzzer: makes of a generated study file one that can run, so that studies are created and listed.

A schema cannot say that min lies below max, that a target needs a single objective, or which runners are registered:
without this, nearly every generated file is refused, and what lies behind the refusal is never reached.
"""

import schemathesis

# What relates parts of a file to each other; the rest is left as it was generated.
RELATIONS = ("constraints", "enqueue", "outcomes", "stopping", "fixed")


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("study"), dict):
        return {**body, "study": runnable(body["study"])}
    return runnable(body) if is_study(body) else body


def is_study(body):
    return isinstance(body, dict) and "parameters" in body and isinstance(body.get("metrics"), list)


def runnable(study):
    study = {key: value for key, value in study.items() if key not in RELATIONS}
    names = list(study.get("parameters") or {})[:8] or ["x"]
    study["parameters"] = {name: parameter(name, index) for index, name in enumerate(names)}
    study["metrics"] = [{"name": "error", "goal": "minimize"}]
    if study.get("strategy") == "grid":
        study["strategy"] = "random"
    study["trials"] = min(study.get("trials", 3), 3)
    external = isinstance(study.get("runner"), dict) and study["runner"].get("external") is True
    study["runner"] = {"external": True} if external else {"lambda": "noop"}
    study.pop("replicates", None)
    return study


def parameter(name, index):
    if index % 3 == 0:
        return {"type": "float", "min": 0.001, "max": 1, "scale": "log"}
    if index % 3 == 1:
        return {"type": "int", "min": 1, "max": 9}
    return {"type": "categorical", "values": [name, None, True]}
