"""The two networks: shapes, parameters counted on paper, and a forward pass by hand."""

import pytest
import torch
from torch.nn import functional

from visionlab.core.errors import ModelError
from visionlab.deep.nets.architectures import build
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import Block, ResidualNet


def count(net: torch.nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def test_parameters_of_a_plain_net_are_those_counted_on_paper():
    # conv 3x3: 1*4*9 + 4*4*9, then 4*6*9 + 6*6*9; two per channel of each normalisation;
    # linear 6*3 + 3.
    expected = (36 + 144 + 216 + 324) + 2 * (4 + 4 + 6 + 6) + 21
    assert count(PlainNet(1, 3, widths=(4, 6))) == expected


def test_parameters_of_a_residual_net_are_those_counted_on_paper():
    # stem 3*4*9; block 4->4: 144 + 144; block 4->6: 4*6*9 + 6*6*9 + shortcut 24;
    # normalisation: stem 4, 4 + 4, 6 + 6 + 6; linear 6*5 + 5.
    expected = 108 + 288 + (216 + 324 + 24) + 2 * (4 + 8 + 18) + 35
    assert count(ResidualNet(3, 5, widths=(4, 6), blocks=1)) == expected


def test_parameters_with_channels_between_are_those_counted_on_paper():
    # stem 3*4*9; block 4->4 by 8: 4*8*9 + 8*4; block 4->6 by 5: 4*5*9 + 5*6 + shortcut 24;
    # normalisation: stem 4, 8 + 4, 5 + 6 + 6; linear 6*5 + 5.
    expected = 108 + (288 + 32) + (180 + 30 + 24) + 2 * (4 + 12 + 17) + 35
    assert count(ResidualNet(3, 5, widths=(4, 6), blocks=1, inner=(8, 5))) == expected


@pytest.mark.parametrize("stem_stride", [1, 2])
@pytest.mark.parametrize("size", [32, 33, 64])
def test_any_size_gives_one_logit_for_each_class(stem_stride, size):
    net = ResidualNet(3, 7, widths=(4, 6, 8), stem_stride=stem_stride).eval()
    assert net(torch.zeros(2, 3, size, size)).shape == (2, 7)


def test_a_plain_net_halves_the_picture_once_a_stage():
    net = PlainNet(1, 3, widths=(4, 6, 8)).eval()
    assert net.features(torch.zeros(1, 1, 28, 28)).shape == (1, 8, 3, 3)
    assert net(torch.zeros(5, 1, 28, 28)).shape == (5, 3)


def test_a_block_adds_two_convolutions_to_its_input():
    torch.manual_seed(0)
    block = Block(4, 4).eval()
    x = torch.randn(2, 4, 6, 6)
    y = functional.conv2d(x, block.conv1.weight, padding=1) / (1 + 1e-5) ** 0.5
    y = functional.conv2d(y.relu(), block.conv2.weight, padding=1) / (1 + 1e-5) ** 0.5
    torch.testing.assert_close(block(x), (x + y).relu())


def test_a_block_that_changes_the_shape_brings_its_input_along():
    torch.manual_seed(0)
    block = Block(4, 6, stride=2).eval()
    x = torch.randn(1, 4, 8, 8)
    unit = (1 + 1e-5) ** 0.5
    y = functional.conv2d(x, block.conv1.weight, stride=2, padding=1) / unit
    y = functional.conv2d(y.relu(), block.conv2.weight, padding=1) / unit
    short = functional.conv2d(x[:, :, ::2, ::2], block.shortcut[0].weight) / unit
    torch.testing.assert_close(block(x), (short + y).relu())


def test_with_channels_between_the_second_convolution_looks_at_one_place():
    torch.manual_seed(0)
    block = Block(4, 4, inner=7).eval()
    x = torch.randn(2, 4, 6, 6)
    unit = (1 + 1e-5) ** 0.5
    y = functional.conv2d(x, block.conv1.weight, padding=1) / unit
    y = torch.einsum("oi,nihw->nohw", block.conv2.weight[:, :, 0, 0], y.relu()) / unit
    torch.testing.assert_close(block(x), (x + y).relu())


def test_networks_are_built_by_name():
    net = build("residual", {"in_channels": 3, "classes": 4, "widths": [4, 8]})
    assert isinstance(net, ResidualNet)
    assert isinstance(build("plain", {"in_channels": 1, "classes": 4, "widths": [4]}), PlainNet)


@pytest.mark.parametrize(
    ("name", "arguments", "word"),
    [
        ("resnext", {}, "unknown"),
        ("plain", {"in_channels": 1, "classes": 4, "depth": 3}, "depth"),
        ("plain", {"in_channels": 1}, "classes"),
        ("plain", {"in_channels": -1, "classes": 4, "widths": [4]}, "in_channels"),
        ("residual", {"in_channels": 3, "classes": 4, "widths": [4, 8], "inner": [4]}, "2 numbers"),
        ("residual", {"in_channels": 3, "classes": 4, "widths": [4], "inner": [99_999]}, "inner"),
    ],
)
def test_what_cannot_be_built_is_refused_in_a_sentence(name, arguments, word):
    with pytest.raises(ModelError, match=word):
        build(name, arguments)
