"""Convolutions by tiles against the definition, in double precision."""

import pytest
import torch
from skimage import data
from torch import nn
from torch.nn import functional

from visionlab.deep.incremental import Engine, grid, occluded_logits, trace
from visionlab.deep.incremental.ops import Conv
from visionlab.deep.incremental.winograd import Winograd, suits, tile_products
from visionlab.deep.preprocess import normalised, prepare
from visionlab.deep.zoo import load


@pytest.mark.parametrize("size", [(4, 4), (6, 5), (3, 9), (16, 14), (1, 1)])
@pytest.mark.parametrize("padding", [(1, 1), (2, 0)])
@pytest.mark.parametrize("count", [1, 5, 70])
def test_the_definition_of_a_convolution(size, padding, count):
    torch.manual_seed(0)
    height, width = (max(one, 3 - 2 * pad) for one, pad in zip(size, padding, strict=True))
    x = torch.randn(count, 40, height, width).relu().to(memory_format=torch.channels_last)
    weight, bias = torch.randn(24, 40, 3, 3), torch.randn(24)
    found = Winograd(weight, bias, tile_products(weight))(x, padding)
    true = functional.conv2d(x.double(), weight.double(), bias.double(), padding=padding)
    assert found.shape == true.shape
    assert float((found - true).abs().max() / true.abs().max()) < 5e-6


def test_a_kernel_that_only_looks_aside_moves_the_picture():
    x = torch.arange(120.0).view(1, 1, 10, 12)
    weight = torch.zeros(1, 1, 3, 3)
    weight[0, 0, 1, 2] = 1  # the neighbour on the right
    found = Winograd(weight, None, tile_products(weight))(x, (1, 1))
    torch.testing.assert_close(found[..., :-1], x[..., 1:], rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(found[..., -1], torch.zeros(1, 1, 10), rtol=0, atol=1e-4)


def test_which_convolutions_it_suits():
    weight, one = torch.zeros(128, 128, 3, 3), (1, 1)
    assert suits(weight, one, one, 1)
    assert not suits(weight, (2, 2), one, 1)
    assert not suits(weight, one, (2, 2), 1)
    assert not suits(weight[:, :64], one, one, 2)
    assert not suits(torch.zeros(128, 128, 5, 5), one, one, 1)
    assert not suits(weight[:16], one, one, 1)
    assert not suits(weight.bfloat16(), one, one, 1)


class Wide(nn.Module):
    """Enough channels for tiles, maps of uneven size, a shortcut."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 96, 3, padding=1)
        self.first = nn.Conv2d(96, 100, 3, padding=1)
        self.second = nn.Conv2d(100, 96, 3, padding=1)
        self.last = nn.Linear(96, 5)

    def forward(self, x):
        x = self.stem(x).relu()
        x = (x + self.second(self.first(x).relu())).relu()
        return self.last(functional.max_pool2d(x, 2).mean((2, 3)))


@pytest.mark.parametrize(("size", "patch", "stride"), [((21, 26), 5, 4), ((14, 13), (3, 8), 3)])
def test_the_engine_answers_as_the_plain_loop(size, patch, stride):
    torch.manual_seed(1)
    net = Wide().eval()
    x = torch.randn(1, 3, *size)
    corners = grid(*size, patch, stride) - 1  # some reach over the border
    patch = (patch, patch) if isinstance(patch, int) else patch
    plan = trace(net, (3, *size))
    convs = [step.op for step in plan.steps if isinstance(step.op, Conv)]
    assert [conv._suits for conv in convs] == [False, True, True]
    found = Engine(plan, x).logits(corners, patch, torch.zeros(1))
    true = occluded_logits(net.double(), x.double(), corners, patch, torch.zeros(1).double())
    assert float((found - true).abs().max() / true.abs().max()) < 1e-5


def test_the_heatmap_of_a_photograph_is_that_of_the_plain_loop():
    classifier = load("pictures")
    how = classifier.card.preprocess
    x = normalised(prepare(data.chelsea(), how).seen, how)
    corners = grid(how.size, how.size, 8, 4)
    engine = Engine(classifier.net, x)
    top1 = int(engine.base.argmax())
    found = engine.logits(corners, (8, 8), torch.zeros(1))[:, top1]
    true = occluded_logits(classifier.net, x, corners, (8, 8), torch.zeros(1))[:, top1]
    largest = float((engine.base[top1] - true).abs().max())
    assert float((found - true).abs().max()) < 1e-5 * largest
