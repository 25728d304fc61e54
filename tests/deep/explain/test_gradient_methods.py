"""Gradients against finite differences, and what is made of them against plain loops."""

import numpy as np
import pytest
import torch
from explain_nets import Functional, nets, settled, subject_of
from torch import nn

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Target
from visionlab.deep.nets.plain import PlainNet


def run(name, subject, target=Target(1), **params):  # noqa: B008 - frozen
    *_, last = catalogue()[name](subject, target, **params)
    return last


def slopes(subject, target=Target(1)):  # noqa: B008 - frozen
    """Return (C, H, W): central differences of the score, in double precision."""
    net = subject.net.double()
    x = subject.values.double()
    step = 1e-6
    found = np.empty(x[0].shape)
    for place in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = x.clone()
            moved[(0, *place)] += sign * step
            logits = net(moved)[0] / subject.temperature
            if target.score == "probability":
                logits = logits.softmax(0)
            else:
                logits = logits * subject.temperature
            other = 0 if target.minus is None else logits[target.minus]
            ends.append(float(logits[target.index] - other))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    net.float()
    return found


@pytest.mark.parametrize("net", ["plain", "residual", "functional"])
@pytest.mark.parametrize("target", [Target(1), Target(2, minus=0), Target(1, score="probability")])
def test_gradients_are_those_of_finite_differences(net, target):
    subject = subject_of(nets()[net], size=8, temperature=1.7)
    expected = slopes(subject, target)
    close = {"rtol": 1e-3, "atol": 1e-5 * np.abs(expected).max()}
    cases = {
        ("maximum", False): np.abs(expected).max(axis=0),
        ("sum", False): np.abs(expected).sum(axis=0),
        ("sum", True): expected.sum(axis=0),
    }
    for (over, signed), values in cases.items():
        found = run("gradient", subject, target, over=over, signed=signed)
        np.testing.assert_allclose(found.values, values, **close)
        assert found.signed == signed
    shares = (expected * subject.values[0].numpy()).sum(axis=0)
    found = run("gradient_input", subject, target)
    np.testing.assert_allclose(found.values, shares, rtol=2e-3, atol=1e-4 * np.abs(shares).max())


def test_the_signed_maximum_is_the_value_of_largest_magnitude():
    weights = torch.tensor([[1.0, -3.0, 2.0], [0.0, 0.0, 0.0], [5.0, 1.0, -1.0]])
    net = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    net[0].weight.data = weights[:, :, None, None]
    subject = subject_of(net.eval().requires_grad_(False), size=2)
    found = run("gradient", subject, Target(0), signed=True).values
    np.testing.assert_allclose(found, np.full((2, 2), -3 / 4))


def backwards(x, first, second, rule):
    """Return the gradient by x of sum(relu(second @ relu(first @ x))), by a rule, on paper."""
    a = first @ x
    b = second @ np.maximum(a, 0)
    back = np.ones_like(b)
    for weight, before in ((second, b), (first, a)):
        shut = (before <= 0) if rule != "deconvnet" else np.zeros_like(before, bool)
        back = np.where(shut, 0, back)
        if rule != "gradient":
            back = np.maximum(back, 0)
        back = weight.T @ back
    return back


class Two(nn.Module):
    """Two layers, whose rectifiers are written as one likes."""

    def __init__(self, first, second, rectify):
        super().__init__()
        self.first, self.second = nn.Linear(12, 7, bias=False), nn.Linear(7, 5, bias=False)
        self.first.weight.data = torch.tensor(first, dtype=torch.float32)
        self.second.weight.data = torch.tensor(second, dtype=torch.float32)
        self.rectify = rectify

    def forward(self, x):
        y = self.rectify(self.second(self.rectify(self.first(x.flatten(1)))))
        return y.sum(1, keepdim=True).expand(-1, 3)


RECTIFIERS = {
    "module": nn.ReLU(),
    "in place": nn.ReLU(inplace=True),
    "function": nn.functional.relu,
    "method": torch.Tensor.relu,
    "ReLU6": nn.ReLU6(),
}


@pytest.mark.parametrize("rectify", RECTIFIERS.values(), ids=RECTIFIERS)
@pytest.mark.parametrize(
    ("name", "rule"),
    [("gradient", "gradient"), ("guided_backprop", "guided"), ("deconvnet", "deconvnet")],
)
def test_rectifiers_follow_their_rule_however_they_are_written(rectify, name, rule):
    draw = np.random.default_rng(3)
    first, second = draw.normal(size=(7, 12)) / 5, draw.normal(size=(5, 7)) / 5
    subject = subject_of(Two(first, second, rectify).eval().requires_grad_(False), size=2)
    # The input is flattened as (C, H, W), whatever its order in memory.
    x = subject.values.contiguous().numpy().ravel().astype(float)
    expected = backwards(x, first, second, rule).reshape(3, 2, 2).sum(axis=0)
    found = run(name, subject, over="sum", signed=True).values
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert np.abs(expected).max() > 0


def test_relu6_lets_nothing_back_where_it_is_full():
    net = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    net[0].weight.data = torch.eye(3)[:, :, None, None] * 0
    net[0].bias.data = torch.tensor([9.0, 3.0, -1.0])
    net[0].weight.data += torch.eye(3)[:, :, None, None] * 1e-3
    subject = subject_of(net.eval().requires_grad_(False), size=2)
    at = [run("guided_backprop", subject, Target(k)).values.max() for k in range(3)]
    assert at == pytest.approx([0, 1e-3 / 4, 0])


@pytest.mark.parametrize("net", ["plain", "residual", "functional"])
def test_integrated_gradients_sum_to_the_difference_of_the_scores(net):
    subject = subject_of(nets()[net])
    coarse = run("integrated_gradients", subject, steps=4)
    fine = run("integrated_gradients", subject, steps=500)
    sums, expected, error = (reading.value for reading in fine.readings)
    black = subject.normalised(np.zeros((12, 12, 3)))
    difference = (subject.net(subject.values) - subject.net(black))[0, 1]
    assert expected == pytest.approx(float(difference), rel=1e-4)
    assert fine.values.sum(dtype=float) == pytest.approx(sums, rel=1e-4, abs=1e-5)
    assert error == pytest.approx(100 * abs(sums - expected) / abs(expected), rel=1e-6)
    assert error < 1
    assert error < coarse.readings[-1].value


@pytest.mark.parametrize("steps", [1, 2, 7, 16, 50])
def test_integrated_gradients_are_the_plain_midpoint_rule(steps):
    subject = subject_of(nets()["residual"])
    black = subject.normalised(np.zeros((12, 12, 3)))
    total = torch.zeros_like(subject.values)
    for step in range(steps):
        x = black + (step + 0.5) / steps * (subject.values - black)
        x.requires_grad_()
        total += torch.autograd.grad(subject.net(x)[0, 1], x)[0]
    expected = (total / steps * (subject.values - black))[0].sum(0).numpy()
    found = run("integrated_gradients", subject, steps=steps).values
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


def test_smoothgrad_is_the_mean_over_noisy_copies():
    subject = subject_of(nets()["functional"])
    noise = torch.randn((5, 3, 12, 12), generator=torch.Generator().manual_seed(4))
    spread = 0.2 * float(subject.values.max() - subject.values.min())
    gradients, shares = [], []
    for copy in noise:
        x = (subject.values + spread * copy).requires_grad_()
        gradients.append(torch.autograd.grad(subject.net(x)[0, 1], x)[0][0].numpy())
        shares.append(gradients[-1] * x[0].detach().numpy())
    common = {"samples": 5, "noise": 0.2, "seed": 4}
    signed = common | {"over": "sum", "signed": True}
    close = {"rtol": 1e-3, "atol": 1e-6}
    np.testing.assert_allclose(
        run("smoothgrad", subject, **signed).values, np.mean(gradients, 0).sum(0), **close
    )
    np.testing.assert_allclose(
        run("smoothgrad", subject, of="gradient x input", **signed).values,
        np.mean(shares, 0).sum(0), **close,
    )  # fmt: skip
    squares = np.mean(np.square(gradients), 0).max(0)
    np.testing.assert_allclose(
        run("smoothgrad", subject, squared=True, **common).values, squares, **close
    )


@pytest.mark.parametrize("of", ["gradient", "gradient x input", "guided backprop"])
def test_smoothgrad_without_noise_is_the_method_itself(of):
    subject = subject_of(nets()["plain"])
    name = of.replace(" x ", "_").replace(" ", "_")
    common = {"over": "sum", "signed": True}
    found = run("smoothgrad", subject, of=of, noise=0, samples=3, **common)
    expected = run(name, subject, **common)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-4, atol=1e-6)


class Counting(nn.Module):
    """Counts passes through a network."""

    def __init__(self, net):
        super().__init__()
        self.net, self.forwards = net, 0

    def forward(self, x):
        self.forwards += len(x)
        return self.net(x)


@pytest.mark.parametrize(
    "name", ["gradient", "gradient_input", "guided_backprop", "deconvnet", "grad_cam"]
)
def test_the_quick_methods_ask_the_network_once(name):
    net = settled(Counting(PlainNet(3, 3, widths=(4, 6), convs=1)))
    subject = subject_of(net)
    run(name, subject)  # the first look at a network's layers asks it once more
    net.forwards = 0
    run(name, subject)
    assert net.forwards == 1


def test_the_first_map_comes_from_few_passes():
    net = settled(Counting(Functional()))
    next(catalogue()["smoothgrad"](subject_of(net), Target(0), samples=1000))
    assert net.forwards <= 4
