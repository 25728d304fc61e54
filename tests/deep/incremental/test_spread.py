"""What changes add to a convolution, against its definition in double precision."""

import pytest
import torch
from torch.nn import functional

from visionlab.deep.incremental.spread import LARGE, SMALL, Spread
from visionlab.deep.incremental.winograd import tile_products

ONE = (1, 1)


def made(weight, dilation=ONE, groups=1):
    return Spread(weight, dilation, groups, lambda: tile_products(weight))


def ways(weight):
    spread = made(weight)
    usual = lambda change: spread._usual(change, ONE, spread.reach)  # noqa: E731
    return {"direct": usual, "small": spread._small, "large": spread._large}


@pytest.mark.parametrize("way", ["direct", "small", "large"])
def test_one_change_adds_the_kernel_turned(way):
    weight = (
        torch.arange(9.0).view(1, 1, 3, 3).expand(2, 1, 3, 3)
        * torch.tensor([1.0, -1])[:, None, None, None]
    )
    change = torch.zeros(1, 1, 5, 6)
    change[0, 0, 4, 1] = 10
    found = ways(weight)[way](change)
    assert found.shape == (1, 2, 7, 8)
    true = torch.zeros(1, 2, 7, 8)
    turned = torch.tensor([[80.0, 70, 60], [50, 40, 30], [20, 10, 0]])
    true[0, 0, 4:7, 1:4], true[0, 1, 4:7, 1:4] = turned, -turned
    torch.testing.assert_close(found, true, rtol=0, atol=1e-3)


@pytest.mark.parametrize("way", ["direct", "small", "large"])
@pytest.mark.parametrize(
    "size", [(1, 1), (4, 4), (5, 5), (4, 5), (8, 3), (10, 15), (6, 13), (9, 2)]
)
@pytest.mark.parametrize("count", [1, 3, 130])
def test_the_definition(way, size, count):
    torch.manual_seed(0)
    weight = torch.randn(24, 40, 3, 3)
    change = torch.randn(count, 40, *size).to(memory_format=torch.channels_last)
    found = ways(weight)[way](change)
    true = functional.conv2d(change.double(), weight.double(), padding=2)
    assert found.shape == true.shape
    assert float((found - true).abs().max() / true.abs().max()) < 1e-5


@pytest.mark.parametrize(
    ("kernel", "dilation", "groups"),
    [
        ((3, 3), (2, 1), 1),
        ((3, 3), ONE, 4),
        ((1, 4), ONE, 1),
        ((5, 2), (1, 3), 2),
        ((3, 3), ONE, 8),
    ],
)
def test_other_kernels(kernel, dilation, groups):
    torch.manual_seed(0)
    weight = torch.randn(16, 8 // groups, *kernel)
    change = torch.randn(5, 8, 4, 6).to(memory_format=torch.channels_last)
    spread = made(weight, dilation, groups)
    assert spread.reach == tuple((k - 1) * d for k, d in zip(kernel, dilation, strict=True))
    true = functional.conv2d(
        change.double(), weight.double(), None, 1, spread.reach, dilation, groups
    )
    torch.testing.assert_close(spread(change).double(), true, rtol=1e-4, atol=1e-4)


def test_the_way_that_costs_least():
    weight = torch.zeros(256, 256, 3, 3)
    spread = made(weight)
    places = {size: spread._best(*size, 64)[0] for size in ((1, 1), (4, 4), (5, 5), (10, 10))}
    assert places == {(1, 1): 0, (4, 4): SMALL, (5, 5): LARGE, (10, 10): LARGE}
    assert spread._best(5, 5, 1)[0] == 0  # all 64 of a lot would be multiplied
    assert made(weight[:, :32])._best(5, 5, 64)[0] == 0
    assert made(weight, (2, 2))._best(5, 5, 64)[0] == 0
    assert made(weight[:, :128], groups=2)._best(5, 5, 64)[0] == 0


def test_the_cost_without_tiles():
    spread = made(torch.zeros(8, 4, 3, 3))
    assert spread.cost(5, 6, 7) == 1.25 * 8 * 4 * 9 * 5 * (6 + 1)  # columns of zeros cost half
