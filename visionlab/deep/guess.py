"""What a file of weights tells of its network by the names and shapes in it. No PyTorch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.families import ONNX, OWN

Shape: TypeAlias = tuple[int, ...]
Values: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]

IMAGENET: Values = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
MNIST: Values = ((0.1307,), (0.3081,))
"""Mean and standard deviation of the training pictures, for values 0..1."""


@dataclass(frozen=True)
class Guess:
    """What could be told of a file; 0 and '' stand for what could not.

    Attributes
    ----------
    architecture : str
        One of the `families`.
    arguments : dict
        What the architecture is built with, but for channels and classes.
    channels, classes : int
        Of the input and the output.
    size : int
        Height and width of the input, where the file fixes them.
    card : ModelCard or None
        What need not be asked: the file's own card, or the one of torchvision's weights.
    origin : {'', 'card', 'torchvision'}
        Where `card` is from.
    """

    architecture: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    channels: int = 0
    classes: int = 0
    size: int = 0
    card: ModelCard | None = None
    origin: Literal["", "card", "torchvision"] = ""


def of_weights(shapes: Mapping[str, Shape]) -> Guess:
    """Guess from the names and shapes of a state dict, in its order or any other."""
    architecture, arguments = _own(shapes) or _torchvision(shapes) or ("", {})
    if not architecture:
        return Guess()
    channels, classes = _ends(shapes, architecture)
    return Guess(architecture, arguments, channels, classes)


def of_onnx(inputs: list[Shape], outputs: list[Shape]) -> Guess:
    """Guess from the shapes that an ONNX model declares; -1 stands for any number."""
    one = inputs[0] if len(inputs) == 1 and len(inputs[0]) == 4 else (0, 0, 0, 0)
    classes = outputs[0][1] if outputs and len(outputs[0]) == 2 else 0
    channels = one[1] if one[1] in (1, 3) else 0
    size = one[2] if one[2] == one[3] else 0
    return Guess(ONNX, {}, channels, max(classes, 0), max(size, 0))


def feeding(guess: Guess) -> Preprocess:
    """Return how such a network is fed most often."""
    if guess.card is not None:
        return guess.card.preprocess
    channels: Literal[1, 3] = 1 if guess.channels == 1 else 3
    size = guess.size or (28 if channels == 1 else 64 if guess.architecture in OWN else 224)
    mean, std = MNIST if channels == 1 else IMAGENET
    cut = size == 224 and channels == 3  # from 256, as ImageNet's networks are tested
    return Preprocess(
        size, channels, mean, std, 256 if cut else size, "pad" if channels == 1 else "crop"
    )


def _own(shapes: Mapping[str, Shape]) -> tuple[str, dict[str, Any]] | None:
    """Return this program's own architecture, and what it is built with."""
    if "stem.0.weight" in shapes and "stages.0.0.conv1.weight" in shapes:
        blocks = 1
        while f"stages.0.{blocks}.conv1.weight" in shapes:
            blocks += 1
        widths: list[int] = []
        inner: list[int] = []
        while (shape := shapes.get(f"stages.{len(widths)}.0.conv2.weight")) is not None:
            widths.append(shape[0])
            if shape[2:] == (1, 1):
                inner.append(shape[1])
        own = {"widths": widths, "blocks": blocks}
        return "residual", own | ({"inner": inner} if inner else {})
    if "features.0.weight" in shapes and "fc.weight" in shapes:
        places = _convolutions(shapes)
        convs = 1
        while 3 * convs in places:  # convolution, normalisation and ReLU; a pooling ends the stage
            convs += 1
        stage = 3 * convs + 1
        widths = [shapes[f"features.{at}.weight"][0] for at in places if at % stage == 0]
        return "plain", {"widths": widths, "convs": convs}
    return None


def _torchvision(shapes: Mapping[str, Shape]) -> tuple[str, dict[str, Any]] | None:
    name = ""
    if "layer4.0.conv1.weight" in shapes:
        deep = "layer4.2.conv1.weight" in shapes
        bottleneck = "layer1.0.conv3.weight" in shapes
        name = ("resnet50" if bottleneck else "resnet34") if deep else "resnet18"
        name = "" if bottleneck and "layer3.6.conv1.weight" in shapes else name  # 101, 152
    elif "features.0.0.weight" in shapes and "classifier.3.weight" in shapes:
        name = "mobilenet_v3_large" if "features.16.0.weight" in shapes else "mobilenet_v3_small"
    elif "features.3.squeeze.weight" in shapes:
        name = "squeezenet1_1"
        if shapes.get("features.0.weight", ())[-1:] == (7,):
            name = "squeezenet1_0"
    elif "features.0.weight" in shapes and "classifier.6.weight" in shapes:
        convolutions = len(_convolutions(shapes))
        normalised = any(key.endswith("running_mean") for key in shapes)
        name = {5: "alexnet", 8: "vgg11", 13: "vgg16"}.get(convolutions, "")
        name += "_bn" if name.startswith("vgg") and normalised else ""
    return (name, {}) if name else None


def _convolutions(shapes: Mapping[str, Shape]) -> list[int]:
    """Return the places of the convolutions in a network whose layers are `features`."""
    places = [
        key.split(".")[1]
        for key, shape in shapes.items()
        if key.startswith("features.") and key.count(".") == 2 and len(shape) == 4
    ]
    return sorted(int(place) for place in places if place.isdigit())


_LAST = {"squeezenet1_0": "classifier.1.bias", "squeezenet1_1": "classifier.1.bias"}


def _ends(shapes: Mapping[str, Shape], architecture: str) -> tuple[int, int]:
    """Return the channels of the first layer and the classes of the last; 0 for odd ones."""
    firsts = ("stem.0.weight", "conv1.weight", "features.0.weight", "features.0.0.weight")
    lasts = (_LAST.get(architecture, ""), "fc.bias", "classifier.6.bias", "classifier.3.bias")
    first = next((shapes[key] for key in firsts if key in shapes), ())
    last = next((shapes[key] for key in lasts if key in shapes), ())
    channels = first[1] if len(first) == 4 and first[1] in (1, 3) else 0
    return channels, last[0] if len(last) == 1 else 0
