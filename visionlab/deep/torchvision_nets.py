"""The common networks of torchvision (extra `visionlab[torchvision]`), and what its weights need.

torchvision is imported when one of them is asked for.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.families import TITLES, TORCHVISION
from visionlab.deep.weights import file_sha256

NAMES = TORCHVISION


def build(name: str, classes: int = 1000, in_channels: int = 3) -> nn.Module:
    """Return one of `NAMES` with fresh weights.

    Raises
    ------
    ModelError
        torchvision is not there, or `in_channels` is not 3.
    """
    if in_channels != 3:
        raise ModelError(f"{name} takes colour pictures: 3 channels, not {in_channels}.")
    net: nn.Module = models().get_model(name, weights=None, num_classes=classes)
    return net


def models() -> Any:
    """Return `torchvision.models`.

    Raises
    ------
    ModelError
        It is not installed, or does not fit the installed PyTorch.
    """
    try:
        return import_module("torchvision.models")
    except ModuleNotFoundError as error:
        raise ModelError(
            "This network needs torchvision, which is not installed; "
            'please install it with pip install "visionlab[torchvision]".'
        ) from error
    except (ImportError, RuntimeError, OSError) as error:
        raise ModelError(
            "torchvision is installed, but not for this PyTorch; "
            "please install both anew, from the same place."
        ) from error


def default_weights(name: str) -> Any:
    """Return torchvision's recommended entry of weights: url, meta, transforms.

    Raises
    ------
    ModelError
        The name is none of `NAMES`, or torchvision is not there.
    """
    _check(name)
    return models().get_model_weights(name).DEFAULT


def weights_of_file(name: str, path: Path) -> Any:
    """Return torchvision's entry for a file of its weights, whatever the file is called.

    Raises
    ------
    ModelError
        The file is none of torchvision's for this network, or torchvision is not there.
    """
    _check(name)
    digest = file_sha256(path)
    for entry in models().get_model_weights(name):
        if entry.meta.get("categories") and digest.startswith(hash_prefix(entry.url)):
            return entry
    raise ModelError(
        f"{path.name} is not what torchvision offers for {name}, or is damaged; "
        "add weights of your own with their labels."
    )


def hash_prefix(url: str) -> str:
    """Return the first digits of the SHA-256, which torchvision puts into its files' names."""
    return url.rsplit("-", 1)[-1].split(".")[0]


def card(name: str, entry: Any, weights: str) -> ModelCard:
    """Return the card of a network with torchvision's weights: their own preprocessing and labels.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    entry : torchvision.models.WeightsEnum
        From `default_weights` or `weights_of_file`.
    weights : str
        The file's name.
    """
    meta, transforms = entry.meta, entry.transforms()
    top = meta["_metrics"]["ImageNet-1K"]
    return ModelCard(
        id=name,
        name=TITLES[name],
        summary="A network of torchvision, trained on ImageNet's 1000 classes; its weights "
        f"{entry.name}.",
        architecture=name,
        weights=weights,
        labels=tuple(meta["categories"]),
        preprocess=Preprocess(
            size=transforms.crop_size[0],
            channels=3,
            mean=tuple(transforms.mean),
            std=tuple(transforms.std),
            resize=transforms.resize_size[0],
        ),
        data="ImageNet (ILSVRC 2012), 1.28 million photographs",
        licence="Code BSD-3-Clause; the weights' terms follow those of ImageNet.",
        weaknesses=(
            f"Not measured by this program; torchvision states {top['acc@1']:.1f} % top-1 and "
            f"{top['acc@5']:.1f} % top-5 on ImageNet's 50,000 validation pictures.",
        ),
    )


def _check(name: str) -> None:
    if name not in NAMES:
        raise ModelError(f'"{name}" is no network of torchvision here; {", ".join(NAMES)} are.')
