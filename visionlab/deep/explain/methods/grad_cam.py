"""Grad-CAM."""

from collections.abc import Iterator
from typing import Annotated

from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Grad-CAM", group="Class activation", needs=("gradients", "convolutions"))
def grad_cam(
    subject: Subject,
    target: Target,
    layer: str = "",
    *,
    positive: Annotated[bool, "Positive part only"] = True,
) -> Iterator[Heatmap]:
    """Where the feature maps that speak for the class are active.

    The layer's maps, each weighted with the mean over all places of the score's gradient by it,
    are summed, and what speaks against the class is cut off: max(0, sum of w_k A_k). As coarse as
    the layer; brought to the picture's size bilinearly.

    Parameters
    ----------
    positive
        Cut off what speaks against the class; else the map is signed.

    References
    ----------
    Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra: Grad-CAM: Visual Explanations from Deep
    Networks via Gradient-based Localization, ICCV 2017.
    """
    from visionlab.deep.explain.class_activation import maps_and_gradients, weighted

    name, maps, slopes = maps_and_gradients(subject, target, layer)
    values = weighted(slopes.mean((1, 2)), maps, subject.size, positive)
    what = f"the features of layer {name} speak for {subject.phrase(target)}"
    if positive:
        yield Heatmap(values, f"The lighter a place, the more {what}.")
    else:
        yield Heatmap(values, f"Where it is orange {what}, where it is blue against it.", True)
