"""Deconvnet."""

from collections.abc import Iterator
from typing import Annotated

from visionlab.deep.explain.channels import Over, over_channels, slope_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Deconvnet", group="Gradients", needs=("gradients", "rectifiers"))
def deconvnet(
    subject: Subject,
    target: Target,
    *,
    over: Annotated[Over, "Over the colours"] = "maximum",
    signed: Annotated[bool, "Signed"] = False,
) -> Iterator[Heatmap]:
    """The network run backwards, from the class to a picture.

    A gradient whose rectifiers look at what comes back alone: positive values pass, wherever the
    way forward was shut. Maxima are undone where they were found.

    Parameters
    ----------
    over
        Take the colour that reacts most, or the sum over the colours.
    signed
        Keep the signs.

    References
    ----------
    Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014.
    """
    from visionlab.deep.explain.asking import gradients

    slopes = gradients(subject, target, subject.values, rule="deconvnet")[0].numpy(force=True)[0]
    meaning = (
        f"{slope_meaning(subject.phrase(target), signed)[:-1]}, with all that is negative left "
        "out on the way back."
    )
    yield Heatmap(over_channels(slopes, over, signed), meaning, signed)
