"""The person's own models: weights, labels and preprocessing become a card, once."""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import torch

from visionlab.core.errors import ModelError
from visionlab.deep import torchvision_nets
from visionlab.deep.card import ModelCard, Preprocess, read_card, write_card
from visionlab.deep.cost import multiplications, parameters
from visionlab.deep.families import ONNX, SUFFIXES
from visionlab.deep.guess import Guess, of_onnx, of_weights
from visionlab.deep.model import Classifier
from visionlab.deep.nets.architectures import build
from visionlab.deep.onnx_file import check_onnx, declared_shapes
from visionlab.deep.shelf import Shelved, shelf
from visionlab.deep.weights import check_file, file_sha256, read_weights
from visionlab.deep.zoo import network

Step: TypeAlias = Callable[[str], None]
"""Is told what comes next; what it raises, such as Cancelled, ends the work: nothing is added."""


def look_at(weights: Path) -> Guess:
    """Return what a file tells of itself: by its own card, by torchvision's list, by its shapes.

    Raises
    ------
    ModelError
        The file cannot be read, is damaged or not trustworthy.
    """
    check_file(weights)
    beside = weights.with_suffix(".json")
    if beside.is_file():
        try:
            card = read_card(beside)
        except ModelError:
            card = None  # some other JSON file
        if card is not None and card.weights == weights.name:
            return Guess(card.architecture, classes=len(card.labels), card=card, origin="card")
    if weights.suffix.lower() == ".onnx":
        data = weights.read_bytes()
        check_onnx(data, weights.name)
        return of_onnx(*declared_shapes(data, weights.name))
    shapes = {key: tuple(value.shape) for key, value in read_weights(weights).items()}
    found = of_weights(shapes)
    if found.architecture in torchvision_nets.NAMES:
        try:
            entry = torchvision_nets.weights_of_file(found.architecture, weights)
        except ModelError:
            return found  # the person's own training, or torchvision is not there
        card = torchvision_nets.card(found.architecture, entry, weights.name)
        return replace(found, card=card, origin="torchvision")
    return found


def add_card(own: Path, card: ModelCard, weights: Path, step: Step | None = None) -> Shelved:
    """Add a model whose card is known, as `look_at` found it.

    Raises
    ------
    ModelError
        The weights are not those of the card, or the folder cannot be written to.
    """
    return _add(own, card, weights, step)


def add_model(
    own: Path,
    weights: Path,
    architecture: str,
    labels: Sequence[str],
    preprocess: Preprocess,
    *,
    name: str,
    arguments: Mapping[str, Any] | None = None,
    step: Step | None = None,
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
    step : callable, optional
        See `Step`.

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
    return _add(own, card, weights, step)


def add_torchvision(own: Path, name: str, weights: Path, step: Step | None = None) -> Shelved:
    """Add one of torchvision's networks with torchvision's weights, preprocessing and labels.

    Parameters
    ----------
    own : Path
        Folder of the person's models.
    name : str
        One of `torchvision_nets.NAMES`.
    weights : Path
        A file that torchvision offers for it, told by its checksum.
    step : callable, optional
        See `Step`.

    Raises
    ------
    ModelError
        torchvision is not there, the file is not torchvision's or is damaged, or the folder
        cannot be written to. Nothing was added.
    """
    check_file(weights)
    entry = torchvision_nets.weights_of_file(name, weights)
    return _add(own, torchvision_nets.card(name, entry, weights.name), weights, step)


def fetch_torchvision(
    own: Path, name: str, fetch: Callable[[str, Path], object], step: Step | None = None
) -> Shelved:
    """Download torchvision's recommended weights, and add them.

    Parameters
    ----------
    own : Path
        Folder of the person's models; what is fetched lies in its folder "downloads" until then.
    name : str
        One of `torchvision_nets.NAMES`.
    fetch : callable
        Takes a URL and the path at which its file shall be; may raise.
    step : callable, optional
        See `Step`.

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
        return add_torchvision(own, name, fetched, step)
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


def _add(own: Path, card: ModelCard, weights: Path, step: Step | None) -> Shelved:
    """Try the model on a black picture, and put copy and card in place; the card last."""
    tell = step or _tell_nobody
    tell(f"Reading {weights.name}")
    net = network(card, weights)
    tell("Trying the network on a picture")
    how = card.preprocess
    black = torch.zeros(1, how.channels, how.size, how.size)
    Classifier(card, net).logits(black)
    if card.architecture != ONNX:
        cost = multiplications(net, how.channels, how.size)
        card = replace(card, parameters=parameters(net), multiplications=cost)
    tell("Keeping the model and its card")
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


def _tell_nobody(_: str) -> None:
    """Do without progress."""


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
