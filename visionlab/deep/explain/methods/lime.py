"""LIME."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from visionlab.core.params import Range
from visionlab.core.result import Reading
from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("LIME", group="Perturbation")
def lime(
    subject: Subject,
    target: Target,
    *,
    parts: Annotated[int, Range(2, 400), "Superpixels"] = 50,
    compactness: Annotated[float, Range(0.1, 100)] = 10.0,
    samples: Annotated[int, Range(10, 20000)] = 1000,
    width: Annotated[float, Range(0.01, 10, step=0.01), "Kernel width"] = 0.25,
    ridge: Annotated[float, Range(0, 100, step=0.1)] = 1.0,
    against: Annotated[Baseline, "Baseline"] = "mean",
    seed: Annotated[int, Range(0, 9999)] = 0,
) -> Iterator[Heatmap]:
    """The straight line that imitates the network best near this picture.

    Superpixels are covered at random; a linear model from which are shown to the score is fitted
    with ridge regression, pictures like this one weighing more: exp(-d^2 / width^2), where d is
    the cosine distance from the whole picture.

    Parameters
    ----------
    parts
        About how many superpixels (SLIC).
    compactness
        High values give squares, low ones follow the colours.
    samples
        Pictures with covered superpixels.
    width
        How far from the picture samples still count.
    ridge
        Pulls weights to 0; more of it, steadier and smaller weights.
    against
        What stands where a superpixel is covered.
    seed
        The same seed gives the same samples.

    References
    ----------
    Ribeiro, Singh, Guestrin: "Why Should I Trust You?": Explaining the Predictions of Any
    Classifier, KDD 2016.
    """
    from visionlab.deep.explain.asking import scores_in_batches
    from visionlab.deep.explain.superpixels import covering, superpixels

    where = superpixels(subject, parts, compactness)
    count = int(where.max()) + 1
    present = np.random.default_rng(seed).random((samples, count)) < 0.5
    present[0] = True  # the picture itself
    distance = 1 - np.sqrt(present.mean(axis=1))  # the cosine of a part and the whole
    weights = np.exp(-((distance / width) ** 2))
    make = covering(subject, where, present, baseline(subject, against))
    meaning = (
        f"Orange superpixels raise {subject.phrase(target)} when they are shown rather than "
        f"covered with {PHRASES[against]}, blue ones lower it."
    )
    found = np.zeros(samples)
    for part, answers in scores_in_batches(subject, target, samples, make):
        found[part] = answers
        done = slice(part.stop)
        slopes, fit = _ridge(present[done], found[done], weights[done], ridge)
        readings = (Reading("Superpixels", count), Reading("Fit of the line (R²)", fit))
        values = slopes.astype(np.float32)[where]
        yield Heatmap(values, meaning, True, part.stop / samples, False, readings=readings)


def _ridge(
    shown: NDArray[np.bool_],
    scores: NDArray[np.float64],
    weights: NDArray[np.float64],
    ridge: float,
) -> tuple[NDArray[np.float64], float]:
    """Return the slopes of the weighted ridge regression, and its R²; the intercept is free."""
    share = weights / weights.sum()
    x = shown - share @ shown
    y = scores - share @ scores
    root = np.sqrt(weights)
    lhs = np.vstack([x * root[:, None], np.sqrt(ridge) * np.eye(x.shape[1])])
    rhs = np.concatenate([y * root, np.zeros(x.shape[1])])
    slopes = np.linalg.lstsq(lhs, rhs, rcond=None)[0]
    spread = float(weights @ y**2)
    fit = 1 - float(weights @ (y - x @ slopes) ** 2) / spread if spread > 0 else 1.0
    return slopes, fit
