import cv2
import numpy as np
import pytest

from visionlab.operations.smoothing.bilateral_filter import bilateral_filter

RNG = np.random.default_rng(12)
GREY = RNG.integers(0, 256, (14, 17), dtype=np.uint8)
PHOTO = RNG.integers(0, 256, (13, 16, 3), dtype=np.uint8)


def by_definition(
    picture: np.ndarray, diameter: int, sigma_colour: float, sigma_space: float
) -> np.ndarray:
    """Tomasi and Manduchi's weighted mean, offset by offset over a disc."""
    radius = diameter // 2
    values = np.atleast_3d(picture).astype(float)
    height, width, _ = values.shape
    padded = np.pad(values, [(radius, radius), (radius, radius), (0, 0)], mode="reflect")
    total, weights = np.zeros_like(values), np.zeros((height, width, 1))
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy > radius * radius:
                continue
            other = padded[radius + dy :, radius + dx :][:height, :width]
            difference = np.abs(other - values).sum(axis=2, keepdims=True)
            weight = np.exp(
                -(dx * dx + dy * dy) / (2 * sigma_space**2) - difference**2 / (2 * sigma_colour**2)
            )
            total += weight * other
            weights += weight
    return (total / weights).reshape(picture.shape)


@pytest.mark.parametrize("params", [(3, 20.0, 1.0), (9, 50.0, 5.0), (11, 120.0, 2.5)])
def test_against_the_definition(params) -> None:
    names = dict(zip(("diameter", "sigma_colour", "sigma_space"), params, strict=True))
    for picture in (GREY, PHOTO):
        out = bilateral_filter(picture, **names).picture
        assert (
            np.abs(out - by_definition(picture, *params)).max() <= 1
        )  # OpenCV rounds, or cuts off
        decimal = bilateral_filter(picture.astype(np.float32), **names).picture
        assert np.abs(decimal - by_definition(picture, *params)).max() < 0.05


@pytest.mark.parametrize("picture", [GREY, PHOTO, GREY / np.float32(255)])
def test_same_pixels_as_the_direct_call(picture) -> None:
    out = bilateral_filter(picture, diameter=7, sigma_colour=30, sigma_space=3).picture
    assert np.array_equal(out, cv2.bilateralFilter(picture, 7, 30, 3))


def test_edges_stay_and_noise_goes() -> None:
    step = np.full((20, 30), 40, np.uint8)
    step[:, 15:] = 200
    noisy = step + RNG.integers(-6, 7, step.shape)
    out = bilateral_filter(noisy.astype(np.uint8), sigma_colour=25).picture.astype(int)
    assert (out[:, 15] - out[:, 14]).min() > 145
    assert np.abs(out - step).std() < np.abs(noisy - step).std() / 2


def test_sigma_in_the_pictures_own_values_gives_the_same_picture_at_any_scale() -> None:
    large = bilateral_filter(GREY.astype(np.float32), sigma_colour=51.0).picture
    small = bilateral_filter(GREY / np.float32(255), sigma_colour=0.2).picture
    assert np.allclose(small, large / 255, atol=1e-4)
