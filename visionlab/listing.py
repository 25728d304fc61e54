"""What ``visionlab ops`` prints: every operation, from its own signature."""

import json
from dataclasses import asdict
from typing import Any

from visionlab.core.operation import Operation
from visionlab.core.params import (
    ChoiceKind,
    ColourRangeKind,
    FloatKind,
    IntervalKind,
    IntKind,
    MatrixKind,
    Param,
)
from visionlab.operations import catalogue


def as_text() -> str:
    """Return the operations by group, with a line for each parameter."""
    lines: list[str] = []
    for group, operations in catalogue().groups().items():
        lines += [group, ""]
        for op in operations:
            opencv = f" ({op.opencv})" if op.opencv else ""
            lines += [f"  {op.id}: {op.title}{opencv}", f"    {op.summary}"]
            lines += [_param_line(param) for param in op.params]
            lines.append("")
    return "\n".join(lines).rstrip()


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
    return {
        "name": param.name,
        "label": param.label,
        "kind": param.kind.name,
        "default": param.default,
        "doc": param.doc,
        **dict.fromkeys(("min", "max", "step", "choices", "unit")),
        **_limits(param),
        "when": asdict(param.when) if param.when else None,
    }


def _limits(param: Param) -> dict[str, Any]:
    """Return those limits that the parameter's kind has."""
    kind = param.kind
    if isinstance(kind, IntKind | FloatKind | IntervalKind):
        return {**asdict(kind.range), "unit": kind.range.unit or None}
    if isinstance(kind, ChoiceKind):
        return {"choices": list(kind.choices)}
    if isinstance(kind, ColourRangeKind):
        return {"min": 0, "max": kind.channels.max}
    if isinstance(kind, MatrixKind):
        return {"choices": list(kind.cells.values), "max_side": kind.cells.max_side}
    return {}


def _param_line(param: Param) -> str:
    limits = _limits(param)
    notes = []
    if "min" in limits:
        unit = limits.get("unit") or ""
        notes.append(f"{limits['min']:g} to {limits['max']:g} {unit}".rstrip())
    if limits.get("step", 1) != 1:
        notes.append(f"step {limits['step']:g}")
    if "choices" in limits:
        notes.append(", ".join(map(str, limits["choices"])))
    default = json.dumps(param.default)
    return f"      {param.name:<14} {param.kind.name:<12} {default:<16} {', '.join(notes)}".rstrip()
