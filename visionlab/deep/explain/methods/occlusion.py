"""Occlusion."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from visionlab.core.errors import ParamError
from visionlab.core.params import Range
from visionlab.core.result import Reading
from visionlab.deep.explain.baselines import PHRASES, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Occlusion", group="Perturbation")
def occlusion(
    subject: Subject,
    target: Target,
    *,
    patch: Annotated[int, Range(1, 512, unit="px")] = 8,
    stride: Annotated[int, Range(1, 512, unit="px")] = 4,
    shape: Literal["square", "disc"] = "square",
    against: Annotated[
        Literal["mean", "grey", "black", "white", "blur", "noise", "inpainted"], "Patch shows"
    ] = "mean",
    score: Literal["drop", "logit", "probability"] = "drop",
    seed: Annotated[int, Range(0, 9999)] = 0,
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
    seed
        Of the noise.

    References
    ----------
    Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014; computed as
    Nakandala, Kumar, Papakonstantinou, SIGMOD 2019.
    """
    from visionlab.deep.explain.asking import score_of, scores
    from visionlab.deep.explain.occluding import Places, answering, disc, inpainted
    from visionlab.deep.incremental import grid

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
    left = np.zeros((len(places.rows), len(places.cols)))
    done = 0
    for step, new in places.coarse_to_fine():
        at = np.stack([places.rows[new[:, 0]], places.cols[new[:, 1]]], axis=1)
        logits = answers(at, inpainted(subject, at, mask) if fill is None else fill)
        found = score_of(subject, target, logits).cpu().numpy()
        for (row, col), value in zip(new.tolist(), found.tolist(), strict=True):
            left[row : row + step, col : col + step] = value  # until finer ones are known
        done += len(new)
        values = places.spread(whole - left if score == "drop" else left)
        readings = (Reading("Positions", done), Reading("Computed", how))
        yield Heatmap(
            values, meaning, score == "drop", done / len(corners), done == len(corners),
            score != "drop", readings,
        )  # fmt: skip


def _meaning(phrase: str, shown: str, score: str) -> str:
    if score == "drop":
        return (
            f"Orange: {phrase} falls when {shown} covers this place; blue: it rises; the stronger "
            "the colour, the more."
        )
    return (
        f"The colour is {phrase} that is left when {shown} covers this place: dark places matter."
    )
