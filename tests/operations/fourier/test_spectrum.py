"""The spectrum against answers worked out on paper and NumPy's complex transform."""

import numpy as np
import pytest
from scipy.signal import windows

from visionlab.core.errors import ImageError
from visionlab.core.image import Display
from visionlab.operations import catalogue

OP = catalogue()["spectrum"]
SIZES = ((24, 32), (25, 31), (1, 1), (1, 8), (7, 1), (2, 3))


def wave(height, width, rows, columns, shift=0.0, amplitude=50, mean=100):
    """`columns` waves across and `rows` waves down the picture."""
    y, x = np.mgrid[:height, :width]
    turns = columns * x / width + rows * y / height
    return (mean + amplitude * np.cos(2 * np.pi * turns - shift)).astype(np.float32)


def magnitude(image, **params):
    return np.expm1(OP(image, **params).picture.astype(float))


def test_a_wave_is_two_peaks():
    found = magnitude(wave(24, 32, rows=2, columns=3))
    expected = np.zeros((24, 32))
    expected[12, 16] = 100 * 24 * 32
    expected[12 + 2, 16 + 3] = expected[12 - 2, 16 - 3] = 50 * 24 * 32 / 2
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=0.01)


def test_the_phase_of_a_wave_is_its_shift():
    phase = OP(wave(24, 32, 2, 3, shift=0.7), output="phase").picture
    assert phase[14, 19] == pytest.approx(-0.7, abs=1e-5)
    assert phase[10, 13] == pytest.approx(0.7, abs=1e-5)


def test_a_spot_has_every_frequency_alike():
    image = np.zeros((8, 9), np.uint8)
    image[0, 1] = 1
    result = OP(image, output="phase")
    assert OP(image).picture == pytest.approx(np.log(2), abs=1e-6)
    columns = -2 * np.pi * np.arange(-4, 5) / 9  # a shift by one pixel turns exp(-2 pi i fx)
    np.testing.assert_allclose(result.picture, np.tile(columns, (8, 1)), atol=1e-5)
    assert result.display == Display(-np.pi, np.pi, "cyclic")


@pytest.mark.parametrize("size", SIZES)
def test_it_is_numpys(size):
    image = np.random.default_rng(2).integers(1, 256, size, dtype=np.uint8)
    expected = np.fft.fftshift(np.fft.fft2(image.astype(float)))
    np.testing.assert_allclose(OP(image).picture, np.log1p(abs(expected)), rtol=1e-5)
    phase = OP(image, output="phase").picture
    np.testing.assert_allclose(np.exp(1j * phase), expected / abs(expected), atol=1e-3)


@pytest.mark.parametrize("size", SIZES)
def test_parseval(size):
    image = np.random.default_rng(3).normal(0, 9, size).astype(np.float32)
    power = (magnitude(image) ** 2).sum() / image.size
    assert power == pytest.approx((image.astype(float) ** 2).sum(), rel=1e-4)


def test_the_window_is_hanns_and_widens_a_peak_to_three_bins():
    image = wave(24, 32, 0, 8, mean=0)
    hann = np.outer(windows.hann(24, sym=False), windows.hann(32, sym=False))
    expected = np.fft.fftshift(abs(np.fft.fft2(image * hann)))
    found = magnitude(image, window=True)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=0.01)
    peak = 50 * 24 * 32 / 2 / 4
    assert found[12, 22:27] == pytest.approx([0, peak / 2, peak, peak / 2, 0], abs=0.1)


def test_the_window_removes_the_cross():
    y, x = np.mgrid[:64, :64]
    image = (x + 2 * y).astype(np.uint8)
    arm = np.s_[32, 40:]  # of a ramp, the opposite borders differ most
    assert magnitude(image, window=True)[arm].max() < 0.02 * magnitude(image)[arm].min()


@pytest.mark.parametrize("window", [False, True])
def test_the_mean_is_read(window):
    image = np.array([[0, 10], [20, 33]], np.uint8)
    (reading,) = OP(image, window=window).readings
    assert (reading.name, reading.value) == ("Mean", 15.75)
    assert magnitude(image)[1, 1] == pytest.approx(63)


def test_the_display_of_8_bit_pictures_depends_on_their_size_alone():
    dark, bright = np.zeros((20, 30), np.uint8), np.full((20, 30), 255, np.uint8)
    assert OP(dark).display == OP(bright).display
    assert OP(bright).display.high == pytest.approx(OP(bright).picture.max())


def test_values_that_overflow_are_refused():
    with pytest.raises(ImageError, match="stretch them"):
        OP(np.full((40, 40), 1e36, np.float32))
