"""DeepLift's rules: how a difference of inputs becomes a difference of outputs.

The network is asked for the inputs and their baselines in one batch, inputs first. What comes
back to the inputs' half is a multiplier: times (input - baseline) it sums to the difference of
the two answers. Linear layers need no rule; these do:

- an activation: (difference of outputs) / (difference of inputs), the rescale rule;
- a maximum: what rises goes to the input's largest value, what falls to the baseline's;
- a product of two: each factor's difference times the mean of the other.

Shrikumar, Greenside, Kundaje: Learning Important Features Through Propagating Activation
Differences, ICML 2017.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Function: TypeAlias = Callable[..., Any]

SAME = 1e-6
"""Inputs that differ by less are taken as equal: what is left is rounding."""

ACTIVATIONS: dict[Function, Function] = {
    function: function
    for function in (
        functional.relu, functional.relu6, functional.hardtanh, functional.leaky_relu,
        functional.elu, functional.silu, functional.gelu, functional.mish, functional.softplus,
        functional.hardswish, functional.hardsigmoid, functional.sigmoid, functional.tanh,
        torch.relu, torch.sigmoid, torch.tanh, Tensor.relu, Tensor.sigmoid, Tensor.tanh,
    )
} | {torch.relu_: torch.relu, Tensor.relu_: torch.relu}  # fmt: skip
MAXIMA = {functional.max_pool2d, functional.adaptive_max_pool2d, torch.max_pool2d}
PRODUCTS = {torch.mul, Tensor.mul, Tensor.mul_}


class Differences(TorchFunctionMode):
    """Inside the ``with``, differences take the place of slopes."""

    def __torch_function__(
        self, func: Function, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Run `func`, with a rule where it is not linear."""
        kwargs = kwargs or {}
        if func in ACTIVATIONS:
            if kwargs.get("inplace"):
                kwargs = kwargs | {"inplace": False}
            run = partial(_rest, ACTIVATIONS[func], args[1:], kwargs)
            return _Ruled.apply(args[0], run, _rescale)  # type: ignore[no-untyped-call]
        if func in MAXIMA and not kwargs.get("return_indices"):
            run = partial(_rest, func, args[1:], kwargs)
            return _Ruled.apply(args[0], run, _maximum)  # type: ignore[no-untyped-call]
        if func in PRODUCTS and all(_depends(factor) for factor in args):
            return _Product.apply(*args)  # type: ignore[no-untyped-call]
        return func(*args, **kwargs)


def _rest(function: Function, args: Any, kwargs: Any, x: Tensor) -> Any:
    return function(x, *args, **kwargs)


def _depends(factor: Any) -> bool:
    return isinstance(factor, Tensor) and factor.requires_grad and factor.ndim > 1


def _pulled(function: Function, x: Tensor, gradient: Tensor) -> Tensor:
    """Return the gradient at x of a gradient at function(x)."""
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        return torch.autograd.grad(function(leaf), leaf, gradient)[0]


def _rescale(function: Function, x: Tensor, base: Tensor, dy: Tensor, ours: Tensor) -> Tensor:
    dx = x - base
    return torch.where(dx.abs() < SAME, _pulled(function, x, ours), ours * dy / dx)


def _maximum(function: Function, x: Tensor, base: Tensor, dy: Tensor, ours: Tensor) -> Tensor:
    dx = x - base
    rise = _pulled(function, x, ours * dy.clamp(min=0))
    fall = _pulled(function, base, ours * dy.clamp(max=0))
    return torch.where(dx.abs() < SAME, 0, (rise + fall) / dx)


class _Ruled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, function: Function, rule: Function) -> Tensor:
        y: Tensor = function(x)
        ctx.function, ctx.rule = function, rule
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (x, base), (y, y_base) = (both.chunk(2) for both in ctx.saved_tensors)
        ours, _ = gradient.chunk(2)
        back = ctx.rule(ctx.function, x, base, y - y_base, ours)
        return torch.cat([back, torch.zeros_like(back)]), None, None


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        return _scaled(gradient, b, a.shape), _scaled(gradient, a, b.shape)


def _scaled(gradient: Tensor, other: Tensor, shape: torch.Size) -> Tensor:
    """Return the gradient of one factor: times the mean of the other over input and baseline."""
    ours, base = other.chunk(2)
    mean = (ours + base) / 2
    return (gradient * torch.cat([mean, mean])).sum_to_size(shape)
