"""Pictures of more than 8 bits keep their true values."""

import io
import struct

import cv2
import numpy as np
import pytest
import tifffile
from known_files import png_bytes, png_chunk

from visionlab.core.image import Display
from visionlab.sources.picture import PictureFile
from visionlab.sources.values import upright

RNG = np.random.default_rng(3)
DEEP = RNG.integers(0, 65536, (40, 50, 4), dtype=np.uint16)
GREY, COLOUR = {"photometric": "minisblack"}, {"photometric": "rgb"}
FLOATS = RNG.normal(0, 1000, (40, 50, 4)).astype(np.float32)


def tiff_bytes(array, *, bigtiff=False, byteorder=None, **options):
    file = io.BytesIO()
    with tifffile.TiffWriter(file, bigtiff=bigtiff, byteorder=byteorder) as writer:
        writer.write(array, **options)
    return file.getvalue()


def frame_of(path):
    return PictureFile(path).read()


@pytest.mark.parametrize(
    ("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)], ids=["grey", "rgb", "la", "rgba"]
)
def test_png_of_16_bits(write, colour_type, channels):
    values = DEEP[:3, :4, :channels]
    data = png_bytes(4, 3, 16, colour_type, values.astype(">u2").tobytes())
    frame = frame_of(write("deep.png", data))
    colours = values[..., 0] if channels < 3 else values[..., :3]
    assert frame.image.dtype == np.float32
    np.testing.assert_array_equal(frame.image, colours)
    assert frame.display == Display(0, 65535)
    if channels in (2, 4):
        np.testing.assert_array_equal(frame.alpha, np.round(values[..., -1] / 257.0))
    else:
        assert frame.alpha is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_png_of_16_bits_is_turned_upright(write, orientation):
    values = DEEP[:3, :4, :3]
    exif = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    data = png_bytes(4, 3, 16, 2, values.astype(">u2").tobytes(), png_chunk(b"eXIf", exif))
    np.testing.assert_array_equal(
        frame_of(write("a.png", data)).image, upright(values.astype(np.float32), orientation)
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"compression": "zlib"},
        {"compression": "zlib", "predictor": True},
        {"tile": (16, 16)},
        {"rowsperstrip": 7},
    ],
    ids=str,
)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiff_of_16_bits(write, channels, options):
    values = DEEP[..., 0].copy() if channels == 1 else DEEP[..., :channels].copy()
    kind = {"photometric": "minisblack" if channels == 1 else "rgb"}
    if channels == 4:
        kind["extrasamples"] = ["unassalpha"]
    frame = frame_of(write("deep.tif", tiff_bytes(values, **kind, **options)))
    np.testing.assert_array_equal(frame.image, values if channels == 1 else values[..., :3])
    assert frame.display == Display(0, 65535)
    assert frame.note == ""
    if channels == 4:
        np.testing.assert_array_equal(frame.alpha, np.round(values[..., 3] / 257.0))


def test_tiff_of_16_bits_packed_by_lzw(write):
    ok, data = cv2.imencode(".tiff", DEEP[..., :3], [cv2.IMWRITE_TIFF_COMPRESSION, 5])
    assert ok
    frame = frame_of(write("lzw.tif", data.tobytes()))
    np.testing.assert_array_equal(frame.image, DEEP[..., 2::-1])


def test_white_is_zero(write):
    data = tiff_bytes(DEEP[..., 0], photometric="miniswhite")
    np.testing.assert_array_equal(frame_of(write("film.tif", data)).image, 65535.0 - DEEP[..., 0])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("values", [DEEP, FLOATS], ids=["16-bit", "float"])
@pytest.mark.parametrize("channels", [1, 3])
def test_deep_tiff_is_turned_upright(write, values, channels, orientation):
    values = values[:3, :4, 0] if channels == 1 else values[:3, :4, :3]
    photometric = "minisblack" if channels == 1 else "rgb"
    tag = (274, "H", 1, orientation, True)
    data = tiff_bytes(np.ascontiguousarray(values), photometric=photometric, extratags=[tag])
    expected = upright(values.astype(np.float32), orientation)
    np.testing.assert_array_equal(frame_of(write("a.tif", data)).image, expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_float_tiff(write, channels):
    values = FLOATS[..., 0].copy() if channels == 1 else FLOATS[..., :3].copy()
    data = tiff_bytes(values, photometric="minisblack" if channels == 1 else "rgb")
    frame = frame_of(write("float.tif", data))
    np.testing.assert_array_equal(frame.image, values)
    assert frame.display == Display(float(values.min()), float(values.max()))
    assert frame.note == ""


def test_values_that_are_no_numbers_become_zero_and_are_told(write):
    values = np.array([[1, np.nan, -2], [np.inf, -np.inf, 5]], np.float32)
    frame = frame_of(write("holes.tif", tiff_bytes(values)))
    np.testing.assert_array_equal(frame.image, [[1, 0, -2], [0, 0, 5]])
    assert frame.display == Display(-2, 5)
    assert frame.note.startswith("3 values")


def test_a_float_tiff_without_any_number(write):
    frame = frame_of(write("holes.tif", tiff_bytes(np.full((2, 2), np.nan, np.float32))))
    np.testing.assert_array_equal(frame.image, np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("values", "rounded"),
    [
        (np.array([[-5, 7]], np.int16), False),
        (np.array([[-5, 7]], np.int8), False),
        (np.array([[-16777216, 7]], np.int32), False),
        (np.array([[16777217, 7]], np.int32), True),
        (np.array([[0.5, -0.25]], np.float64), False),
        (np.array([[0.1, 1e-3]], np.float64), True),
    ],
    ids=str,
)
def test_other_kinds_of_samples(write, values, rounded):
    frame = frame_of(write("a.tif", tiff_bytes(values)))
    np.testing.assert_array_equal(frame.image, values.astype(np.float32))
    assert frame.display == Display(float(frame.image.min()), float(frame.image.max()))
    assert ("rounded" in frame.note) == rounded


@pytest.mark.parametrize(
    ("values", "options", "named"),
    [
        (np.ones((4, 5), np.uint32), {}, "32-bit unsigned"),
        (np.ones((4, 5), np.float16), {}, "16-bit floating-point"),
        (np.ones((4, 5), np.complex64), {}, "64-bit complex"),
        (np.ones((3, 4, 5), np.uint16), {**COLOUR, "planarconfig": "separate"}, "separate"),
        (np.ones((4, 5, 2), np.uint16), {**GREY, "planarconfig": "contig"}, "2 channels"),
    ],
    ids=["uint32", "float16", "complex", "planar", "grey and alpha"],
)  # fmt: skip
def test_what_cannot_be_read_right_is_refused(write, refused, values, options, named):
    source = PictureFile(write("a.tif", tiff_bytes(values, **options)))
    assert named in refused(source.read)


def test_pnm_of_16_bits_keeps_its_values_and_range(write):
    frame = frame_of(write("a.pgm", b"P5 2 1 1023\n\x01\x02\x03\x04"))
    np.testing.assert_array_equal(frame.image, [[0x102, 0x304]])
    assert frame.display == Display(0, 1023)
    frame = frame_of(write("a.ppm", b"P6\n1 1\n65535\n\x01\x02\x03\x04\x05\x06"))
    np.testing.assert_array_equal(frame.image, [[[0x102, 0x304, 0x506]]])


def test_pfm(write):
    data = b"Pf\n2 2\n-1.0\n" + np.array([[3, 4], [1.5, -2]], "<f4").tobytes()
    frame = frame_of(write("a.pfm", data))  # rows are stored from the bottom up
    np.testing.assert_array_equal(frame.image, [[1.5, -2], [3, 4]])
    assert frame.display == Display(-2, 4)
