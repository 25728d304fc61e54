"""From a card to a classifier on a device."""

from pathlib import Path

import torch
from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard
from visionlab.deep.families import ONNX
from visionlab.deep.model import Classifier
from visionlab.deep.nets.architectures import build
from visionlab.deep.onnx_net import OnnxNet
from visionlab.deep.shelf import find
from visionlab.deep.weights import load_weights

DEVICES = ("cpu", "mps", "cuda")  # the last that is there is the fastest


def load(
    which: str | Path,
    device: str = "auto",
    *,
    own: Path | None = None,
    threads: int = 0,
) -> Classifier:
    """Return a classifier; its weights are checked, and nothing of the file is run.

    Parameters
    ----------
    which : str or Path
        A card's id, or the path of a card or of the weights beside it.
    device : {'auto', 'cpu', 'cuda', 'mps'}
        Where it runs. One that is not there becomes the CPU, and `Classifier.notice` says so.
    own : Path, optional
        Folder of the person's models.
    threads : int
        Of the CPU, for the whole process; 0 leaves that as it is.

    Raises
    ------
    ModelError
        There is no such model or device, or its card or weights cannot be used.
    """
    model = find(which, own)
    if threads:
        give_threads(threads)
    net = network(model.card, model.weights, threads)
    chosen, notice = choose_device(device, model.card)
    return Classifier(model.card, net, chosen, notice)


def network(card: ModelCard, weights: Path, threads: int = 0) -> nn.Module:
    """Return the card's network with the weights of a file, on the CPU.

    Raises
    ------
    ModelError
        The architecture is unknown, or the weights cannot be used.
    """
    if card.architecture == ONNX:
        return OnnxNet(weights, card.preprocess, threads, card.sha256)
    with torch.device("meta"):  # no memory, and no random numbers, before the weights fit
        net = build(card.architecture, card.arguments)
    load_weights(net, weights, card.sha256)
    return net


def give_threads(count: int) -> None:
    """Let PyTorch use so many threads of the CPU, in the whole process."""
    torch.set_num_threads(count)


def available_devices() -> tuple[str, ...]:
    """Return the devices of this machine; 'cpu' is the first, what 'auto' takes the last."""
    there = {
        "cpu": True,
        "mps": torch.backends.mps.is_available(),
        "cuda": torch.cuda.is_available(),
    }
    return tuple(device for device in DEVICES if there[device])


def choose_device(asked: str, card: ModelCard) -> tuple[str, str]:
    """Return the device to use, and a sentence where it is not the one asked for.

    Raises
    ------
    ModelError
        There is no device of that name.
    """
    if asked != "auto" and asked not in DEVICES:
        raise ModelError(f'"{asked}" is no device; there are auto, {", ".join(DEVICES)}.')
    if card.architecture == ONNX:
        other = asked not in ("auto", "cpu")
        return "cpu", "ONNX networks run on the CPU." if other else ""
    devices = available_devices()
    if asked == "auto":
        return devices[-1], ""
    if asked in devices:
        return asked, ""
    return "cpu", f"There is no {asked.upper()} device; {card.name} runs on the CPU."
