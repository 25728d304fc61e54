import numpy as np
import pytest

from visionlab.core.errors import ImageError
from visionlab.core.image import MAX_PIXELS, Need, as_image


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (4, 2, 3), (1, 7, 3)])
def test_an_image_is_a_read_only_view_of_the_same_values(shape, dtype):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    image = as_image(array)
    assert np.shares_memory(image, array)
    assert image.dtype == dtype
    np.testing.assert_array_equal(image, array)
    with pytest.raises(ValueError, match="read-only"):
        image[0, 0] = 1
    assert array.flags.writeable


def test_a_slice_with_gaps_becomes_contiguous():
    array = np.arange(24, dtype=np.uint8).reshape(4, 6)
    image = as_image(array[:, ::2])
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(image, array[:, ::2])


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (
            [[1, 2]],
            "A picture must be a numpy array; this is list.",
        ),
        (
            np.zeros(4, np.uint8),
            "A picture must have the shape (height, width) or (height, width, 3); "
            "this one has (4,).",
        ),
        (
            np.zeros((2, 2, 4), np.uint8),
            "A picture must have the shape (height, width) or (height, width, 3); "
            "this one has (2, 2, 4).",
        ),
        (
            np.zeros((2, 2), np.uint16),
            "A picture must be uint8 or float32; this one is uint16.",
        ),
        (
            np.zeros((2, 2), bool),
            "A picture must be uint8 or float32; this one is bool.",
        ),
        (
            np.zeros((2, 2), ">f4"),
            "A picture must be uint8 or float32; this one is >f4.",
        ),
        (
            np.zeros((0, 5), np.uint8),
            "A picture must have at least one pixel; this one is empty.",
        ),
        (
            np.array([[0, np.nan]], np.float32),
            "A picture must hold finite numbers; this one has NaN or infinity.",
        ),
        (
            np.array([[0, -np.inf]], np.float32),
            "A picture must hold finite numbers; this one has NaN or infinity.",
        ),
    ],
)
def test_what_is_no_image_is_refused_in_one_sentence(array, sentence):
    with pytest.raises(ImageError) as caught:
        as_image(array)
    assert str(caught.value) == sentence


def test_too_many_pixels_are_refused_and_the_limit_is_taken():
    def claim(width):  # without the memory: every row is the same one
        return np.broadcast_to(np.zeros(width, np.uint8), (MAX_PIXELS // 10_000, width))

    with pytest.raises(ImageError, match=r"up to 100 megapixels; this one is 10001 x 10000\."):
        as_image(claim(10_001))


GREY, COLOUR = np.zeros((2, 2), np.uint8), np.zeros((2, 2, 3), np.float32)


@pytest.mark.parametrize(
    ("need", "meets", "lacks", "sentence_end"),
    [
        (Need.GREY, GREY, COLOUR, "this picture has three"),
        (Need.COLOUR, COLOUR, GREY, "this picture has one"),
        (Need.UINT8, GREY, COLOUR, "this picture has decimal values"),
    ],
)
def test_needs(need, meets, lacks, sentence_end):
    assert need.met(meets)
    assert not need.met(lacks)
    assert need.what_came(lacks) == sentence_end
