"""DeepLift: what it hands out sums to what there is, and is right on paper."""

import numpy as np
import pytest
import torch
from explain_nets import nets, settled, subject_of
from torch import nn

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Target


def run(subject, target=Target(0), **params):  # noqa: B008 - frozen
    (found,) = catalogue()["deeplift"](subject, target, **params)
    return found


@pytest.mark.parametrize("net", ["plain", "residual", "functional"])
@pytest.mark.parametrize("against", ["black", "mean", "blur", "noise"])
def test_shares_sum_to_the_difference_of_the_scores(net, against):
    subject = subject_of(nets()[net], size=13)
    found = run(subject, Target(1, minus=2), against=against)
    sums, expected, error = (reading.value for reading in found.readings)
    assert found.values.sum(dtype=float) == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert sums == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert error < 0.1
    if against == "mean":
        here, there = subject.net(subject.values)[0], subject.net(0 * subject.values)[0]
        change = here - there
        assert expected == pytest.approx(float(change[1] - change[2]), rel=1e-4)


def test_a_line_gives_each_pixel_its_weight_times_its_difference():
    net = settled(nn.Sequential(nn.Flatten(), nn.Linear(3 * 16, 3)))
    subject = subject_of(net, size=4)
    weights = net[1].weight[2].view(3, 4, 4).numpy()
    grey = subject.normalised(np.full((4, 4, 3), 127.5))
    expected = (weights * (subject.values - grey)[0].numpy()).sum(axis=0)
    np.testing.assert_allclose(run(subject, Target(2), against="grey").values, expected, rtol=1e-4)


class Gated(nn.Module):
    """max(0, x - 2) summed over two pixels: the slope is 0 where x < 2."""

    def __init__(self, what):
        super().__init__()
        self.keep = nn.Parameter(torch.ones(1), requires_grad=False)
        self.what = what

    def forward(self, x):
        return self.what(x).flatten(1).sum(1, keepdim=True).expand(-1, 3)


def made(what, values):
    subject = subject_of(Gated(what).eval(), size=2, channels=1)
    subject.values[:] = torch.tensor(values).view(1, 1, 2, 2)
    return subject


def test_an_activation_hands_back_its_change_over_its_inputs_change():
    # From 0 to 5, max(0, x - 2) rises by 3, from 0 to 1 by nothing, from 0 to -4 by nothing.
    subject = made(lambda x: torch.relu(x - 2), [5.0, 1.0, -4.0, 2.0])
    found = run(subject, against="mean").values
    np.testing.assert_allclose(found, [[3, 0], [0, 0]], atol=1e-6)


def test_a_maximum_gives_rises_to_the_new_largest_and_falls_to_the_old():
    # The largest goes from 0 to 3, and 3 is the first pixel's.
    subject = made(lambda x: nn.functional.max_pool2d(x, 2), [3.0, 1.0, -1.0, 2.0])
    np.testing.assert_allclose(run(subject, against="mean").values, [[3, 0], [0, 0]], atol=1e-6)
    # With offsets of (0, 5, 0, 0), the largest falls from 5 to 3: the second pixel fell by 4.
    offset = torch.tensor([[[[0.0, 5.0], [0.0, 0.0]]]])
    subject = made(lambda x: nn.functional.max_pool2d(x + offset, 2), [3.0, -4.0, 0.0, 0.0])
    np.testing.assert_allclose(run(subject, against="mean").values, [[0, -2], [0, 0]], atol=1e-6)


def test_rules_follow_one_another():
    # Rectified, (3, -4) with the maximum 3 come from (-1, 5) with 5. The fall of 2 is the second
    # pixel's, whose rectified value fell by 5 and whose own by 9: 2/5 * 5/9 * -9.
    offset = torch.tensor([[[[-1.0, 5.0], [0.0, 0.0]]]])
    subject = made(
        lambda x: nn.functional.max_pool2d(torch.relu(x + offset), 2), [4.0, -9.0, 0.0, 0.0]
    )
    np.testing.assert_allclose(run(subject, against="mean").values, [[0, -2], [0, 0]], atol=1e-6)


def test_a_product_shares_its_change_between_its_factors():
    # (1 + x)(2 + y) from x = y = 0 to x = 4, y = 6: 40 - 2 = 38. x: 4 * mean(2, 8) = 20, y:
    # 6 * mean(1, 5) = 18.
    subject = made(lambda x: (1 + x[..., 0, 0]) * (2 + x[..., 0, 1]), [4.0, 6.0, 9.0, 9.0])
    np.testing.assert_allclose(run(subject, against="mean").values, [[20, 18], [0, 0]], rtol=1e-5)


def test_a_picture_like_the_baseline_gets_nothing():
    subject = subject_of(nets()["functional"])
    subject.values[:] = 0
    assert not run(subject, against="mean").values.any()
