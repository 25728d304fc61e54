"""Networks by name, as model cards name them."""

from collections.abc import Callable
from typing import Any

from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {
    "plain": PlainNet,
    "residual": ResidualNet,
}


def build(architecture: str, arguments: dict[str, Any]) -> nn.Module:
    """Return the network with fresh weights.

    Raises
    ------
    ModelError
        The name or an argument is unknown.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ModelError(f'The architecture "{architecture}" is unknown; known are {known}.')
    try:
        return ARCHITECTURES[architecture](**arguments)
    except (TypeError, ValueError, RuntimeError, IndexError) as error:
        raise ModelError(f'"{architecture}" cannot be built so: {error}.') from error
