"""Asking a network: for gradients, and for the scores of many changed inputs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.core.errors import ModelError
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.nets.recorded import by_operations
from visionlab.deep.passes.rules import Rule, bend
from visionlab.deep.traced import slopes

Answer = TypeVar("Answer")

VALUES_A_BATCH = 2**22
SMALLEST_BATCH, LARGEST_BATCH = 4, 32


def score_of(subject: Subject, target: Target, logits: Tensor) -> Tensor:
    """Return the target's score (N,) of logits (N, classes).

    Raises
    ------
    ModelError
        The answer is not one finite number for each label.
    """
    if logits.ndim != 2 or logits.shape[1] != len(subject.labels):
        raise ModelError(
            f"{subject.name} gives numbers of shape {tuple(logits.shape)}; its labels ask for "
            f"{len(subject.labels)} a picture."
        )
    logits = logits.float()
    if not np.isfinite(logits.numpy(force=True)).all():
        raise ModelError(f"{subject.name} gives numbers that are not finite; choose another model.")
    return target.of(logits, subject.temperature)


def gradients(
    subject: Subject,
    target: Target,
    inputs: Tensor,
    *,
    during: AbstractContextManager[object] | None = None,
    rule: Rule = "",
) -> tuple[Tensor, Tensor]:
    """Return the gradients (N, C, H, W) of the scores by the inputs, and the scores (N,).

    Parameters
    ----------
    subject, target
        The network and the score.
    inputs : Tensor
        (N, C, H, W), normalised.
    during : context manager, optional
        Holds while the network is asked, part by part.
    rule : {'', 'guided', 'deconvnet'}
        What rectifiers let back.

    Raises
    ------
    ModelError
        No rectifier (ReLU, ReLU6) was met, for which the rule is made; see also `score_of`.
    """
    score = partial(score_of, subject, target)
    with torch.inference_mode(False), torch.enable_grad(), by_operations():
        known = None
        if subject.traced and during is None:
            known = subject.traced.back(inputs, score, rule=rule)
        if known is None:
            leaf, logits = _asked(subject, inputs, during, rule)
            known = slopes(leaf, score(logits))
    return known.gradient, known.scores


def _asked(
    subject: Subject, inputs: Tensor, during: AbstractContextManager[object] | None, rule: Rule
) -> tuple[Tensor, Tensor]:
    """Return inputs of which gradients can be had, and their logits."""
    leaf = inputs.detach().clone().requires_grad_()
    net = subject.net if during else subject.record or subject.net
    with during or nullcontext():
        logits = net(leaf)
    if rule and not bend(logits, rule):
        raise ModelError(f"{subject.name} has no rectifiers (ReLU), for which this rule is made.")
    return leaf, logits


@torch.inference_mode()
def scores(subject: Subject, target: Target, inputs: Tensor) -> NDArray[np.float32]:
    """Return the scores (N,) of normalised inputs (N, C, H, W)."""
    net = subject.record or subject.net
    return score_of(subject, target, net(inputs)).cpu().numpy()


def in_batches(
    subject: Subject, count: int, ask: Callable[[slice], Answer]
) -> Iterator[tuple[slice, Answer]]:
    """Yield what `ask` says of inputs 0..count - 1, a batch at a time.

    The first batch is small, so that something is to be seen soon. Where the memory is too small
    for a batch it is halved, and the work goes on.

    Parameters
    ----------
    subject : Subject
        Its input's size decides how many are asked at once.
    count : int
        How many inputs there are.
    ask : callable
        Takes which of them are asked; makes them and runs the network.

    Raises
    ------
    ModelError
        There is too little memory for a single input.
    """
    most = max(1, min(LARGEST_BATCH, VALUES_A_BATCH // subject.values.numel()))
    batch = min(SMALLEST_BATCH, most)
    start = 0
    while start < count:
        part = slice(start, min(start + batch, count))
        try:
            answer = ask(part)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if batch == 1:
                raise ModelError(
                    f"There is too little memory to ask {subject.name} for a single picture."
                ) from error
            batch = most = batch // 2
            continue
        yield part, answer
        start, batch = part.stop, min(2 * batch, most)


def scores_in_batches(
    subject: Subject, target: Target, count: int, make: Callable[[slice], Tensor]
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Yield the scores of `count` inputs, which `make` makes, a batch at a time."""

    def ask(part: slice) -> NDArray[np.float32]:
        return scores(subject, target, make(part))

    return in_batches(subject, count, ask)


def out_of_memory(error: Exception) -> bool:
    """Whether the memory was too small; on the CPU PyTorch says so in words only."""
    kinds = (torch.OutOfMemoryError, MemoryError)
    return isinstance(error, kinds) or "DefaultCPUAllocator" in str(error)
