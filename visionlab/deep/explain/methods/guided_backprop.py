"""Guided backprop."""

from collections.abc import Iterator
from typing import Annotated

from visionlab.deep.explain.channels import Over, over_channels, slope_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Guided backprop", group="Gradients", needs=("gradients", "rectifiers"))
def guided_backprop(
    subject: Subject,
    target: Target,
    *,
    over: Annotated[Over, "Over the colours"] = "maximum",
    signed: Annotated[bool, "Signed"] = False,
) -> Iterator[Heatmap]:
    """The gradient along those paths alone on which every step speaks for the class.

    On the way back each rectifier lets through only positive values, and only where its own
    output was positive. Sharp, but it shows edges more than evidence: it hardly changes when the
    network's upper layers are randomised (Adebayo et al., NeurIPS 2018).

    Parameters
    ----------
    over
        Take the colour that reacts most, or the sum over the colours.
    signed
        Keep the signs.

    References
    ----------
    Springenberg, Dosovitskiy, Brox, Riedmiller: Striving for Simplicity: The All Convolutional
    Net, ICLR workshop 2015.
    """
    from visionlab.deep.explain.asking import gradients

    slopes = gradients(subject, target, subject.values, rule="guided")[0].numpy(force=True)[0]
    meaning = (
        f"{slope_meaning(subject.phrase(target), signed)[:-1]}, along the paths on which every "
        "rectifier speaks for it."
    )
    yield Heatmap(over_channels(slopes, over, signed), meaning, signed)
