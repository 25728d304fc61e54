import cv2
import numpy as np
import pytest
from scipy import ndimage

from visionlab.core.image import Display, Frame, as_image
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.operations import catalogue
from visionlab.operations.smoothing.box_blur import box_blur
from visionlab.operations.smoothing.gaussian_blur import gaussian_blur

NOISE = np.random.default_rng(8).normal(0, 100, (41, 53)).astype(np.float32)
PHOTO = np.random.default_rng(9).integers(0, 256, (40, 51, 3), dtype=np.uint8)

# OpenCV's border and the same one in SciPy's words.
BORDERS = {
    "reflect 101": (cv2.BORDER_REFLECT_101, "mirror"),
    "reflect": (cv2.BORDER_REFLECT, "reflect"),
    "replicate": (cv2.BORDER_REPLICATE, "nearest"),
    "black": (cv2.BORDER_CONSTANT, "constant"),
}


def point(dtype: type) -> np.ndarray:
    """A single bright pixel, of 225, amid a black picture."""
    picture = np.zeros((9, 9), dtype)
    picture[4, 4] = 225
    return picture


def test_box_of_a_point_is_a_square() -> None:
    out = box_blur(point(np.uint8), ksize=5).picture
    assert (out[2:7, 2:7] == 9).all()  # 225 / 25
    assert out.sum() == 225


@pytest.mark.parametrize(
    ("border", "corner"),
    [
        ("reflect 101", (4 * 4 + 2 * 3 + 2 * 2 + 1) / 9),  # 4 3 4, 2 1 2, 4 3 4
        ("reflect", (4 * 1 + 2 * 2 + 2 * 3 + 4) / 9),  # 1 1 2, 1 1 2, 3 3 4
        ("replicate", (4 * 1 + 2 * 2 + 2 * 3 + 4) / 9),
        ("black", (1 + 2 + 3 + 4) / 9),
    ],
)
def test_four_borders_on_paper(border, corner) -> None:
    square = np.array([[1, 2], [3, 4]], np.float32)
    out = box_blur(square, ksize=3, border=border).picture
    assert out[0, 0] == pytest.approx(corner)


@pytest.mark.parametrize("ksize", [1, 3, 15, 39])
@pytest.mark.parametrize("border", BORDERS)
def test_box_against_scipy(border, ksize) -> None:
    out = box_blur(NOISE, ksize=ksize, border=border).picture
    expected = ndimage.uniform_filter(NOISE.astype(float), ksize, mode=BORDERS[border][1])
    assert np.allclose(out, expected, atol=1e-3)


@pytest.mark.parametrize("picture", [PHOTO, NOISE], ids=["uint8", "float32"])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("ksize", [1, 5, 99])
def test_same_pixels_as_the_direct_calls(picture, border, ksize) -> None:
    code, size = BORDERS[border][0], (ksize, ksize)
    box = box_blur(picture, ksize=ksize, border=border).picture
    assert np.array_equal(box, cv2.blur(picture, size, borderType=code))
    for sigma in (0.0, 2.5):
        bell = gaussian_blur(picture, ksize=ksize, sigma=sigma, border=border).picture
        assert np.array_equal(bell, cv2.GaussianBlur(picture, size, sigma, borderType=code))


def test_gaussian_of_a_point_is_the_kernel() -> None:
    # ksize 3 without a sigma has the weights 1/4, 1/2, 1/4 in each direction.
    out = gaussian_blur(point(np.float32), ksize=3).picture[3:6, 3:6]
    row = np.array([0.25, 0.5, 0.25])
    assert np.allclose(out, 225 * np.outer(row, row))


def test_gaussian_weights_follow_the_formula() -> None:
    x = np.arange(-4, 5)
    bell = np.exp(-(x**2) / (2 * 1.3**2))
    bell /= bell.sum()
    out = gaussian_blur(point(np.float32), ksize=9, sigma=1.3, border="black").picture
    assert np.allclose(out, 225 * np.outer(bell, bell), atol=1e-4)


@pytest.mark.parametrize(("ksize", "sigma"), [(5, 1.0), (21, 3.5), (31, 30.0)])
@pytest.mark.parametrize("border", BORDERS)
def test_gaussian_against_scipy(border, ksize, sigma) -> None:
    out = gaussian_blur(NOISE, ksize=ksize, sigma=sigma, border=border).picture
    expected = ndimage.gaussian_filter(
        NOISE.astype(float), sigma, mode=BORDERS[border][1], radius=ksize // 2
    )
    assert np.allclose(out, expected, atol=1e-3)
    channel = gaussian_blur(PHOTO, ksize=ksize, sigma=sigma, border=border).picture[..., 2]
    expected = ndimage.gaussian_filter(
        PHOTO[..., 2].astype(float), sigma, mode=BORDERS[border][1], radius=ksize // 2
    )
    assert np.abs(channel - expected).max() < 1.5  # OpenCV rounds 8-bit weights to 1/256


def test_sigma_0_is_derived_from_the_kernel_size() -> None:
    derived = gaussian_blur(NOISE, ksize=15).picture
    assert np.array_equal(derived, gaussian_blur(NOISE, ksize=15, sigma=0.3 * 6 + 0.8).picture)


@pytest.mark.parametrize("blur", [box_blur, gaussian_blur], ids=lambda op: op.id)
def test_decimal_results_are_shown_as_the_picture_was(blur) -> None:
    display = Display(-7, 7, "diverging")
    frame = Frame(as_image(NOISE), display=display)
    run = Runner(catalogue()).run(frame, Pipeline((Step.of(blur),)))
    assert run.display == display
