"""What a method asks of a network."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from visionlab.deep.explain.explainer import Explainer

SMOOTH = (nn.SiLU, nn.GELU, nn.Hardswish, nn.ELU, nn.Mish, nn.Sigmoid, nn.Tanh)


def why_not(net: nn.Module, explainer: "Explainer") -> str:
    """Return one sentence that says why the method cannot run with the network, or ''."""
    return next((_LACKING[need] for need in explainer.needs if not _MET[need](net)), "")


def _differentiable(net: nn.Module) -> bool:
    return any(True for _ in net.parameters())


def _convolves(net: nn.Module) -> bool:
    return any(isinstance(part, nn.Conv2d) for part in net.modules())


def _rectifies(net: nn.Module) -> bool:
    """Whether there are rectifiers; they may also be functions, which no list of parts shows."""
    other = False
    for part in net.modules():
        if isinstance(part, nn.ReLU | nn.ReLU6):
            return True
        other = other or isinstance(part, SMOOTH)
    return not other


_MET: dict[str, Callable[[nn.Module], bool]] = {
    "gradients": _differentiable,
    "convolutions": _convolves,
    "rectifiers": _rectifies,
}
_LACKING = {
    "gradients": "it needs gradients, and networks from ONNX files have none.",
    "convolutions": "it looks at a convolution's output, and this network shows none.",
    "rectifiers": "it is made for rectifiers (ReLU), and this network has other activations.",
}
