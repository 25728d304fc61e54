"""Picture files of 8 bits: the pixels, opacity, orientation, and what is said about them."""

import io

import cv2
import numpy as np
import pytest
from known_files import colour_photo, png_bytes, png_chunk
from PIL import Image, ImageOps

from visionlab.sources.picture import PictureFile
from visionlab.sources.values import upright

RGB = colour_photo()
GREY = RGB[..., 0]
OPACITY = np.arange(GREY.size, dtype=np.uint32).reshape(GREY.shape).astype(np.uint8)


def encoded(picture, kind, **options):
    file = io.BytesIO()
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(file, kind, **options)
    return file.getvalue()


def frame_of(path):
    source = PictureFile(path)
    frame = source.read()
    assert source.read() is None
    return frame


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.png", "PNG", {}),
        ("a.bmp", "BMP", {}),
        ("a.tif", "TIFF", {}),
        ("a.tiff", "TIFF", {"compression": "tiff_lzw"}),
        ("a.webp", "WEBP", {"lossless": True}),
        ("a.ppm", "PPM", {}),
    ],
)
@pytest.mark.parametrize("array", [RGB, GREY], ids=["rgb", "grey"])
def test_lossless_formats_give_the_pixels_back(write, name, kind, options, array):
    frame = frame_of(write(name, encoded(array, kind, **options)))
    # WebP has no grey pictures.
    expected = np.dstack([array] * 3) if kind == "WEBP" and array.ndim == 2 else array
    np.testing.assert_array_equal(frame.image, expected)
    assert frame.image.dtype == np.uint8
    assert not frame.image.flags.writeable
    assert frame.alpha is None
    assert frame.display is None
    assert frame.note == ""
    assert frame.name == name


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"progressive": True}])
@pytest.mark.parametrize("array", [RGB, GREY], ids=["rgb", "grey"])
def test_jpeg_has_the_pixels_that_opencv_reads(write, array, options):
    path = write("photo.jpg", encoded(array, "JPEG", quality=80, **options))
    expected = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    expected = expected[..., ::-1] if expected.ndim == 3 else expected
    np.testing.assert_array_equal(frame_of(path).image, expected)


def test_lossy_webp_has_the_pixels_that_opencv_reads(write):
    path = write("photo.webp", encoded(RGB, "WEBP", quality=70))
    np.testing.assert_array_equal(frame_of(path).image, cv2.imread(str(path))[..., ::-1])


def test_avif_is_read(write):
    path = write("a.avif", encoded(RGB, "AVIF", quality=95, subsampling="4:4:4"))
    assert np.abs(frame_of(path).image.astype(int) - RGB).mean() < 4


# Orientation, by the definition of the tag: where row 0 and column 0 of the stored picture lie.
STORED = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
UPRIGHT = {
    1: [[1, 2, 3], [4, 5, 6]],  # row 0 at the top, column 0 at the left
    2: [[3, 2, 1], [6, 5, 4]],  # top, right
    3: [[6, 5, 4], [3, 2, 1]],  # bottom, right
    4: [[4, 5, 6], [1, 2, 3]],  # bottom, left
    5: [[1, 4], [2, 5], [3, 6]],  # left, top
    6: [[4, 1], [5, 2], [6, 3]],  # right, top
    7: [[6, 3], [5, 2], [4, 1]],  # right, bottom
    8: [[3, 6], [2, 5], [1, 4]],  # left, bottom
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_by_the_definition(orientation):
    np.testing.assert_array_equal(upright(STORED, orientation), UPRIGHT[orientation])


@pytest.mark.parametrize("unknown", [0, 9, 65535])
def test_an_unknown_orientation_leaves_the_picture_alone(unknown):
    np.testing.assert_array_equal(upright(STORED, unknown), STORED)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation_is_honoured_as_pillow_does(write, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(RGB, kind, exif=exif.tobytes(), **options)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    assert expected.shape[:2] == ((80, 60) if orientation > 4 else (60, 80))
    suffix = {"JPEG": "jpg"}.get(kind, kind.lower())
    np.testing.assert_array_equal(frame_of(write(f"a.{suffix}", data)).image, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_opacity_turns_with_the_picture(write, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    frame = frame_of(write("a.png", encoded(np.dstack([RGB, OPACITY]), "PNG", exif=exif)))
    np.testing.assert_array_equal(frame.alpha, upright(OPACITY, orientation))
    np.testing.assert_array_equal(frame.image, upright(RGB, orientation))


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.png", "PNG", {}),
        ("a.tif", "TIFF", {}),
        ("a.webp", "WEBP", {"lossless": True, "exact": True}),
    ],
)
def test_opacity_is_kept_apart(write, name, kind, options):
    frame = frame_of(write(name, encoded(np.dstack([RGB, OPACITY]), kind, **options)))
    np.testing.assert_array_equal(frame.image, RGB)
    np.testing.assert_array_equal(frame.alpha, OPACITY)


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.tif", "TIFF")])
def test_grey_with_opacity_stays_grey(write, name, kind):
    frame = frame_of(write(name, encoded(np.dstack([GREY, OPACITY]), kind)))
    np.testing.assert_array_equal(frame.image, GREY)
    np.testing.assert_array_equal(frame.alpha, OPACITY)


PALETTE = png_chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 10, 20, 30]))


def test_palette_with_transparent_entries(write):
    transparency = png_chunk(b"tRNS", bytes([255, 128, 0]))
    data = png_bytes(3, 1, 8, 3, bytes([0, 1, 2]), PALETTE, transparency)
    frame = frame_of(write("a.png", data))
    np.testing.assert_array_equal(frame.image, [[[255, 0, 0], [0, 255, 0], [10, 20, 30]]])
    np.testing.assert_array_equal(frame.alpha, [[255, 128, 0]])


def test_palette_without_transparency(write):
    frame = frame_of(write("a.png", png_bytes(3, 1, 8, 3, bytes([2, 1, 0]), PALETTE)))
    np.testing.assert_array_equal(frame.image, [[[10, 20, 30], [0, 255, 0], [255, 0, 0]]])
    assert frame.alpha is None


def test_one_colour_made_transparent(write):
    grey = png_bytes(3, 1, 8, 0, bytes([7, 8, 9]), png_chunk(b"tRNS", bytes([0, 8])))
    frame = frame_of(write("grey.png", grey))
    np.testing.assert_array_equal(frame.image, [[7, 8, 9]])
    np.testing.assert_array_equal(frame.alpha, [[255, 0, 255]])
    colour = png_bytes(
        2, 1, 8, 2, bytes([1, 2, 3, 4, 5, 6]), png_chunk(b"tRNS", bytes([0, 4, 0, 5, 0, 6]))
    )
    frame = frame_of(write("colour.png", colour))
    np.testing.assert_array_equal(frame.image, [[[1, 2, 3], [4, 5, 6]]])
    np.testing.assert_array_equal(frame.alpha, [[255, 0]])


def test_transparent_gif(write):
    picture = Image.new("P", (3, 1))
    picture.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    picture.putdata([0, 1, 2])
    frame = frame_of(write("a.gif", encoded(picture, "GIF", transparency=1)))
    np.testing.assert_array_equal(frame.alpha, [[255, 0, 255]])
    np.testing.assert_array_equal(frame.image[0, [0, 2]], [[255, 0, 0], [0, 0, 255]])


@pytest.mark.parametrize(
    ("depth", "row", "values"),
    [
        (1, bytes([0b10100000]), [255, 0, 255]),
        (2, bytes([0b00011000]), [0, 85, 170]),
        (4, bytes([0x0F, 0x80]), [0, 255, 136]),
    ],
)
def test_grey_of_few_bits_fills_the_range(write, depth, row, values):
    frame = frame_of(write("a.png", png_bytes(3, 1, depth, 0, row)))
    np.testing.assert_array_equal(frame.image, [values])


@pytest.mark.parametrize("compression", [None, "group4", "packbits"])
def test_one_bit_tiff(write, compression):
    bits = (GREY > 128).astype(np.uint8) * 255
    data = encoded(Image.fromarray(bits).convert("1"), "TIFF", compression=compression)
    np.testing.assert_array_equal(frame_of(write("fax.tif", data)).image, bits)


def test_cmyk_jpeg_is_shown_as_rgb(write):
    flat = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # no cyan, full magenta and yellow: red
    frame = frame_of(write("print.jpg", encoded(flat, "JPEG", quality=100)))
    assert np.abs(frame.image.astype(int) - (255, 0, 0)).max() <= 3


def test_cmyk_tiff_is_shown_as_rgb(write):
    flat = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    frame = frame_of(write("print.tif", encoded(flat, "TIFF")))
    np.testing.assert_array_equal(frame.image, np.full((16, 16, 3), (0, 255, 255), np.uint8))


def test_a_misnamed_file_is_read_as_what_it_is(write):
    frame = frame_of(write("photo.jpg", encoded(RGB, "PNG")))
    np.testing.assert_array_equal(frame.image, RGB)
    assert frame.note == "This is a PNG file, though its name ends in .jpg."


@pytest.mark.parametrize("name", ["photo.JPEG", "photo", "Straßenfoto – Čeština 写真.jpg"])
def test_names_of_any_kind(write, name):
    frame = frame_of(write(name, encoded(RGB, "JPEG")))
    assert frame.image.shape == RGB.shape
    assert frame.note == ""


def test_one_pixel(write):
    frame = frame_of(write("dot.png", encoded(np.array([[[1, 2, 3]]], np.uint8), "PNG")))
    np.testing.assert_array_equal(frame.image, [[[1, 2, 3]]])


def test_seeking_reads_a_still_again(write):
    source = PictureFile(write("a.png", encoded(RGB, "PNG")))
    first = source.read()
    source.seek(7)  # clamped
    np.testing.assert_array_equal(source.read().image, first.image)
    assert (source.kind, source.count, source.fps) == ("still", 1, 0.0)


def test_pnm_of_few_levels(write):
    frame = frame_of(write("a.pgm", b"P2\n# a comment\n3 1\n4\n0 2 4\n"))
    np.testing.assert_array_equal(frame.image, [[0, 128, 255]])
