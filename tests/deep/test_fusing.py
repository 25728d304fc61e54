"""Networks without batch normalisation answer as those with it."""

import pytest
import torch
from torch import nn

from visionlab.deep.nets.fusing import fused
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet


@pytest.mark.parametrize(
    "net",
    [
        ResidualNet(3, 5, widths=(4, 8, 6), stem_stride=2),
        ResidualNet(3, 5, widths=(4, 6), inner=(7, 5)),
        PlainNet(1, 4, widths=(4, 6), convs=2),
    ],
    ids=["residual", "with channels between", "plain"],
)
def test_the_answers_are_the_same_and_the_network_is_left_alone(net):
    torch.manual_seed(0)
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values in (part.weight.data, part.running_var):
                values.uniform_(0.3, 2)
            for values in (part.bias.data, part.running_mean):
                values.normal_()
    net.eval()
    before = {name: values.clone() for name, values in net.state_dict().items()}
    x = torch.randn(
        7, net.get_parameter(next(n for n, _ in net.named_parameters())).shape[1], 16, 16
    )
    fast = fused(net)
    assert not any(isinstance(part, nn.BatchNorm2d) for part in fast.modules())
    with torch.inference_mode():
        torch.testing.assert_close(fast(x), net(x), rtol=1e-5, atol=1e-5)
    assert any(isinstance(part, nn.BatchNorm2d) for part in net.modules())
    for name, values in net.state_dict().items():
        assert torch.equal(values, before[name])


def test_other_networks_are_taken_as_they_are():
    # Here the normalisation is defined after the convolution, and runs before it.
    class Other(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2)

        def forward(self, x):
            return self.conv(self.norm(x))

    net = Other().eval()
    assert fused(net) is net
