"""Curves, randomised weights and sensitivity on networks whose truth is known."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from explain_nets import LABELS, nets, subject_of
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity as ssim
from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.faithfulness import (
    Randomised,
    centre_map,
    compare,
    curves,
    random_map,
    randomised,
    sensitivity,
)
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.similarity import rank_correlation, structural_similarity
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.explain.verdict import verdict

SIZE = 16
PLACE = np.s_[2:6, 9:13]  # 16 of 256 pixels


class Corner(nn.Module):
    """Says "cat" as surely as the 16 pixels of one place are white, and looks at nothing else."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, SIZE, SIZE), requires_grad=False)
        self.weight[0][PLACE] = 6 / 16

    def forward(self, x):
        sure = torch.einsum("nchw,chw->n", x, self.weight)
        return torch.stack([sure, 0 * sure, 0 * sure], 1)


def corner():
    """Return the network with a picture that is white there and black elsewhere."""
    values = torch.zeros(1, 1, SIZE, SIZE)
    values[0, 0][PLACE] = 1
    return Subject(Corner().eval(), values, (0.0,), (1.0,), LABELS)


def truth():
    found = np.zeros((SIZE, SIZE), np.float32)
    found[PLACE] = 1
    return found


def sure(logit):
    return np.exp(logit) / (np.exp(logit) + 2)


def test_curves_are_those_on_paper():
    # 16 steps of 16 pixels: the first takes, or gives, all that the network looks at.
    found = curves(corner(), Target(0), truth(), steps=16, take_to="black", put_into="black")
    np.testing.assert_allclose(found.part, np.arange(17) / 16)
    np.testing.assert_allclose(found.deletion, [sure(6), *[sure(0)] * 16], rtol=1e-5)
    np.testing.assert_allclose(found.insertion, [sure(0), *[sure(6)] * 16], rtol=1e-5)
    low, high = sure(0), sure(6)
    assert found.deletion_area == pytest.approx(low + (high - low) / 32)
    assert found.insertion_area == pytest.approx(high - (high - low) / 32)
    assert found.gain == pytest.approx((high - low) * 15 / 16)


def test_half_of_the_place_is_half_of_the_logit():
    found = curves(corner(), Target(0), truth(), steps=32, take_to="black", put_into="black")
    assert found.deletion[1] == pytest.approx(sure(3), rel=1e-5)  # ties go in random order
    assert found.insertion[1] == pytest.approx(sure(3), rel=1e-5)


def test_the_worst_map_is_as_bad_as_the_best_is_good():
    ours, worst = (
        curves(corner(), Target(0), sign * truth(), steps=16, take_to="black", put_into="black")
        for sign in (1, -1)
    )
    assert worst.gain == pytest.approx(-ours.gain, rel=1e-5)


def test_a_true_map_beats_noise_and_the_middle():
    found = list(compare(corner(), Target(0), truth()))
    assert [len(one.random) for one in found] == [0, 1, 2, 3, 3]
    last = found[-1]
    assert last.ours.gain > max(one.gain for one in last.random) + 0.3
    assert last.ours.gain > last.centre.gain + 0.2
    assert verdict(last).startswith("Believe it so far: it finds what matters better")
    opposite = [*compare(corner(), Target(0), -truth())][-1]
    assert "no better than a random map" in verdict(opposite)


def test_noise_that_beats_nothing_is_told():
    noise = [*compare(corner(), Target(0), random_map((SIZE, SIZE), 0))][-1]
    assert verdict(noise).startswith("Do not believe it")


def test_a_map_of_another_size_is_refused():
    with pytest.raises(ModelError, match="input's size"):
        curves(corner(), Target(0), np.zeros((3, 3), np.float32))


def test_the_centre_map_falls_from_the_middle():
    found = centre_map((5, 7))
    assert found.shape == (5, 7)
    assert found.argmax() == 2 * 7 + 3
    np.testing.assert_array_equal(found, found[::-1, ::-1])


@explainer("Picture", group="Gradients")
def picture(subject, target):
    """Show the picture, whatever the network."""
    yield Heatmap(subject.values[0].abs().sum(0).numpy(), "The picture.")


def test_a_method_that_shows_the_picture_is_found_out():
    subject = subject_of(nets()["residual"])
    found = list(randomised(subject, Target(1), picture))
    assert [one.similarity for one in found] == pytest.approx([1] * len(found))
    assert [one.correlation for one in found] == pytest.approx([1] * len(found))
    assert "looks much the same" in verdict(randomised=found)


def test_weights_are_lost_from_the_top_down_in_a_copy():
    net = nets()["plain"]
    before = {key: value.clone() for key, value in net.state_dict().items()}
    found = list(randomised(subject_of(net), Target(1), catalogue()["gradient"], most=9))
    # Three layers have weights: fc, the second convolution, the first.
    assert [one.layer for one in found] == ["", "fc", "features.4", "features.0"]
    assert [one.part for one in found] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())
    assert found[0].correlation == found[0].similarity == 1
    assert max(one.correlation for one in found[1:]) < 0.9
    again = list(randomised(subject_of(net), Target(1), catalogue()["gradient"], most=9))
    assert [one.correlation for one in again] == [one.correlation for one in found]


def test_what_a_method_remembers_of_a_network_is_not_used_for_the_next():
    params = {"patch": 4, "stride": 4}
    asked = []

    @explainer("Spy", group="Perturbation")
    def spy(subject, target):
        """Occlude, and keep what was occluded."""
        asked.append(subject)
        yield from catalogue()["occlusion"](subject, target, **params)

    found = list(randomised(subject_of(nets()["residual"]), Target(1), spy, most=3))
    assert len(found) == len(asked) == 4
    for one, subject in zip(found, asked, strict=True):
        fresh = replace(subject, net=deepcopy(subject.net))
        *_, again = catalogue()["occlusion"](fresh, Target(1), **params)
        np.testing.assert_allclose(one.heatmap.values, again.values, rtol=1e-4, atol=1e-6)


def test_a_network_without_weights_cannot_be_randomised():
    class Bare(nn.Module):
        def forward(self, x):
            return x.mean((2, 3))

    with pytest.raises(ModelError, match="no weights"):
        list(randomised(subject_of(Bare().eval()), Target(0), picture))


def test_few_points_spread_over_the_layers():
    subject = subject_of(nets()["residual"])
    found = list(randomised(subject, Target(1), picture, most=2))
    assert len(found) == 3
    assert found[-1].part == 1


def test_a_straight_lines_gradient_is_steady_and_its_shares_change_with_the_noise():
    subject = corner()
    assert sensitivity(subject, Target(0), catalogue()["gradient"]) == 0
    # Shares are weight times value: noise of up to 0.02 at values of 1 changes them by no more.
    found = sensitivity(subject, Target(0), catalogue()["gradient_input"], radius=0.02)
    assert 0.005 < found <= 0.02
    more = sensitivity(subject, Target(0), catalogue()["gradient_input"], radius=0.2)
    assert more == pytest.approx(10 * found, rel=1e-4)


def test_noise_is_measured_in_the_pictures_values():
    subject = corner()
    scaled = replace(subject, std=(0.5,))  # values twice as large for the same change of light
    plain = sensitivity(subject, Target(0), catalogue()["gradient_input"])
    found = sensitivity(scaled, Target(0), catalogue()["gradient_input"])
    assert found == pytest.approx(2 * plain, rel=1e-4)


def test_rank_correlation_is_scipys():
    draw = np.random.default_rng(0)
    a, b = draw.integers(0, 6, (2, 9, 7)).astype(np.float32)
    expected = spearmanr(a.ravel(), b.ravel()).statistic
    assert rank_correlation(a, b) == pytest.approx(expected)
    assert rank_correlation(a, -a) == pytest.approx(-1)
    assert rank_correlation(a, np.ones_like(a)) == 0


def test_similarity_is_scikit_images_and_serves_small_maps():
    a, b = np.random.default_rng(0).random((2, 12, 9), np.float32)
    assert structural_similarity(a, b) == pytest.approx(ssim(a, b, win_size=7, data_range=1))
    small = a[:4, :4]
    assert structural_similarity(small, small) == pytest.approx(1)
    tiny = a[:2, :2]
    assert structural_similarity(tiny, tiny) == 1


def step(part, alike, related):
    return Randomised("x", part, Heatmap(np.zeros((2, 2)), "A map."), alike, related)


def test_verdicts_say_what_was_measured():
    assert verdict() == "Nothing was measured yet."
    changes = [step(0, 1, 1), step(0.5, 0.1, 0.2), step(1, 0.1, 0.0)]
    late = [step(0, 1, 1), step(0.6, 0.8, 0.7), step(1, 0.1, 0.0)]
    assert verdict(randomised=changes).startswith("Believe it so far: it changes when")
    assert verdict(randomised=late).startswith("Do not believe it")
    assert verdict(randomised=changes, sensitivity=0.4) == (
        "Believe it so far: it changes when the network's weights are randomised and noise that "
        "nobody sees leaves most of it as it is."
    )
    assert verdict(randomised=changes, sensitivity=2.0) == (
        "Take care: noise that nobody sees changes most of it, though it changes when the "
        "network's weights are randomised."
    )
    assert verdict(randomised=changes[:2]) == "Nothing was measured yet."
