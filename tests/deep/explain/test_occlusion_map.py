"""Occlusion against a plain loop over places and pixels."""

import numpy as np
import pytest
import torch
from explain_nets import nets, settled, subject_of
from torch import nn

from visionlab.core.errors import ParamError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Target


def run(subject, target=Target(1), **params):  # noqa: B008 - frozen
    return list(catalogue()["occlusion"](subject, target, **params))


def starts(length, patch, stride):
    found = list(range(0, length - patch + 1, stride))
    return found if found[-1] == length - patch else [*found, length - patch]


def covered(patch, shape):
    middle = (patch - 1) / 2
    return np.array(
        [
            [shape == "square" or (r - middle) ** 2 + (c - middle) ** 2 <= patch**2 / 4
             for c in range(patch)]
            for r in range(patch)
        ]
    )  # fmt: skip


def plain_loop(subject, patch, stride, shape, level, score):
    """Return (H, W): the mean over the patches that cover a pixel; NaN under none."""
    size = subject.values.shape[2]
    mask = covered(patch, shape)
    total, count = np.zeros((size, size)), np.zeros((size, size))
    whole = score(subject.net(subject.values))
    for top in starts(size, patch, stride):
        for left in starts(size, patch, stride):
            x = subject.values.clone()
            for row, col in np.argwhere(mask):
                x[0, :, top + row, left + col] = (level - 0.4) / 0.25
            for row, col in np.argwhere(mask):
                total[top + row, left + col] += whole - score(subject.net(x))
                count[top + row, left + col] += 1
    with np.errstate(invalid="ignore"):
        return total / count


@pytest.mark.parametrize("net", ["plain", "residual", "functional"])
@pytest.mark.parametrize(
    ("patch", "stride", "shape"),
    [(4, 2, "square"), (5, 3, "disc"), (3, 4, "square"), (1, 5, "disc")],
)
def test_the_map_is_that_of_the_plain_loop(net, patch, stride, shape):
    subject = subject_of(nets()[net])
    expected = plain_loop(subject, patch, stride, shape, 0.5, lambda logits: float(logits[0, 1]))
    *_, found = run(subject, patch=patch, stride=stride, shape=shape, against="grey")
    under = np.isfinite(expected)
    scale = np.abs(expected[under]).max()
    np.testing.assert_allclose(
        found.values[under], expected[under], rtol=1e-3, atol=2e-5 * scale + 1e-6
    )
    assert found.exact
    assert found.signed
    assert np.isfinite(found.values).all()


def test_what_is_left_can_be_shown_instead_of_the_drop():
    subject = subject_of(nets()["residual"], temperature=0.7)
    for score in ("logit", "probability"):
        target = Target(2, score=score)
        *_, drop = run(subject, target, patch=4, stride=4, against="black")
        *_, left = run(subject, Target(2), patch=4, stride=4, against="black", score=score)
        logits = subject.net(subject.values)[0]
        whole = (logits / 0.7).softmax(0)[2] if score == "probability" else logits[2]
        np.testing.assert_allclose(left.values, float(whole) - drop.values, rtol=1e-4, atol=1e-5)
        assert left.low_matters
        assert not left.signed
        assert not drop.low_matters
        np.testing.assert_array_equal(left.importance, -left.values)
        assert score in left.meaning


class OnePixel(nn.Module):
    """Looks at one pixel only, in a way that no tracing follows."""

    def __init__(self):
        super().__init__()
        self.keep = nn.Parameter(torch.ones(1), requires_grad=False)

    def forward(self, x):
        seen = x[:, 0, 5, 8] if float(x.sum()) < 1e9 else x[:, 0, 0, 0]
        return torch.stack([seen, -seen, 0 * seen], 1)


def test_a_network_that_cannot_be_followed_is_asked_for_whole_pictures():
    subject = subject_of(OnePixel().eval())
    *_, found = run(subject, Target(0), patch=3, stride=1, against="white")
    looked = float(subject.values[0, 0, 5, 8]) - (1 - 0.4) / 0.25
    part = np.zeros((12, 12))
    for row in range(3, 8):  # patches of 3 over (5, 8), of all those over this pixel
        for col in range(6, 11):
            part[row, col] = (3 - abs(row - 5)) * (3 - abs(col - 8))
    ends = [len([s for s in range(10) if s <= k < s + 3]) for k in range(12)]
    np.testing.assert_allclose(found.values, looked * part / np.outer(ends, ends), atol=1e-5)
    assert "whole pictures" in found.readings[1].value


def test_coarse_maps_come_first_and_cover_everything():
    subject = subject_of(nets()["plain"], size=24)
    found = run(subject, patch=4, stride=2)
    positions = [one.readings[0].value for one in found]
    assert positions == sorted(positions)
    assert positions[0] <= 64 < positions[-1]
    assert positions[-1] == 11 * 11
    assert [one.exact for one in found] == [False] * (len(found) - 1) + [True]
    errors = [np.abs(one.values - found[-1].values).mean() for one in found]
    assert errors[-2] < errors[0]


def test_inpainting_a_flat_picture_changes_nothing():
    subject = subject_of(nets()["residual"])
    subject.values[:] = subject.normalised(np.full((12, 12, 3), (80, 160, 40)))
    for shape in ("square", "disc"):
        *_, found = run(subject, patch=4, stride=3, shape=shape, against="inpainted")
        assert np.abs(found.values).max() < 1e-4
    *_, grey = run(subject, patch=4, stride=3, against="grey")
    assert np.abs(grey.values).max() > 1e-2


@pytest.mark.parametrize(
    "against", ["mean", "grey", "black", "white", "blur", "noise", "inpainted"]
)
def test_every_baseline_serves_grey_networks(against):
    subject = subject_of(nets(1)["plain"], channels=1)
    *_, found = run(subject, patch=4, stride=4, against=against)
    assert found.values.any()


def test_a_patch_that_is_larger_than_the_picture_is_refused():
    with pytest.raises(ParamError, match="12 x 12; it was 13 px"):
        run(subject_of(nets()["plain"]), patch=13)


def test_a_patch_as_large_as_the_picture_gives_one_value():
    subject = subject_of(settled(nn.Sequential(nn.Conv2d(3, 3, 12), nn.Flatten())))
    *_, found = run(subject, patch=12)
    change = (subject.net(subject.values) - subject.net(0 * subject.values))[0, 1]
    np.testing.assert_allclose(found.values, np.full((12, 12), float(change)), rtol=1e-4)


def test_a_part_of_the_places_is_near_the_exact_map_and_tells_how_near():
    subject = subject_of(nets()["residual"])
    *_, exact = run(subject, patch=4, stride=1)
    *_, part = run(subject, patch=4, stride=1, share=0.5)
    names = {reading.name: reading.value for reading in part.readings}
    everything = next(r.value for r in exact.readings if r.name == "Positions")
    assert exact.exact
    assert not part.exact
    assert part.progress == 1
    assert names["Positions"] == pytest.approx(everything / 2, abs=1)
    off = np.abs(part.values - exact.values).mean() / np.ptp(exact.values)
    assert 0 < off < 0.1
    assert 0 < names["Interpolated, off by about"] < 30
    assert not any(r.name.startswith("Interpolated") for r in exact.readings)
