"""How the network lane comes by its models; the first call imports PyTorch."""

from typing import TYPE_CHECKING

from visionlab.runtime.paths import models_folder
from visionlab.runtime.threads import network_threads

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier


def load_classifier(model: str, device: str) -> "Classifier":
    """Load a model by its id or file."""
    from visionlab.deep import zoo

    return zoo.load(model, device, own=models_folder(), threads=network_threads())


def give_threads(crowded: bool) -> None:
    """Let a network that was loaded work with as many threads as there is room for."""
    from visionlab.deep import zoo

    zoo.give_threads(network_threads(crowded))


def find_devices() -> tuple[str, ...]:
    """Return the devices of this machine."""
    from visionlab.deep import zoo

    return zoo.available_devices()
