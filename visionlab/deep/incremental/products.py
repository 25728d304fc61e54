"""Products of matrices by the library that is sooner on this processor.

PyTorch multiplies by MKL, which on processors of other makers than its own leaves their widest
instructions unused. oneDNN, which does PyTorch's convolutions, uses them, and can be given the
weights in the processor's order once. Which is sooner is measured, once in a process.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Product = Callable[[Tensor], Tensor]

LEAST_ROWS = 24  # with fewer both are as fast as the weights are read, and MKL is called sooner
USUAL_ROWS = 128  # for which one matrix is ordered
ROWS = 64  # for which many matrices are, which serve no other number
CHOOSY = 48  # of a multiple of so many outputs each shape may want an order of its own
MOST_ORDERS = 4  # that are kept for these
TRIES = 5
NO_STEPS = (0, 0), (1, 1), (1, 1)  # padding, stride and dilation of a convolution by one place


def product(weight: Tensor, bias: Tensor | None, ordered: bool = True) -> Product:
    """Return the product with a matrix: rows (N, C) -> (N, K), without gradients.

    Parameters
    ----------
    weight : Tensor, (K, C)
    bias : Tensor, (K,), optional
    ordered : bool
        Whether the weights are kept in the processor's order too, in memory of their own.
    """
    weight = weight.detach()
    bias = None if bias is None else bias.detach().contiguous()  # oneDNN takes it as such
    usual = partial(functional.linear, weight=weight, bias=bias)
    if weight.device.type != "cpu" or weight.dtype != torch.float32 or not one_is_sooner():
        return usual
    by_onednn = _one(weight, bias, ordered)
    return lambda rows: usual(rows) if len(rows) < LEAST_ROWS else by_onednn(rows)


def products(weights: Tensor) -> Product:
    """Return the products with many matrices: (G, K, C) gives (N, G, C) -> (N, G, K).

    N must be a multiple of `ROWS`. float32 on the CPU, without gradients.
    """
    return _many(weights) if _many_are_sooner() else _usual_many(weights)


@cache
def one_is_sooner() -> bool:
    """Return whether oneDNN multiplies by one matrix faster than what PyTorch calls."""
    weight = torch.ones(256, 256)
    usual = partial(functional.linear, weight=weight)
    return _sooner(lambda: _one(weight, None, ordered=True), usual, torch.ones(256, 256))


@cache
def _many_are_sooner() -> bool:
    weights = torch.ones(32, 128, 128)
    return _sooner(lambda: _many(weights), _usual_many(weights), torch.ones(2 * ROWS, 32, 128))


def _sooner(by_onednn: Callable[[], Product], usual: Product, rows: Tensor) -> bool:
    """Return whether oneDNN multiplies these rows faster than what PyTorch calls."""
    try:
        return _fastest(by_onednn(), rows) < _fastest(usual, rows)
    except (AttributeError, RuntimeError):  # this PyTorch has no such function
        return False


def _fastest(multiply: Product, rows: Tensor) -> float:
    """Return the seconds of the fastest of some tries."""
    times = []
    for _ in range(TRIES):
        start = perf_counter()
        multiply(rows)
        times.append(perf_counter() - start)
    return min(times)


def _one(weight: Tensor, bias: Tensor | None, ordered: bool) -> Product:
    """Return the product with one matrix by oneDNN."""
    functions: Any = torch.ops.mkldnn
    if ordered:
        weight = functions._reorder_linear_weight(weight, USUAL_ROWS)
    multiply = functions._linear_pointwise
    return lambda rows: multiply(rows, weight, bias, "none", [], "")


def _many(weights: Tensor) -> Product:
    """Return the products with many matrices by oneDNN: a convolution in groups, by one place.

    Raises
    ------
    RuntimeError, AttributeError
        This PyTorch has no such function.
    """
    groups, outputs, inputs = weights.shape
    functions: Any = torch._C._nn
    convolve: Any = torch.ops.mkldnn._convolution_pointwise

    def order(lots: int) -> Tensor:
        ordered: Tensor = functions.mkldnn_reorder_conv2d_weight(
            weights.reshape(groups * outputs, inputs, 1, 1).to_mkldnn(), *NO_STEPS, groups,
            (lots, groups * inputs, ROWS, 1),
        )  # fmt: skip
        return ordered

    usual = order(1)
    ordered = (lambda _: usual) if outputs % CHOOSY else lru_cache(MOST_ORDERS)(order)

    def multiply(rows: Tensor) -> Tensor:
        maps = rows.view(-1, ROWS, 1, groups * inputs).permute(0, 3, 1, 2)
        y: Tensor = convolve(maps, ordered(len(maps)), None, *NO_STEPS, groups, "none", [], "")
        return y.permute(0, 2, 3, 1).view(-1, groups, outputs)

    return multiply


def _usual_many(weights: Tensor) -> Product:
    """Return the products with many matrices by what PyTorch calls."""
    right = weights.transpose(1, 2)
    return lambda rows: torch.bmm(rows.transpose(0, 1), right).transpose(0, 1).contiguous()
