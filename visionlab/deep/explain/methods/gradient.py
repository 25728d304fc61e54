"""Gradient saliency."""

from collections.abc import Iterator
from typing import Annotated

from visionlab.deep.explain.channels import Over, over_channels, slope_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Gradient", group="Gradients", needs=("gradients",))
def gradient(
    subject: Subject,
    target: Target,
    *,
    over: Annotated[Over, "Over the colours"] = "maximum",
    signed: Annotated[bool, "Signed"] = False,
) -> Iterator[Heatmap]:
    """How much the score reacts to a small change of each pixel.

    The gradient of the score by the normalised input, from one forward and one backward pass.

    Parameters
    ----------
    over
        Take the colour that reacts most, or the sum over the colours.
    signed
        Keep the signs: does the score rise or fall when the value grows?

    References
    ----------
    Simonyan, Vedaldi, Zisserman: Deep Inside Convolutional Networks: Visualising Image
    Classification Models and Saliency Maps, ICLR workshop 2014.
    """
    from visionlab.deep.explain.asking import gradients

    slopes = gradients(subject, target, subject.values)[0].numpy(force=True)[0]
    meaning = slope_meaning(subject.phrase(target), signed)
    yield Heatmap(over_channels(slopes, over, signed), meaning, signed)
