"""What the incremental engine follows and what it refuses, in a sentence."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from visionlab.core.errors import ModelError, VisionLabError
from visionlab.deep.incremental import CannotTrace, Engine, grid, occluded_logits, trace
from visionlab.deep.incremental.boxes import batches
from visionlab.deep.incremental.ops import Conv, Flatten, Linear, MaxPool
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet


def same_as_the_plain_loop(net: nn.Module, size: int = 18) -> None:
    x = torch.randn(1, 3, size, size)
    corners = grid(size, size, 5, 4)
    found = Engine(net.eval(), x).logits(corners, (5, 5), torch.zeros(1))
    true = occluded_logits(net, x, corners, (5, 5), torch.zeros(1))
    assert float((found - true).abs().max() / true.abs().max()) < 1e-5


class Functional(nn.Module):
    """Every function that has a layer's meaning, and arithmetic with constants."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 3, 3, 3) / 5)
        self.norm = nn.BatchNorm2d(8)
        self.conv = nn.Conv2d(16, 8, 3, padding=1)
        self.fc = nn.Parameter(torch.randn(6, 8) / 3)
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2, 0.3, 0.2]).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = (x - self.mean) / self.std * 2
        x = functional.conv2d(functional.pad(x, (0, 1, 1, 0)), self.weight, stride=2)
        n = self.norm
        x = functional.batch_norm(x, n.running_mean, n.running_var, n.weight, n.bias)
        x = functional.max_pool2d(functional.relu(x, inplace=True), 2, 1)
        y = functional.avg_pool2d(functional.hardswish(x), 3, 1, 1, count_include_pad=False)
        x = torch.cat((x.tanh(), 1 - y.sigmoid()), 1)
        x = functional.dropout(torch.relu(self.conv(x)), 0.5, self.training)
        x = functional.leaky_relu(x.mul(0.5).add(0.1), 0.3).contiguous()
        x = functional.adaptive_avg_pool2d(functional.gelu(x), (1, 1))
        return functional.linear(torch.flatten(x, 1), self.fc)


class WithoutCopy(nn.Module):
    """Values that are overwritten after they were read, and read after they were overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu = nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(inplace=True)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        before = y * 2  # not yet rectified
        z = self.relu(y)
        z.add_(before)
        return self.head(y - z.relu_() * 0.5 + z)


class OneLayer(nn.Sequential):
    """A layer before an ordinary head."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__(
            nn.Conv2d(3, 4, 3), layer, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)
        )


class Calls(nn.Module):
    """A network that does one thing to its maps."""

    def __init__(self, what) -> None:
        super().__init__()
        self.conv, self.fc, self.what = nn.Conv2d(3, 4, 3), nn.Linear(4, 2), what

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.what(self.conv(x)).mean((2, 3)))


@pytest.mark.parametrize("net", [Functional, WithoutCopy], ids=lambda kind: kind.__name__)
def test_functions_and_overwritten_values(net):
    torch.manual_seed(0)
    same_as_the_plain_loop(net())


def test_what_the_trace_does_not_see_is_noticed():
    class Hidden(WithoutCopy):
        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x)
            z = self.relu(y)
            z += 1  # changes y too, but not in the trace
            return self.head(y)

    with pytest.raises(CannotTrace, match="answers otherwise"):
        trace(Hidden().eval(), (3, 10, 10))


def test_the_programs_own_networks():
    torch.manual_seed(0)
    same_as_the_plain_loop(PlainNet(3, 7, (6, 8, 10), convs=2), 32)
    same_as_the_plain_loop(ResidualNet(3, 7, (6, 8, 10), blocks=2, stem_stride=2), 32)
    same_as_the_plain_loop(ResidualNet(3, 7, (6, 8), stem_stride=2, inner=(9, 11)), 32)


def test_normalisation_and_activation_are_folded():
    plan = trace(PlainNet(3, 5, (4, 6), convs=1).eval(), (3, 16, 16))
    names = [type(step.op).__name__ for step in plan.steps]
    assert names == ["NoneType", "Conv", "MaxPool", "Conv", "MaxPool", "Mean", "Flatten", "Linear"]
    assert [step.name for step in plan.steps if isinstance(step.op, Conv)] == [
        "features.0", "features.4",
    ]  # fmt: skip
    assert isinstance(plan.steps[plan.head].op, Flatten)
    assert isinstance(plan.steps[-1].op, Linear)
    assert isinstance(plan.steps[2].op, MaxPool)


def test_only_the_changed_boxes_are_computed():
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 5, padding=2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2),
    ).eval()  # fmt: skip
    plan = trace(net, (1, 64, 64))
    (batch,) = batches(plan, grid(64, 64, 8, 56).numpy()[:1] + 24, (8, 8))
    # 8 pixels from 24 on: 10 of the first map, from 23 on; 6 of the pooled one, from 11 on; 10.
    assert [box.size for box in batch.boxes[:4]] == [(8, 8), (10, 10), (6, 6), (10, 10)]
    assert [int(box.cells.rows[0, 0]) for box in batch.boxes[:4]] == [24, 23, 11, 9]


@pytest.mark.parametrize(
    ("net", "sentence"),
    [
        (OneLayer(nn.GroupNorm(2, 4)), "GroupNorm"),
        (OneLayer(nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")), '"reflect" padding'),
        (OneLayer(nn.BatchNorm2d(4, track_running_stats=False)), "running statistics"),
        (OneLayer(nn.ConstantPad2d(1, 3.0)), "padding with zeros"),
        (OneLayer(nn.Upsample(scale_factor=2)), "Upsample"),
        (Calls(lambda y: y.permute(0, 1, 3, 2)), '"permute"'),
        (Calls(lambda y: y * torch.ones(4, 1, 8)), "place to place"),
        (Calls(lambda y: y.mean(1, keepdim=True).expand(-1, 4, -1, -1)), "mean over the whole map"),
        (Calls(lambda y: torch.cat([y, y], 2)), "concatenated channels"),
        (Calls(lambda y: functional.dropout(y, training=True)), "at random"),
        (Calls(lambda y: y if y.sum() > 0 else -y), "cannot be followed"),
        (Calls(lambda y: torch.add(y, y, alpha=2)), "with options"),
        (Calls(lambda y: y.flip(0)), '"flip"'),
        (nn.Sequential(nn.Conv2d(3, 4, 3)), "one vector of logits"),
        (nn.Sequential(nn.Conv2d(5, 4, 3)), "takes no pictures of 3x10x10"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_cannot_be_followed_is_said(net, sentence):
    with pytest.raises(CannotTrace, match=sentence) as caught:
        trace(net.eval(), (3, 10, 10))
    text = str(caught.value)
    assert isinstance(caught.value, VisionLabError)
    assert text[0].isupper() or text[0] == '"'
    assert text.endswith(".")
    assert "\n" not in text


def test_a_network_in_training_mode_is_refused():
    with pytest.raises(CannotTrace, match="eval"):
        trace(OneLayer(nn.Dropout()).train(), (3, 10, 10))


def test_a_network_with_two_inputs_is_refused():
    class Two(nn.Module):
        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return (x + y).flatten(1)

    with pytest.raises(CannotTrace):
        trace(Two().eval(), (3, 10, 10))


def test_a_picture_of_another_shape_is_refused():
    plan = trace(OneLayer(nn.ReLU()).eval(), (3, 10, 10))
    with pytest.raises(ModelError, match="traced"):
        Engine(plan, torch.zeros(1, 3, 12, 10))
