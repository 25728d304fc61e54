"""The person's own models: weights, labels and preprocessing become a card, once."""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from visionlab.core.errors import ModelError
from visionlab.deep import torchvision_nets
from visionlab.deep.card import ModelCard, Preprocess, write_card
from visionlab.deep.cost import multiplications, parameters
from visionlab.deep.model import Classifier
from visionlab.deep.nets.architectures import ONNX, build
from visionlab.deep.shelf import Shelved, shelf
from visionlab.deep.weights import check_file, file_sha256, read_weights
from visionlab.deep.zoo import network

SUFFIXES = (".safetensors", ".pt", ".pth", ".onnx")


def add_model(
    own: Path,
    weights: Path,
    architecture: str,
    labels: Sequence[str],
    preprocess: Preprocess,
    *,
    name: str,
    arguments: Mapping[str, Any] | None = None,
) -> Shelved:
    """Check a model on one picture, copy its weights into the person's folder, and card it.

    Parameters
    ----------
    own : Path
        Folder of the person's models; made where it is missing.
    weights : Path
        `.safetensors`, `.pt` or `.pth` with a state dict, or `.onnx`.
    architecture : str
        One of `architectures.ARCHITECTURES`, or 'onnx'.
    labels : sequence of str
        The classes' names in the order of the outputs; see `labels.read_labels`.
    preprocess : Preprocess
        How the network was fed when it was trained.
    name : str
        For people; the id is made from it.
    arguments : mapping, optional
        The architecture's, but for channels and classes, which are known.

    Raises
    ------
    ModelError
        The weights cannot be used, or do not fit the architecture, the labels or the
        preprocessing; or the folder cannot be written to. Nothing was added.
    """
    built = dict(arguments or {})
    if architecture != ONNX:
        built |= {"in_channels": preprocess.channels, "classes": len(labels)}
        _check_labels(architecture, built, weights, len(labels))
    try:
        card = ModelCard(
            id=_slug(name),
            name=name.strip() or weights.stem,
            architecture=architecture,
            arguments=built,
            weights=weights.name,
            labels=tuple(labels),
            preprocess=preprocess,
        )
    except ValueError as error:
        raise ModelError(f"The model cannot be added: {error}.") from error
    return _add(own, card, weights)


def add_torchvision(own: Path, name: str, weights: Path) -> Shelved:
    """Add one of torchvision's networks with torchvision's weights, preprocessing and labels.

    Parameters
    ----------
    own : Path
        Folder of the person's models.
    name : str
        One of `torchvision_nets.NAMES`.
    weights : Path
        A file that torchvision offers for it, told by its checksum.

    Raises
    ------
    ModelError
        torchvision is not there, the file is not torchvision's or is damaged, or the folder
        cannot be written to. Nothing was added.
    """
    check_file(weights)
    entry = torchvision_nets.weights_of_file(name, weights)
    return _add(own, torchvision_nets.card(name, entry, weights.name), weights)


def fetch_torchvision(own: Path, name: str, fetch: Callable[[str, Path], object]) -> Shelved:
    """Download torchvision's recommended weights, and add them.

    Parameters
    ----------
    own : Path
        Folder of the person's models; what is fetched lies in its folder "downloads" until then.
    name : str
        One of `torchvision_nets.NAMES`.
    fetch : callable
        Takes a URL and the path at which its file shall be; may raise.

    Raises
    ------
    ModelError
        As `add_torchvision`.
    """
    url = torchvision_nets.default_weights(name).url
    fetched = own / "downloads" / url.rsplit("/", 1)[-1]
    try:
        fetched.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"{own} cannot be written to: {error.strerror}.") from error
    fetch(url, fetched)
    try:
        return add_torchvision(own, name, fetched)
    finally:  # kept as a model now, or no good
        fetched.unlink(missing_ok=True)


def _check_labels(architecture: str, arguments: dict[str, Any], weights: Path, labels: int) -> None:
    """Compare the number of labels with the last layer, which has one bias for each class."""
    with torch.device("meta"):
        *_, last = build(architecture, arguments).state_dict()
    found = read_weights(weights).get(last)
    if found is not None and found.ndim == 1 and len(found) != labels:
        raise ModelError(
            f"There are {labels} labels, but {weights.name} tells {len(found)} classes apart; "
            "one label for each is needed."
        )


def _add(own: Path, card: ModelCard, weights: Path) -> Shelved:
    """Try the model on a black picture, and put copy and card in place; the card last."""
    net = network(card, weights)
    how = card.preprocess
    black = torch.zeros(1, how.channels, how.size, how.size)
    Classifier(card, net).logits(black)
    if card.architecture != ONNX:
        cost = multiplications(net, how.channels, how.size)
        card = replace(card, parameters=parameters(net), multiplications=cost)
    taken = {model.card.id for model in shelf(own).models}
    try:
        own.mkdir(parents=True, exist_ok=True)
        taken |= {path.stem for path in own.iterdir()}
        unique = _unique(card.id, taken)
        path = own / f"{unique}.json"
        suffix = weights.suffix.lower()
        copy = path.with_suffix(suffix if suffix in SUFFIXES else ".weights")
        card = replace(
            card,
            id=unique,
            weights=copy.name,
            sha256=_copy(weights, copy),
        )
        try:
            write_card(card, path)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelError(f"The model cannot be added to {own}: {error.strerror}.") from error
    return Shelved(card, path)


def _copy(source: Path, target: Path) -> str:
    """Copy a file, all of it or nothing; return its SHA-256."""
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
        return file_sha256(target)
    finally:
        part.unlink(missing_ok=True)


def _slug(name: str) -> str:
    """Return a short name for files and the command line: a-z, 0-9, and - between."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"


def _unique(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
