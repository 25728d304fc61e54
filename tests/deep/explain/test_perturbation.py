"""RISE, LIME and KernelSHAP against plain loops, scikit-learn and brute force."""

from itertools import permutations

import numpy as np
import pytest
import torch
from explain_nets import LABELS, Recording, nets, subject_of
from sklearn.linear_model import Ridge

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.explain.superpixels import superpixels


def run(name, subject, target=Target(1), **params):  # noqa: B008 - frozen
    *_, last = catalogue()[name](subject, target, **params)
    return last


def white(height, width, channels=1):
    """Return a picture of ones whose baseline "black" is 0: what is asked shows the masks."""
    net = Recording((channels, height, width))
    values = torch.ones(1, channels, height, width)
    return Subject(net, values, (0.0,) * channels, (1.0,) * channels, LABELS)


@pytest.mark.parametrize("size", [(12, 12), (9, 20)])
def test_rise_is_the_mean_of_masks_weighted_with_scores(size):
    subject = white(*size)
    found = run("rise", subject, masks=50, cells=4, shown=0.3, against="black")
    masks = torch.cat(subject.net.asked)
    assert masks.shape == (50, 1, *size)
    assert masks.min() >= 0
    assert masks.max() <= 1
    total, weight = np.zeros(size), np.zeros(size)
    for mask in masks:
        total += float(subject.net(mask[None])[0, 1]) * mask[0].numpy()
        weight += mask[0].numpy()
    np.testing.assert_allclose(found.values, total / weight, rtol=1e-4, atol=1e-5)


def test_rise_of_a_network_that_always_says_the_same_is_flat():
    subject = white(12, 12)
    subject.net.forward = lambda x: torch.full((len(x), 3), 4.5)
    found = run("rise", subject, masks=40, cells=4, shown=0.5, against="black")
    np.testing.assert_allclose(found.values, np.full((12, 12), 4.5), rtol=1e-5)


def test_rises_masks_show_each_pixel_as_often_and_are_smooth():
    subject = white(21, 21)
    run("rise", subject, masks=4000, cells=5, shown=0.4, against="black")
    masks = torch.cat(subject.net.asked)[:, 0].numpy()
    assert np.abs(masks.mean(axis=0) - 0.4).max() < 0.05
    assert np.abs(np.diff(masks, axis=1)).max() < 0.35  # a cell has 5 pixels


def test_rise_finds_the_pixels_that_count():
    subject = white(16, 16)
    subject.net.weight[:] = 0
    subject.net.weight[1, 0, 4:8, 8:12] = 0.3
    found = run("rise", subject, masks=1500, cells=8, against="black").values
    top, left = np.unravel_index(found.argmax(), found.shape)
    assert 3 <= top <= 8
    assert 7 <= left <= 12


def tiles(channels=3):
    """Return a subject whose picture has four colours in tiles of 8, and its superpixels."""
    net = Recording((channels, 16, 16))
    subject = subject_of(net, size=16, channels=channels)
    levels = np.zeros((16, 16, 3))
    levels[:8, 8:] = (250, 30, 30)
    levels[8:, :8] = (30, 250, 30)
    levels[8:, 8:] = (250, 250, 250)
    subject.values[:] = subject.normalised(levels if channels == 3 else levels[..., 0])
    return subject


SLIC = {"parts": 4, "compactness": 1.0}


def test_superpixels_follow_the_colours_and_are_numbered_without_gaps():
    parts = superpixels(tiles(), 4, 1.0)
    assert parts.shape == (16, 16)
    assert sorted(set(parts.ravel())) == [0, 1, 2, 3]
    for rows in (slice(0, 8), slice(8, 16)):
        for cols in (slice(0, 8), slice(8, 16)):
            assert len(np.unique(parts[rows, cols])) == 1


def presence(subject, parts):
    """Return (N, superpixels): which of them what the network was asked shows."""
    asked = torch.cat(subject.net.asked)
    same = (asked == subject.values).all(1)
    return np.stack([same[:, torch.from_numpy(parts == k)].all(1) for k in range(4)], axis=1)


@pytest.mark.parametrize("ridge", [1.0, 5.0])
def test_lime_is_weighted_ridge_regression(ridge):
    subject = tiles()
    parts = superpixels(subject, 4, 1.0)
    found = run("lime", subject, samples=60, ridge=ridge, width=0.4, seed=2, **SLIC)
    shown = presence(subject, parts)
    assert len(shown) == 60
    assert shown[0].all()
    scores = subject.net(torch.cat(subject.net.asked))[:, 1].numpy()
    cosine = shown.sum(1) / np.sqrt(np.maximum(shown.sum(1), 1e-12) * 4)
    weights = np.exp(-((1 - cosine) ** 2) / 0.4**2)
    model = Ridge(alpha=ridge).fit(shown, scores, sample_weight=weights)
    np.testing.assert_allclose(found.values, model.coef_[parts], rtol=1e-3, atol=1e-5)
    fit = model.score(shown, scores, sample_weight=weights)
    assert found.readings[1].value == pytest.approx(fit, rel=1e-4)
    assert found.readings[0].value == 4


def worth(subject, parts, shown, target):
    """Return the score of the picture with the superpixels `shown`, the others mean colour."""
    kept = torch.from_numpy(np.isin(parts, list(shown)))
    return float(subject.net(torch.where(kept, subject.values, 0.0))[0, target])


@pytest.mark.parametrize("channels", [1, 3])
def test_kernel_shap_is_the_mean_over_all_orders(channels):
    subject = tiles(channels)
    parts = superpixels(subject, 4, 1.0)
    count = parts.max() + 1
    expected = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        for at, part in enumerate(order):
            gain = worth(subject, parts, order[: at + 1], 1) - worth(subject, parts, order[:at], 1)
            expected[part] += gain / len(orders)
    found = run("kernel_shap", subject, samples=14, **SLIC)
    assert found.exact
    np.testing.assert_allclose(found.values, expected[parts], rtol=1e-3, atol=1e-5)


def test_kernel_shap_of_a_line_is_exact_from_few_sets():
    subject = tiles()
    parts = superpixels(subject, 4, 1.0)
    net = subject.net
    net.forward = lambda x: torch.einsum("nchw,kchw->nk", x, net.weight)
    found = run("kernel_shap", subject, samples=10, **SLIC)
    assert not found.exact
    shares = (subject.values[0] * net.weight[1]).sum(0).numpy()
    expected = np.array([shares[parts == k].sum() for k in range(4)])
    np.testing.assert_allclose(found.values, expected[parts], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("samples", [30, 400])
def test_kernel_shaps_shares_sum_to_the_difference_of_the_scores(samples):
    subject = subject_of(nets()["residual"], size=24)
    found = run("kernel_shap", subject, samples=samples, parts=12, compactness=100.0)
    zero = torch.zeros_like(subject.values)
    change = (subject.net(subject.values) - subject.net(zero))[0, 1]
    readings = {reading.name: reading.value for reading in found.readings}
    assert readings["Sum of the shares"] == pytest.approx(float(change), rel=1e-4)
    assert readings["Completeness error"] < 1e-6
