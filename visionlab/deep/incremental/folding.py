"""Fewer steps for the same numbers: what only one step reads is merged into it."""

from collections import Counter
from dataclasses import replace

import torch

from visionlab.deep.incremental.ops import Conv, Copy, Flatten, Norm, Op
from visionlab.deep.incremental.plan import Plan, Step


def folded(steps: list[Step]) -> Plan:
    """Return the plan of steps, the last of which gives the logits.

    A batch normalisation goes into the convolution before it, a pointwise function to the step
    before it; steps that nothing reads go.
    """
    steps = _used(steps)
    readers = Counter(number for step in steps for number in step.inputs)
    kept: list[Step] = []
    place: dict[int, int] = {}  # from the numbers before to those after
    for number, step in enumerate(steps):
        inputs = tuple(place[source] for source in step.inputs)
        merged = None
        if len(step.inputs) == 1 and readers[step.inputs[0]] == 1:
            merged = _merged(kept[inputs[0]], step)
        if merged is None:
            kept.append(replace(step, inputs=inputs))
            place[number] = len(kept) - 1
        else:
            kept[inputs[0]] = merged
            place[number] = inputs[0]
    return Plan(tuple(kept), _head(kept))


def _merged(before: Step, step: Step) -> Step | None:
    """Return both steps as one, or None where they must stay two."""
    if isinstance(step.op, Copy) and before.op is not None and not isinstance(before.op, Flatten):
        return replace(before, then=before.then + step.then)
    if isinstance(step.op, Norm) and isinstance(before.op, Conv) and not before.then:
        return replace(before, op=_normalised(before.op, step.op), then=step.then)
    return None


def _normalised(conv: Conv, norm: Norm) -> Op:
    """Return the convolution with the normalisation folded in."""
    weight = conv.weight * norm.factor.view(-1, 1, 1, 1)
    bias = norm.summand if conv.bias is None else norm.summand + conv.bias * norm.factor
    weight = weight.contiguous(memory_format=torch.channels_last)
    return replace(conv, weight=weight, bias=bias)


def _used(steps: list[Step]) -> list[Step]:
    """Return the steps that the last one needs, and the picture."""
    needed = {0, len(steps) - 1}
    for number in range(len(steps) - 1, 0, -1):
        if number in needed:
            needed.update(steps[number].inputs)
    place = {number: new for new, number in enumerate(sorted(needed))}
    return [
        replace(steps[number], inputs=tuple(place[source] for source in steps[number].inputs))
        for number in place
    ]


def _head(steps: list[Step]) -> int:
    """Return the first step that gives a vector on which alone all later ones depend."""
    for number, step in enumerate(steps):
        later = steps[number + 1 :]
        if step.flat and all(source >= number for one in later for source in one.inputs):
            return number
    raise AssertionError("the last step gives a vector")
