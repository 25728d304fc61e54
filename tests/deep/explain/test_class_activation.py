"""Class activation maps against calculations on paper, and the layers they look at."""

import gc

import numpy as np
import pytest
import torch
from explain_nets import nets, settled, subject_of
from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.layers import layers
from visionlab.deep.explain.subject import Target


def run(name, subject, target=Target(0), layer="", **params):  # noqa: B008 - frozen
    *_, last = catalogue()[name](subject, target, layer, **params)
    return last


class OnPaper(nn.Module):
    """A 1x1 convolution that makes the maps x and 1 - x, a rectifier, their means, and classes.

    The classes are 3 a - 2 b, b and 0 of the two means a and b.
    """

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 1)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2, 3, bias=False)
        self.conv.weight.data = torch.tensor([[[[1.0]]], [[[-1.0]]]])
        self.conv.bias.data = torch.tensor([0.0, 1.0])
        self.fc.weight.data = torch.tensor([[3.0, -2.0], [0.0, 1.0], [0.0, 0.0]])
        self.eval().requires_grad_(False)

    def forward(self, x):
        return self.fc(self.pool(self.relu(self.conv(x))).flatten(1))


def on_paper():
    subject = subject_of(OnPaper(), size=2, channels=1)
    subject.values[:] = torch.tensor([[2.0, 0.5], [-1.0, 0.25]])
    return subject


def test_grad_cam_agrees_with_a_calculation_by_hand():
    # Maps max(0, x) and max(0, 1 - x); each mean is over 4 places, so the weights are 3/4, -2/4.
    a = np.array([[2, 0.5], [0, 0.25]])
    b = np.array([[0, 0.5], [2, 0.75]])
    subject = on_paper()
    found = run("grad_cam", subject, positive=False)
    np.testing.assert_allclose(found.values, 3 / 4 * a - 2 / 4 * b, rtol=1e-6)
    assert found.signed
    cut = run("grad_cam", subject)
    np.testing.assert_allclose(cut.values, [[1.5, 0.125], [0, 0]], rtol=1e-6, atol=1e-7)
    assert not cut.signed
    assert "layer relu" in cut.meaning
    # Class 0 less class 1: weights 3/4 and -3/4.
    rather = run("grad_cam", subject, Target(0, minus=1), positive=False)
    np.testing.assert_allclose(rather.values, 3 / 4 * (a - b), rtol=1e-6)


def test_the_convolution_itself_can_be_looked_at():
    # Before the rectifier: maps x and 1 - x, slopes only where they are positive.
    x = np.array([[2, 0.5], [-1, 0.25]])
    weights = 3 / 4 * 3 / 4, -2 / 4 * 3 / 4  # three of four places are positive in each
    found = run("grad_cam", on_paper(), layer="conv", positive=False)
    np.testing.assert_allclose(found.values, weights[0] * x + weights[1] * (1 - x), rtol=1e-6)


def test_grad_cam_plus_plus_agrees_with_a_calculation_by_hand():
    # Slopes are 3/4 and -2/4 everywhere, sums of the maps 2.75 and 3.25. A place of map a counts
    # 1 / (2 + 3/4 * 2.75), and four of them times 3/4 make its weight; map b has slopes below 0.
    weight = 4 * 3 / 4 / (2 + 3 / 4 * 2.75)
    expected = weight * np.array([[2, 0.5], [0, 0.25]])
    np.testing.assert_allclose(run("grad_cam_plus_plus", on_paper()).values, expected, rtol=1e-6)


@pytest.mark.parametrize("net", ["plain", "residual"])
@pytest.mark.parametrize("most", [512, 3])
def test_score_cam_is_the_plain_loop(net, most):
    subject = subject_of(nets()[net], size=16)
    layer = layers(subject.net, subject.values)[-1]
    found = run("score_cam", subject, Target(2), most=most)
    maps = []
    part = subject.net.get_submodule(layer.name)
    with torch.inference_mode():
        handle = part.register_forward_hook(lambda *given: maps.append(given[-1].clone()))
        subject.net(subject.values)
        handle.remove()
        (maps,) = maps[0]
        spans = [float(one.max() - one.min()) for one in maps]
        order = sorted((k for k, span in enumerate(spans) if span), key=lambda k: -spans[k])[:most]
        floor = float(subject.net(torch.zeros_like(subject.values))[0, 2])
        rises = []
        for k in order:
            mask = (maps[k] - maps[k].min()) / (maps[k].max() - maps[k].min())
            mask = nn.functional.interpolate(mask[None, None], (16, 16), mode="bilinear")
            rises.append(float(subject.net(subject.values * mask)[0, 2]) - floor)
        weights = torch.tensor(rises).softmax(0)
        total = sum(w * maps[k] for w, k in zip(weights, order, strict=True)).relu()
        expected = nn.functional.interpolate(total[None, None], (16, 16), mode="bilinear")[0, 0]
    np.testing.assert_allclose(found.values, expected.numpy(), rtol=1e-3, atol=1e-5)


def test_layers_are_rectified_convolutions_and_blocks_in_order():
    plain, residual = nets()["plain"], nets()["residual"]
    values = subject_of(plain, size=16).values
    assert [(x.name, x.channels, x.height, x.width) for x in layers(plain, values)] == [
        ("features.2", 4, 16, 16), ("features.6", 6, 8, 8),
    ]  # fmt: skip
    names = [layer.name for layer in layers(residual, values)]
    assert names[0] == "stem.2"
    assert names[-1] == "stages.1.0"
    assert "stages.1.0.bn1" in names  # its rectifier runs twice, and so has no one output
    assert "stages" not in names
    assert not any(name.endswith("relu") for name in names)


def test_maps_of_one_pixel_are_no_layers():
    ends = nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 3, 1), nn.Flatten()
    net = settled(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), *ends))
    assert [layer.name for layer in layers(net, subject_of(net, size=8).values)] == ["1"]
    one = settled(nn.Sequential(nn.Conv2d(3, 3, 8), nn.ReLU(), nn.Flatten()))
    with pytest.raises(ModelError, match="larger than a pixel"):
        run("grad_cam", subject_of(one, size=8))


@pytest.mark.parametrize("name", ["grad_cam", "grad_cam_plus_plus", "score_cam"])
def test_any_layer_with_maps_can_be_asked_for(name):
    subject = subject_of(nets()["residual"])
    for layer in layers(subject.net, subject.values):
        found = run(name, subject, layer=layer.name)
        assert found.values.shape == (12, 12)
        assert f"layer {layer.name} " in found.meaning
    for layer, words in (("fc", "gives no maps"), ("stage", 'no layer "stage"')):
        with pytest.raises(ModelError, match=words):
            run(name, subject, layer=layer)


def test_grad_cam_computes_no_gradient_below_its_layer():
    subject = subject_of(nets()["plain"])
    ran = []

    class Spy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            ran.append(1)
            return gradient

    class Spied(nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, x):
            return self.net(Spy.apply(x))

    spied = subject_of(Spied(subject.net))
    run("grad_cam", spied)
    assert not ran
    *_, _ = catalogue()["gradient"](spied, Target(0))
    assert ran


def test_what_is_known_of_layers_keeps_no_network_alive():
    from weakref import ref

    net = nets()["plain"]
    layers(net, subject_of(net).values)
    gone = ref(net)
    del net
    gc.collect()
    assert gone() is None
