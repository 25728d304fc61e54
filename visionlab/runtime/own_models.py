"""What is done in the background to models of the person's own; PyTorch is imported there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.download import download
from visionlab.deep.shelf import Shelved
from visionlab.runtime.paths import models_folder
from visionlab.runtime.task import Tell, Work


@dataclass(frozen=True)
class Wanted:
    """What the person has said about a file of weights.

    Attributes
    ----------
    weights : Path
        The file.
    name : str
        What the model is to be called.
    architecture, arguments : str, dict
        One of the `families`, and what it is built with.
    labels : tuple of str
        The classes' names.
    preprocess : Preprocess or None
        How the network is fed.
    card : ModelCard or None
        In place of all of these but `weights`, where the file's card is known.
    """

    weights: Path
    name: str = ""
    architecture: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    preprocess: Preprocess | None = None
    card: ModelCard | None = None


def looking_at(weights: Path) -> Work:
    """Return the work of finding out what a file of weights is; it results in a `Guess`."""

    def work(tell: Tell, _: Callable[[], bool]) -> object:
        tell("Loading PyTorch", 0, 0)
        own_model = _own_model()
        tell(f"Reading {weights.name}", 0, 0)
        try:
            return own_model.look_at(weights)
        except OSError as error:
            raise ModelError(f"{weights.name} cannot be read: {error.strerror}.") from error

    return work


def adding(wanted: Wanted) -> Work:
    """Return the work of checking a model and keeping it; it results in a `Shelved`."""

    def work(tell: Tell, _: Callable[[], bool]) -> object:
        tell("Loading PyTorch", 0, 0)
        own_model = _own_model()

        def step(text: str) -> None:
            tell(text, 0, 0)

        own = models_folder()
        if wanted.card is not None:
            return own_model.add_card(own, wanted.card, wanted.weights, step)
        assert wanted.preprocess is not None
        return own_model.add_model(
            own, wanted.weights, wanted.architecture, wanted.labels, wanted.preprocess,
            name=wanted.name, arguments=wanted.arguments, step=step,
        )  # fmt: skip

    return work


def fetching(architecture: str) -> Work:
    """Return the work of downloading torchvision's weights and keeping them: a `Shelved`."""

    def work(tell: Tell, cancelled: Callable[[], bool]) -> object:
        tell("Loading PyTorch", 0, 0)
        own_model = _own_model()

        def fetch(url: str, path: Path) -> None:
            def progress(done: int, total: int | None) -> None:
                tell(f"Fetching {path.name}", done, total or 0)

            digest = own_model.torchvision_nets.hash_prefix(url)
            download(url, path, digest, progress=progress, cancelled=cancelled)

        return own_model.fetch_torchvision(
            models_folder(), architecture, fetch, lambda text: tell(text, 0, 0)
        )

    return work


def remove(model: Shelved) -> None:
    """Delete card and weights of a model of the person's own.

    Raises
    ------
    ModelError
        It ships with the program, or its files cannot be deleted.
    """
    if model.bundled:
        raise ModelError(f"{model.card.name} ships with the program and stays.")
    try:
        model.path.unlink(missing_ok=True)  # first: weights alone are no model
        model.weights.unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"{model.card.name} cannot be deleted: {error.strerror}.") from error


def _own_model() -> Any:
    """Return the module, which imports PyTorch."""
    from visionlab.deep import own_model

    return own_model
