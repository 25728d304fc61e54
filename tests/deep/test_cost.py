"""Costs counted on paper."""

from torch import nn

from visionlab.deep.cost import multiplications, parameters
from visionlab.deep.nets.residual import ResidualNet


def test_a_convolution_and_a_linear_layer_by_hand():
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.Flatten(), nn.Linear(8 * 5 * 5, 7)
    )
    assert multiplications(net, 3, 10) == 5 * 5 * 8 * (3 * 9) + 200 * 7
    assert parameters(net) == 8 * 27 + 8 + 200 * 7 + 7


def test_groups_multiply_less():
    assert multiplications(nn.Conv2d(4, 4, 3, padding=1, groups=4), 4, 6) == 36 * 4 * 9


def test_a_residual_net_by_hand():
    net = ResidualNet(3, 10, widths=(4, 8), blocks=1, stem_stride=2)
    by_hand = (
        16 * 16 * 4 * 27  # stem
        + 2 * 16 * 16 * 4 * 36  # first block
        + 8 * 8 * 8 * (36 + 72 + 4)  # second block, stride 2, with its shortcut
        + 8 * 10
    )
    assert multiplications(net, 3, 32) == by_hand
    assert not any(module._forward_hooks for module in net.modules())
