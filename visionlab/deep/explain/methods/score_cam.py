"""Score-CAM."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from visionlab.core.params import Range
from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target

if TYPE_CHECKING:
    from torch import Tensor


@explainer("Score-CAM", group="Class activation", needs=("convolutions",))
def score_cam(
    subject: Subject,
    target: Target,
    layer: str = "",
    *,
    against: Annotated[Baseline, "Baseline"] = "mean",
    most: Annotated[int, Range(1, 4096), "Maps at most"] = 512,
) -> Iterator[Heatmap]:
    """Feature maps weighted with the score of what they show of the picture.

    Each map of the layer, brought to 0..1 and to the picture's size, masks the picture. The
    rise of the score above the baseline's, after softmax over the maps, is its weight. No
    gradients.

    Parameters
    ----------
    against
        What stands where a mask is 0.
    most
        With more maps than this, only those that vary most are asked.

    References
    ----------
    Wang, Wang, Du, Yang, Zhang, Ding, Mardziel, Hu: Score-CAM: Score-Weighted Visual Explanations
    for Convolutional Neural Networks, CVPR workshops 2020.
    """
    import torch

    from visionlab.deep.explain.asking import scores, scores_in_batches
    from visionlab.deep.explain.class_activation import enlarged, maps_of, weighted

    name, maps = maps_of(subject, layer)
    lows, highs = maps.amin((1, 2)), maps.amax((1, 2))
    varied = torch.nonzero(highs > lows)[:, 0]  # a flat map shows nothing
    order = (highs - lows)[varied].argsort(descending=True, stable=True)[:most]
    maps = maps[varied[order]]
    low, span = lows[varied[order], None, None], (highs - lows)[varied[order], None, None]
    empty = baseline(subject, against)
    floor = float(scores(subject, target, empty)[0])

    def make(part: slice) -> "Tensor":
        masks = enlarged((maps[part] - low[part]) / span[part], subject.size)[:, None]
        return empty + masks * (subject.values - empty)

    meaning = (
        f"The lighter a place, the more what layer {name} shows of it raises "
        f"{subject.phrase(target)} above that of {PHRASES[against]}."
    )
    found = torch.zeros(len(maps))
    if not len(maps):
        yield Heatmap(torch.zeros(subject.size).numpy(), meaning)
    for part, answers in scores_in_batches(subject, target, len(maps), make):
        found[part] = torch.from_numpy(answers) - floor
        weights = found[: part.stop].softmax(0).to(maps)
        values = weighted(weights, maps[: part.stop], subject.size, positive=True)
        done = part.stop == len(maps)
        yield Heatmap(values, meaning, progress=part.stop / len(maps), exact=done)
