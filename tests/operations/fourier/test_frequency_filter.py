"""Frequency filters against answers worked out on paper and NumPy's complex transform."""

import gc
import tracemalloc

import numpy as np
import pytest

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations import catalogue

OP = catalogue()["frequency_filter"]
PROFILES = ("ideal", "Gaussian", "Butterworth")
NOISE = np.random.default_rng(4).integers(0, 256, (45, 62), dtype=np.uint8)


def apply(image, **params):
    return OP(image, **OP.check_params(params))


def view(result, name):
    return next(view.picture for view in result.views if view.name == name)


def wave(frequency, width=80):
    """A level wave of amplitude 50 around 100; `frequency` in cycles per pixel."""
    turns = frequency * np.arange(width)
    return np.tile(100 + 50 * np.cos(2 * np.pi * turns), (6, 1)).astype(np.float32)


def low_pass(distance, profile, cutoff, order):
    """The textbook's masks."""
    if profile == "ideal":
        return (distance <= cutoff).astype(float)
    if profile == "Gaussian":
        return np.exp(-(distance**2) / (2 * cutoff**2))
    return 1 / (1 + (distance / cutoff) ** (2 * order))


def distances(shape):
    y, x = (np.fft.fftshift(np.fft.fftfreq(side)) for side in shape)
    return np.hypot(y[:, None], x[None, :])


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("shape", [(45, 62), (44, 61), (1, 30), (31, 1)])
def test_it_is_the_definition(profile, shape):
    image = NOISE[: shape[0], : shape[1]].copy()
    mask = low_pass(distances(shape), profile, 0.12, 3)
    spectrum = np.fft.fftshift(np.fft.fft2(image.astype(float)))
    expected = np.fft.ifft2(np.fft.ifftshift(spectrum * mask)).real
    result = apply(image, profile=profile, cutoff=0.12, order=3)
    assert result.picture.dtype == np.float32
    np.testing.assert_allclose(result.picture, expected, atol=1e-3)
    np.testing.assert_allclose(view(result, "Mask"), mask, atol=1e-6)
    before, after = (view(result, f"Spectrum {when}") for when in ("before", "after"))
    np.testing.assert_allclose(before, np.log1p(abs(spectrum)), rtol=1e-4)
    np.testing.assert_allclose(after, np.log1p(abs(spectrum * mask)), rtol=1e-4, atol=1e-4)
    assert view(result, "Inverse") is result.picture


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("cutoff", [0, 0.07, 0.5])
def test_low_pass_and_high_pass_add_up_to_the_picture(profile, cutoff):
    low = apply(NOISE, profile=profile, cutoff=cutoff)
    high = apply(NOISE, profile=profile, cutoff=cutoff, kind="high-pass")
    np.testing.assert_allclose(low.picture + high.picture, NOISE, atol=1e-3)
    np.testing.assert_allclose(view(low, "Mask") + view(high, "Mask"), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("profile", "at_cutoff"), [("ideal", 1), ("Gaussian", np.exp(-0.5)), ("Butterworth", 0.5)]
)
def test_a_wave_on_the_cutoff(profile, at_cutoff):
    image = wave(0.1)
    low = apply(image, profile=profile, cutoff=0.1).picture
    np.testing.assert_allclose(low - 100, at_cutoff * (image - 100), atol=1e-3)
    for band in ((0.1, 0.3), (0.05, 0.1), (0.1, 0.1)):
        kept = 1 if band == (0.1, 0.1) else at_cutoff
        through = apply(image, kind="band-pass", profile=profile, band=band).picture
        np.testing.assert_allclose(through, kept * (image - 100), atol=1e-3)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_middle_of_a_band_passes_whole(profile):
    image = wave(0.1)
    through = apply(image, kind="band-pass", profile=profile, band=(0.05, 0.2)).picture
    np.testing.assert_allclose(through, image - 100, atol=1e-3)


def test_an_ideal_band_takes_one_wave_out_of_three():
    slow, middle, fast = wave(0.05), wave(0.15), wave(0.4)
    result = apply(slow + middle + fast, kind="band-pass", profile="ideal", band=(0.1, 0.2))
    np.testing.assert_allclose(result.picture, middle - 100, atol=1e-3)
    assert view(result, "Mask")[3, 40 + 8] == 1  # 8 / 80 is the lower cutoff itself
    assert view(result, "Mask")[3, 40 + 17] == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_a_band_from_0_on_is_a_low_pass(profile):
    band = apply(NOISE, kind="band-pass", profile=profile, band=(0, 0.1)).picture
    np.testing.assert_allclose(band, apply(NOISE, profile=profile, cutoff=0.1).picture, atol=1e-3)


@pytest.mark.parametrize("profile", PROFILES)
def test_cutoff_0_leaves_the_mean_alone(profile):
    assert apply(NOISE, profile=profile, cutoff=0).picture == pytest.approx(NOISE.mean(), abs=1e-3)


@pytest.mark.parametrize("kind", ["high-pass", "band-pass"])
def test_signed_answers_have_mean_0_and_are_shown_around_it(kind):
    result = apply(NOISE, kind=kind)
    assert result.picture.mean() == pytest.approx(0, abs=1e-3)
    assert result.display == Display(-255 / 4, 255 / 4, "diverging")
    assert apply(NOISE).display == Display(0, 255)


def test_the_plot_is_the_mask_along_the_axis():
    for params in ({}, {"kind": "band-pass"}, {"kind": "high-pass", "profile": "Butterworth"}):
        result = apply(NOISE, **params)
        (plot,) = result.plots
        (curve,) = plot.curves
        row = view(result, "Mask")[22, 31:]
        gain = np.interp(np.arange(31) / 62, curve.x, curve.y)
        np.testing.assert_allclose(row, gain, atol=2e-3)
    assert [at for _, at in apply(NOISE, kind="band-pass").plots[0].markers] == [0.05, 0.15]


def test_power_left():
    image = wave(0.1)  # mean 100 has the power 10000, the wave 50² / 2
    (reading,) = apply(image, kind="high-pass", profile="ideal").readings
    assert reading.value == pytest.approx(100 * 1250 / 11250, rel=1e-5)
    assert apply(np.zeros((5, 5), np.uint8)).readings[0].value == 0


def test_idle_parameters_do_not_matter():
    first = apply(NOISE, cutoff=0.2, order=9, band=(0.3, 0.4)).picture
    assert np.array_equal(first, apply(NOISE, cutoff=0.2).picture)
    params = {param.name: param for param in OP.params}
    assert not params["band"].active({"kind": "low-pass"})
    assert not params["order"].active({"profile": "ideal"})


def test_values_that_overflow_are_refused():
    with pytest.raises(ImageError, match="stretch them"):
        apply(np.full((40, 40), 1e36, np.float32))


def test_views_that_nobody_looks_at_take_no_memory():
    image = np.random.default_rng(5).random((300, 400), dtype=np.float32)
    apply(image)  # what is made once for all is there from now on
    tracemalloc.start()
    try:
        result = apply(image)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert result.picture.nbytes <= held < 1.2 * result.picture.nbytes
