"""Networks by name, as model cards name them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep import torchvision_nets
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {
    "plain": PlainNet,
    "residual": ResidualNet,
    **{name: partial(torchvision_nets.build, name) for name in torchvision_nets.NAMES},
}

# A card comes from anywhere, and a network of a billion layers would never be built.
LIMITS = {"widths": 16_384, "inner": 16_384, "classes": 100_000}
OTHER_LIMIT = 64
MAX_STAGES = 16


def build(architecture: str, arguments: dict[str, Any]) -> nn.Module:
    """Return the network with fresh weights.

    Raises
    ------
    ModelError
        The name or an argument is unknown, or out of range.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ModelError(f'The architecture "{architecture}" is unknown; known are {known}.')
    for name, value in arguments.items():
        _check(architecture, name, value)
    try:
        return ARCHITECTURES[architecture](**arguments)
    except (TypeError, ValueError, RuntimeError, IndexError) as error:
        raise ModelError(f'"{architecture}" cannot be built so: {error}.') from error


def _check(architecture: str, name: str, value: Any) -> None:
    """Refuse numbers that no network has."""
    numbers = value if isinstance(value, list | tuple) else [value]
    limit = LIMITS.get(name, OTHER_LIMIT)
    fits = all(isinstance(number, int | float) and 0 <= number <= limit for number in numbers)
    if not fits or len(numbers) > MAX_STAGES:
        raise ModelError(
            f'"{architecture}" cannot be built so: "{name}" must be 0 to {limit}, and at most '
            f"{MAX_STAGES} numbers."
        )
