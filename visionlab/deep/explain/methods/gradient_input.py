"""Gradient times input."""

from collections.abc import Iterator
from typing import Annotated

from visionlab.deep.explain.channels import Over, over_channels, share_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Gradient x input", group="Gradients", needs=("gradients",))
def gradient_input(
    subject: Subject,
    target: Target,
    *,
    over: Annotated[Over, "Over the colours"] = "sum",
    signed: Annotated[bool, "Signed"] = True,
) -> Iterator[Heatmap]:
    """What each pixel adds to the score, if the network were a straight line.

    The gradient times the normalised input, that is, times the distance from the training
    pictures' mean colour. For a linear network without bias the map sums to the score.

    Parameters
    ----------
    over
        Sum over the colours, or the colour that adds or takes most.
    signed
        Keep the signs: does the pixel speak for the class or against it?

    References
    ----------
    Shrikumar, Greenside, Shcherbina, Kundaje: Not Just a Black Box: Learning Important Features
    Through Propagating Activation Differences, arXiv 1605.01713, 2016.
    """
    from visionlab.deep.explain.asking import gradients

    slopes = gradients(subject, target, subject.values)[0]
    shares = (slopes * subject.values)[0].cpu().numpy()
    meaning = share_meaning(
        subject.phrase(target), signed, "the training pictures' mean colour, taken linearly"
    )
    yield Heatmap(over_channels(shares, over, signed), meaning, signed)
