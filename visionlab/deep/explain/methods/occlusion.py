"""Occlusion."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from visionlab.core.errors import ParamError
from visionlab.core.params import Range, When
from visionlab.core.result import Reading
from visionlab.deep.explain.baselines import PHRASES, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target

if TYPE_CHECKING:
    from visionlab.deep.incremental import Sketch


@explainer("Occlusion", group="Perturbation")
def occlusion(
    subject: Subject,
    target: Target,
    *,
    patch: Annotated[int, Range(1, 1024, unit="px")] = 8,
    stride: Annotated[int, Range(1, 1024, unit="px")] = 4,
    shape: Literal["square", "disc"] = "square",
    against: Annotated[
        Literal["mean", "grey", "black", "white", "blur", "noise", "inpainted"], "Patch shows"
    ] = "mean",
    score: Literal["drop", "logit", "probability"] = "drop",
    share: Annotated[float, Range(0.05, 1, step=0.05), "Part of the places"] = 1.0,
    seed: Annotated[int, Range(0, 9999), When("against", "noise")] = 0,
) -> Iterator[Heatmap]:
    """How the score changes when a patch covers a part of the picture.

    A patch is laid on each place of a grid, and the network is asked each time; a pixel's value
    is the mean over the patches that cover it. Exact, and for most networks at the price of what
    the patch changes alone.

    Parameters
    ----------
    patch
        Height and width of the patch.
    stride
        From one place to the next; the last row and column lie at the border.
    shape
        A square, or the disc in it.
    against
        What stands on the patch.
    score
        By how much the target's score falls; or the logit or probability that is left.
    share
        How many places are computed, where the map is steep before others; what is between them
        is interpolated, and how far that is off is told. All: the exact map.
    seed
        Of the noise.

    References
    ----------
    Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014; computed as
    Nakandala, Kumar, Papakonstantinou, SIGMOD 2019.
    """
    from visionlab.deep.explain.asking import score_of, scores
    from visionlab.deep.explain.occluding import Places, answering, disc, inpainted
    from visionlab.deep.incremental import grid, refine

    if patch > min(subject.size):
        height, width = subject.size
        raise ParamError(
            f"The patch must fit the network's input of {height} x {width}; it was {patch} px."
        )
    if score != "drop":
        target = replace(target, score=score)
    corners = grid(*subject.size, patch, stride).numpy()
    mask = disc(patch) if shape == "disc" else np.ones((patch, patch), bool)
    places = Places(np.unique(corners[:, 0]), np.unique(corners[:, 1]), mask, subject.size)
    answers, how = answering(subject, mask)
    whole = float(scores(subject, target, subject.values)[0])
    shown = "what its surroundings suggest" if against == "inpainted" else PHRASES[against]
    fill = None if against == "inpainted" else baseline(subject, against, seed)[0]
    meaning = _meaning(subject.phrase(target), shown, score)

    def ask(new: NDArray[np.int64]) -> NDArray[np.floating]:
        at = np.stack([places.rows[new[:, 0]], places.cols[new[:, 1]]], axis=1)
        logits = answers(at, inpainted(subject, at, mask) if fill is None else fill)
        return score_of(subject, target, logits).cpu().numpy()

    total = len(places.rows) * len(places.cols)
    before: Sketch | None = None
    for sketch in refine(ask, len(places.rows), len(places.cols), share):
        done = int(sketch.computed.sum())
        values = places.spread(whole - sketch.scores if score == "drop" else sketch.scores)
        readings = (
            Reading("Positions", done),
            *_surprise(before, sketch),
            Reading("Computed", how),
        )
        progress = 1.0 if sketch.done else done / (share * total)
        yield Heatmap(
            values, meaning, score == "drop", min(progress, 1.0), done == total, score != "drop",
            readings,
        )  # fmt: skip
        before = sketch


def _surprise(before: "Sketch | None", sketch: "Sketch") -> tuple[Reading, ...]:
    """Return how far interpolation was off at the places computed last, in % of the map's range."""
    if before is None or sketch.computed.all():
        return ()
    new = sketch.computed & ~before.computed
    off = np.abs(sketch.scores - before.scores)[new].mean()
    span = float(np.ptp(sketch.scores)) or 1.0
    return (Reading("Interpolated, off by about", round(100 * float(off) / span, 1), "%"),)


def _meaning(phrase: str, shown: str, score: str) -> str:
    if score == "drop":
        return (
            f"Orange: {phrase} falls when {shown} covers this place; blue: it rises; the stronger "
            "the colour, the more."
        )
    return (
        f"The colour is {phrase} that is left when {shown} covers this place: dark places matter."
    )
