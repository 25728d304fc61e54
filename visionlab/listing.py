"""What ``visionlab ops`` prints: every operation, from its own signature."""

import json
from dataclasses import asdict
from typing import Any

from visionlab.core.operation import Operation
from visionlab.core.params import ChoiceKind, Param
from visionlab.operations import catalogue


def as_text() -> str:
    """Return the operations by group, one line each."""
    lines: list[str] = []
    for group, operations in catalogue().groups().items():
        lines += ["", group] if lines else [group]
        lines += [f"  {op.id:<24} {op.summary}" for op in operations]
    return "\n".join(lines)


def as_json() -> str:
    """Return the operations with their parameters as JSON."""
    return json.dumps([_operation(op) for op in catalogue().operations.values()], indent=2)


def as_markdown() -> str:
    """Return the table of operations that README shows."""
    lines = ["| group | operation | id | OpenCV | what it does |", "|---|---|---|---|---|"]
    for op in catalogue().operations.values():
        opencv = f"`{op.opencv}`" if op.opencv else ""
        lines.append(f"| {op.group} | {op.title} | `{op.id}` | {opencv} | {op.summary} |")
    return "\n".join(lines)


def _operation(op: Operation) -> dict[str, Any]:
    return {
        "id": op.id,
        "title": op.title,
        "group": op.group,
        "summary": op.summary,
        "doc": op.doc,
        "opencv": op.opencv,
        "needs": [need.value for need in op.needs],
        "params": [_param(param) for param in op.params],
    }


def _param(param: Param) -> dict[str, Any]:
    limits: dict[str, Any] = dict.fromkeys(("min", "max", "step", "choices", "unit"))
    kind = param.kind
    if isinstance(kind, ChoiceKind):
        limits["choices"] = list(kind.choices)
    elif hasattr(kind, "range"):
        limits |= asdict(kind.range)
    elif hasattr(kind, "channels"):
        limits |= {"min": 0, "max": kind.channels.max}
    elif hasattr(kind, "cells"):
        limits |= {"choices": list(kind.cells.values)}
    return {
        "name": param.name,
        "label": param.label,
        "kind": kind.name,
        "default": param.default,
        "doc": param.doc,
        **limits,
    }
