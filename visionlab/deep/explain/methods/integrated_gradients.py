"""Integrated gradients."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from visionlab.core.params import Range
from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.channels import Over, over_channels, share_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.readings import completeness
from visionlab.deep.explain.subject import Subject, Target

if TYPE_CHECKING:
    from torch import Tensor


@explainer("Integrated gradients", group="Gradients", needs=("gradients",))
def integrated_gradients(
    subject: Subject,
    target: Target,
    *,
    against: Annotated[Baseline, "Baseline"] = "black",
    steps: Annotated[int, Range(1, 1000)] = 64,
    over: Annotated[Over, "Over the colours"] = "sum",
    signed: Annotated[bool, "Signed"] = True,
) -> Iterator[Heatmap]:
    """What each pixel adds to the score on the way from a baseline to the picture.

    (input - baseline) times the mean gradient on the straight line between them, by the midpoint
    rule. The exact map sums to the difference of the two scores; how far this one is from that
    is the completeness error.

    Parameters
    ----------
    against
        The picture without content that the way begins at.
    steps
        Points on the way.
    over
        Sum over the colours, or the colour that adds or takes most.
    signed
        Keep the signs: does the pixel speak for the class or against it?

    References
    ----------
    Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks, ICML 2017.
    """
    import torch

    from visionlab.deep.explain.asking import gradients, in_batches, scores

    start = baseline(subject, against)
    way = subject.values - start
    at = torch.from_numpy(_spread(steps)).to(way)
    ends = scores(subject, target, torch.cat([subject.values, start]))
    meaning = share_meaning(subject.phrase(target), signed, PHRASES[against])

    def ask(part: slice) -> "Tensor":
        points = start + at[part].view(-1, 1, 1, 1) * way
        return gradients(subject, target, points)[0].sum(0)

    total = torch.zeros_like(way[0])
    for part, slopes in in_batches(subject, steps, ask):
        total += slopes
        shares = (way[0] * total / part.stop).cpu().numpy()
        values = over_channels(shares, over, signed)
        readings = completeness(float(shares.sum(dtype=float)), *map(float, ends))
        yield Heatmap(values, meaning, signed, part.stop / steps, exact=False, readings=readings)


def _spread(steps: int) -> NDArray[np.float32]:
    """Return the middles of `steps` equal parts of 0..1, so ordered that each beginning covers all.

    Sorted by their bits read backwards (van der Corput).
    """
    bits = max(1, (steps - 1).bit_length())
    order = sorted(range(steps), key=lambda i: int(f"{i:0{bits}b}"[::-1], 2))
    return ((np.array(order) + 0.5) / steps).astype(np.float32)
