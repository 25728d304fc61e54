"""KernelSHAP."""

from collections.abc import Iterator
from math import comb
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from visionlab.core.params import Range
from visionlab.core.result import Reading
from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.readings import completeness
from visionlab.deep.explain.subject import Subject, Target


@explainer("KernelSHAP", group="Perturbation")
def kernel_shap(
    subject: Subject,
    target: Target,
    *,
    parts: Annotated[int, Range(2, 400), "Superpixels"] = 50,
    compactness: Annotated[float, Range(0.1, 100)] = 10.0,
    samples: Annotated[int, Range(2, 20000)] = 2000,
    against: Annotated[Baseline, "Baseline"] = "mean",
    seed: Annotated[int, Range(0, 9999)] = 0,
) -> Iterator[Heatmap]:
    """Each superpixel's Shapley value: its fair share of the score.

    What a superpixel adds to the score, averaged over all orders in which they could be
    uncovered. Found as a weighted least-squares fit over sets of superpixels, whose values sum to
    the score less the baseline's. Exact where `samples` suffices for all sets.

    Parameters
    ----------
    parts
        About how many superpixels (SLIC).
    compactness
        High values give squares, low ones follow the colours.
    samples
        Sets of superpixels that are asked, each together with its complement.
    against
        What stands where a superpixel is covered.
    seed
        The same seed gives the same sets.

    References
    ----------
    Lundberg, Lee: A Unified Approach to Interpreting Model Predictions, NeurIPS 2017; sets drawn
    in pairs: Covert, Lee: Improving KernelSHAP, AISTATS 2021.
    """
    import torch

    from visionlab.deep.explain.asking import scores, scores_in_batches
    from visionlab.deep.explain.superpixels import covering, superpixels

    where = superpixels(subject, parts, compactness)
    count = int(where.max()) + 1
    empty = baseline(subject, against)
    here, there = map(float, scores(subject, target, torch.cat([subject.values, empty])))
    present, weights, exact = _sets(count, samples, seed)
    make = covering(subject, where, present, empty)
    meaning = (
        f"Orange superpixels add to {subject.phrase(target)}, blue ones take from it: each its "
        f"fair share (Shapley value), against {PHRASES[against]}."
    )
    found = np.zeros(len(present))
    for part, answers in scores_in_batches(subject, target, len(present), make):
        found[part] = answers - there
        done = slice(part.stop)
        shares = _shapley(present[done], found[done], weights[done], here - there)
        readings = (
            Reading("Superpixels", count),
            *completeness(float(shares.sum()), here, there),
        )
        values = shares.astype(np.float32)[where]
        progress = part.stop / len(present)
        yield Heatmap(values, meaning, True, progress, exact and progress == 1, readings=readings)


def _sets(
    count: int, samples: int, seed: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64], bool]:
    """Return sets (N, count), their weights (N,), and whether they are all that there are.

    All sets but the empty and the full one weigh (count - 1) / (C(count, k) k (count - k)), where
    k is their size. Drawn ones are drawn by that weight, and so weigh alike.
    """
    draw = np.random.default_rng(seed)
    if count < 32 and 2**count - 2 <= samples:
        numbers = draw.permutation(np.arange(1, 2**count - 1))
        present = (numbers[:, None] >> np.arange(count)) & 1 == 1
        by_size = [0.0] + [
            (count - 1) / (comb(count, k) * k * (count - k)) for k in range(1, count)
        ]
        return present, np.array(by_size)[present.sum(axis=1)], True
    sizes = np.arange(1, count)
    chances = 1 / (sizes * (count - sizes))
    pairs = -(-samples // 2)
    drawn = draw.choice(sizes, pairs, p=chances / chances.sum())
    ranks = draw.random((pairs, count)).argsort(axis=1).argsort(axis=1)
    half = ranks < drawn[:, None]
    present = np.stack([half, ~half], axis=1).reshape(-1, count)
    return present, np.ones(len(present)), False


def _shapley(
    present: NDArray[np.bool_],
    gains: NDArray[np.float64],
    weights: NDArray[np.float64],
    whole: float,
) -> NDArray[np.float64]:
    """Return the shares (count,) that fit the gains of the sets best and sum to `whole`.

    The sum is kept by writing the last share as what the others leave.
    """
    x = present[:, :-1].astype(float) - present[:, -1:]
    y = gains - present[:, -1] * whole
    root = np.sqrt(weights)
    others = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    return np.append(others, whole - others.sum())
