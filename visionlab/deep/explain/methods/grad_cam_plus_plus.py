"""Grad-CAM++."""

from collections.abc import Iterator

from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target


@explainer("Grad-CAM++", group="Class activation", needs=("gradients", "convolutions"))
def grad_cam_plus_plus(subject: Subject, target: Target, layer: str = "") -> Iterator[Heatmap]:
    """Grad-CAM with weights that also do justice to small and repeated things.

    With the gradient g of the score by map A at a place, that place counts g^2 / (2 g^2 + g^3 sum
    of A), and a map's weight is the sum of these times max(0, g): the score is taken as the
    logarithm of an exponential, as in the paper.

    References
    ----------
    Chattopadhay, Sarkar, Howlader, Balasubramanian: Grad-CAM++: Generalized Gradient-Based Visual
    Explanations for Deep Convolutional Networks, WACV 2018.
    """
    import torch

    from visionlab.deep.explain.class_activation import maps_and_gradients, weighted

    name, maps, slopes = maps_and_gradients(subject, target, layer)
    below = 2 * slopes**2 + slopes**3 * maps.sum((1, 2), keepdim=True)
    counts = torch.where(below != 0, slopes**2 / below, 0)
    weights = (counts * slopes.relu()).sum((1, 2))
    yield Heatmap(
        weighted(weights, maps, subject.size, positive=True),
        f"The lighter a place, the more the features of layer {name} speak for "
        f"{subject.phrase(target)}, each thing on the picture counted alike.",
    )
