"""A network as a list of steps that know which outputs a change of the input reaches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.core.errors import VisionLabError
from visionlab.deep.incremental.ops import Conv, Flatten, Join, Linear, Local, Op, Pointwise, Window

Ints = NDArray[np.int64]


class CannotTrace(VisionLabError):  # noqa: N818 - no fault: the plain loop does it
    """A network through which changes cannot be followed; the sentence says why."""


@dataclass(frozen=True, eq=False)
class Step:
    """One operation and the pointwise functions after it.

    Attributes
    ----------
    name : str
        Of the layer in the network.
    op : Op or None
        None for the first step, the picture itself.
    inputs : tuple of int
        Numbers of the steps that it reads.
    channels, height, width : int
        Of the output; a vector has height and width 1.
    flat : bool
        Whether the output is a vector (N, channels).
    then : tuple of callables
        Pointwise functions that follow; they may overwrite what they are given.
    """

    name: str
    op: Op | None
    inputs: tuple[int, ...]
    channels: int
    height: int
    width: int
    flat: bool = False
    then: tuple[Pointwise, ...] = ()

    def followed(self, y: Tensor) -> Tensor:
        """Return what the operation gave after the pointwise functions."""
        for function in self.then:
            y = function(y)
        return y

    @property
    def multiplications(self) -> int:
        """Of the whole map."""
        return self.op.per_place * self.height * self.width if self.op else 0


@dataclass(frozen=True, eq=False)
class Plan:
    """The steps of a network for pictures of one shape, from the picture to the logits.

    Attributes
    ----------
    steps : tuple of Step
        The first is the picture; each reads only earlier ones.
    head : int
        From this step on there are only vectors, made from this step's output alone.
    """

    steps: tuple[Step, ...]
    head: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the picture, (C, H, W)."""
        first = self.steps[0]
        return first.channels, first.height, first.width

    def maps(self, x: Tensor, keep: Callable[[int, Tensor], None] | None = None) -> list[Tensor]:
        """Return what every step gives for pictures (N, C, H, W); the last are the logits.

        `keep` is given the number and the outputs of each convolution to which changes may be
        added, before what follows overwrites them.
        """
        values = [x.contiguous(memory_format=torch.channels_last)]
        for number, step in enumerate(self.steps[1:], 1):
            assert step.op is not None
            y = step.op.whole(*(values[n] for n in step.inputs))
            if keep is not None and isinstance(step.op, Conv) and step.op.spread:
                keep(number, y)
            values.append(step.followed(y))
        return values

    def neck(self, number: int) -> int:
        """Return the first step from `number` on whose output is all that later steps read."""
        return next(
            neck
            for neck in range(number, self.head + 1)
            if all(source >= neck for step in self.steps[neck + 1 :] for source in step.inputs)
        )

    def after(self, number: int, y: Tensor) -> Tensor:
        """Return the logits from the whole maps of a neck, or of pictures (number 0)."""
        values = {number: y}
        for later in range(number + 1, len(self.steps)):
            step = self.steps[later]
            assert step.op is not None
            inputs = (values[source] for source in step.inputs)
            values[later] = step.followed(step.op.whole(*inputs))
            self.forget(values, later)
        return values[len(self.steps) - 1]

    def forget(self, values: dict[int, Tensor], number: int) -> None:
        """Let go of what no step after this one reads."""
        for source in self.steps[number].inputs:
            if self._last_use[source] == number:
                values.pop(source, None)

    @cached_property
    def _last_use(self) -> dict[int, int]:
        """For each step the last one that reads it."""
        return {source: n for n, step in enumerate(self.steps) for source in step.inputs}

    @cached_property
    def bf16(self) -> "Plan":
        """The same plan with parameters in bfloat16."""
        steps = (replace(one, op=one.op and one.op.to(torch.bfloat16)) for one in self.steps)
        return Plan(tuple(steps), self.head)

    @cached_property
    def uneven(self) -> "Plan":
        """The same plan for values of very different size: each output by its own products."""
        steps = (
            replace(one, op=replace(one.op, even=False)) if isinstance(one.op, Conv) else one
            for one in self.steps
        )
        return Plan(tuple(steps), self.head)

    @cached_property
    def layouts(self) -> dict[Any, Any]:
        """What was laid out last, for the next picture; see `boxes.batches`."""
        return {}


@dataclass(frozen=True)
class Spans:
    """Half-open intervals of rows or columns that change, one for each position."""

    low: Ints
    high: Ints

    @property
    def lengths(self) -> Ints:
        """Number of rows or columns; 0 where none change."""
        return self.high - self.low

    def __getitem__(self, chosen: Ints) -> "Spans":
        return Spans(self.low[chosen], self.high[chosen])


def reached(spans: Spans, window: Window, axis: int, size: int) -> Spans:
    """Return which of `size` outputs see a changed input."""
    stride, dilation = window.stride[axis], window.dilation[axis]
    reach = (window.kernel[axis] - 1) * dilation
    low = -((reach - spans.low - window.before[axis]) // stride)  # rounded up
    high = (spans.high - 1 + window.before[axis]) // stride + 1
    low = np.clip(low, 0, size)
    high = np.where(spans.lengths > 0, np.clip(high, low, size), low)
    return Spans(low, high)


def united(spans: list[Spans]) -> Spans:
    """Return the smallest intervals that hold those of every input."""
    first = spans[0]
    for other in spans[1:]:
        low, high = np.minimum(first.low, other.low), np.maximum(first.high, other.high)
        low = np.where(first.lengths == 0, other.low, np.where(other.lengths == 0, first.low, low))
        high = np.where(
            first.lengths == 0, other.high, np.where(other.lengths == 0, first.high, high)
        )
        first = Spans(low, high)
    return first


def follow(plan: Plan, corners: Ints, patch: int, axis: int) -> list[Spans]:
    """Return for every step which rows (axis 0) or columns (axis 1) a patch changes.

    Parameters
    ----------
    plan : Plan
    corners : array (N,)
        First row or column under the patch; may lie outside.
    patch : int
        Height or width of the patch.
    axis : {0, 1}
    """
    found: list[Spans] = []
    for step in plan.steps:
        size = (step.height, step.width)[axis]
        if step.op is None:
            low = np.clip(corners, 0, size)
            found.append(Spans(low, np.clip(corners + patch, low, size)))
        elif isinstance(step.op, Local) and not _spreads(plan, step):
            seen = united([found[number] for number in step.inputs])
            found.append(reached(seen, step.op.window, axis, size))
        else:
            found.append(Spans(np.zeros_like(corners), np.full_like(corners, size)))
    return found


def _spreads(plan: Plan, step: Step) -> bool:
    """Return whether one value of an input goes to every place of the output."""
    inputs = [plan.steps[number] for number in step.inputs]
    sizes = {(one.height, one.width) for one in (*inputs, step)}
    return isinstance(step.op, Join) and len(sizes) > 1


def changed_multiplications(plan: Plan, rows: list[Spans], cols: list[Spans]) -> int:
    """Return the multiplications that exactness needs, over all steps and positions.

    Those of changed outputs; of a linear layer on a flattened map, those with changed inputs.
    """
    total = 0
    for number, step in enumerate(plan.steps):
        if step.op is None or step.op.per_place == 0:
            continue
        seen, per_place = number, step.op.per_place
        if isinstance(step.op, Linear):
            before = plan.steps[step.inputs[0]]
            if isinstance(before.op, Flatten) and not plan.steps[before.inputs[0]].flat:
                (seen,) = before.inputs
                per_place //= plan.steps[seen].height * plan.steps[seen].width
        total += per_place * int((rows[seen].lengths * cols[seen].lengths).sum())
    return total
