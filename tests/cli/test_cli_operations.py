"""Every operation, through ``visionlab run``, against cv2 and numpy called by hand."""

import csv
import json
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
import skimage.data
import tifffile
from picture_io import load, save

from visionlab.core.image import Need
from visionlab.operations import catalogue

# A cup with highlights and round edges, in a frame of long straight ones; 300x230 pixels.
PHOTO = np.ascontiguousarray(skimage.data.coffee()[60:290, 120:420])
cv2.rectangle(PHOTO, (4, 4), (295, 225), (250, 240, 220), 3)
GREY = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2GRAY)
EDGES = cv2.Canny(GREY, 50, 150)
BINARY = cv2.threshold(GREY, 127, 255, cv2.THRESH_BINARY)[1]
UNIT = PHOTO.astype(np.float32) / np.float32(255)

ON_EDGES = ("convert_colour", "canny")
ON_BINARY = ("convert_colour", "threshold")
GREY_FIRST = ("convert_colour",)
UNIT_FIRST = (("convert_float", {"scale": "divide by 255"}),)


def rect(size):
    return np.ones((size, size), np.uint8)


def lightness(function):
    lab = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2LAB)
    channels = [function(lab[..., 0].copy()), lab[..., 1], lab[..., 2]]
    return cv2.cvtColor(cv2.merge(channels), cv2.COLOR_LAB2RGB)


def tone(values, brightness, contrast, gamma):
    linear = np.clip(contrast * values.astype(float) + brightness, 0, 255)
    return np.rint(255 * (linear / 255) ** gamma).astype(np.uint8)


def morphed(operator, size, kernel=cv2.MORPH_RECT, iterations=1):
    element = cv2.getStructuringElement(kernel, (size, size))
    return cv2.morphologyEx(PHOTO, operator, element, iterations=iterations)


def length(dx, dy):
    return cv2.magnitude(dx, dy)


def sobel(dx, dy, ksize=3):
    return cv2.Sobel(GREY, cv2.CV_32F, dx, dy, ksize=ksize)


def dft(picture):
    return cv2.dft(picture.astype(np.float64), flags=cv2.DFT_COMPLEX_OUTPUT)


def log_magnitude():
    parts = dft(GREY)
    return np.fft.fftshift(np.log1p(cv2.magnitude(parts[..., 0], parts[..., 1])))


def filtered(transfer):
    """Apply a mask, a function of cycles per pixel, by cv2's own transform."""
    height, width = GREY.shape
    y, x = np.meshgrid(np.fft.fftfreq(height), np.fft.fftfreq(width), indexing="ij")
    mask = transfer(np.hypot(x, y))[..., None]
    return cv2.idft(dft(GREY) * mask, flags=cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)


def circles():
    found = cv2.HoughCircles(
        GREY, cv2.HOUGH_GRADIENT, 1, 20, param1=100, param2=40, minRadius=10, maxRadius=100
    )
    return [] if found is None else np.round(found[0].astype(float), 2)


def lines(threshold=150):
    found = cv2.HoughLines(EDGES, 1, np.deg2rad(1), threshold)
    return [] if found is None else [(r, round(np.degrees(t))) for r, t in found[:50, 0]]


def segments():
    found = cv2.HoughLinesP(EDGES, 1, np.deg2rad(1), 50, minLineLength=30, maxLineGap=5)
    ends = [tuple(map(int, line)) for line in found.reshape(-1, 4)]
    return sorted(ends, key=lambda e: -np.hypot(e[2] - e[0], e[3] - e[1]))


def harris_corners():
    """Peaks that nothing within 9 pixels equals or exceeds."""
    response = cv2.cornerHarris(GREY, 3, 3, 0.04)
    peak = (response == cv2.dilate(response, rect(19))) & (response > 0.01 * response.max())
    places = sorted(zip(*np.nonzero(peak), strict=True), key=lambda at: -response[at])
    return [(x, y, response[y, x]) for y, x in places]


def good_features():
    return cv2.goodFeaturesToTrack(GREY, 200, 0.01, 10, blockSize=3).reshape(-1, 2)


def contour_areas():
    contours, _ = cv2.findContours(BINARY, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = sorted(contours, key=lambda c: -cv2.contourArea(c))[:500]
    return [(cv2.contourArea(c), cv2.arcLength(c, True), *cv2.boundingRect(c)) for c in found]


@dataclass
class Case:
    """One operation: what stands before it, its parameters, and the answer by hand.

    `answer` is the picture; `rows` the first columns of the table; `near` how far a decimal
    value may be off.
    """

    op: str
    answer: object
    before: tuple = ()
    params: dict = field(default_factory=dict)
    rows: object = None
    near: float = 0.0
    reading: object = None


DEFAULTS = [
    Case("adaptive_threshold", lambda: cv2.adaptiveThreshold(
        GREY, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 25, 7), GREY_FIRST),
    Case("brightness_contrast", lambda: PHOTO),
    Case("clahe", lambda: lightness(cv2.createCLAHE(2.0, (8, 8)).apply)),
    Case("channel", lambda: PHOTO[..., 0], reading="R"),
    Case("range_mask", lambda: cv2.inRange(
        cv2.cvtColor(PHOTO, cv2.COLOR_RGB2HSV), (0, 80, 60), (25, 255, 255))),
    Case("convert_colour", lambda: GREY),
    Case("convert_depth", lambda: cv2.normalize(PHOTO, None, 0, 255, cv2.NORM_MINMAX)),
    Case("convert_float", lambda: UNIT, near=1e-7),
    Case("equalise", lambda: lightness(cv2.equalizeHist)),
    Case("invert", lambda: cv2.bitwise_not(PHOTO)),
    Case("otsu_threshold",
         lambda: cv2.threshold(GREY, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1],
         GREY_FIRST, reading=int(cv2.threshold(GREY, 0, 255, cv2.THRESH_OTSU)[0])),
    Case("threshold", lambda: cv2.threshold(PHOTO, 127, 255, cv2.THRESH_BINARY)[1]),
    Case("bilateral_filter", lambda: cv2.bilateralFilter(PHOTO, 9, 50, 5)),
    Case("box_blur", lambda: cv2.blur(PHOTO, (5, 5))),
    Case("gaussian_blur", lambda: cv2.GaussianBlur(PHOTO, (5, 5), 0)),
    Case("median_blur", lambda: cv2.medianBlur(PHOTO, 5)),
    Case("canny", lambda: EDGES, GREY_FIRST),
    Case("laplacian", lambda: cv2.Laplacian(GREY, cv2.CV_32F), GREY_FIRST),
    Case("scharr", lambda: length(
        cv2.Scharr(GREY, cv2.CV_32F, 1, 0), cv2.Scharr(GREY, cv2.CV_32F, 0, 1)),
        GREY_FIRST, near=1e-3),
    Case("sobel", lambda: length(sobel(1, 0), sobel(0, 1)), GREY_FIRST, near=1e-3),
    Case("spectrum", log_magnitude, GREY_FIRST, near=1e-3),
    Case("frequency_filter", lambda: filtered(lambda d: np.exp(-(d**2) / (2 * 0.05**2))),
         GREY_FIRST, near=1e-3),
    Case("hough_circles", lambda: GREY, GREY_FIRST, rows=circles),
    Case("hough_lines", lambda: EDGES, ON_EDGES, rows=lines),
    Case("hough_segments", lambda: EDGES, ON_EDGES, rows=segments),
    Case("harris", lambda: GREY, GREY_FIRST, rows=harris_corners),
    Case("shi_tomasi", lambda: GREY, GREY_FIRST, rows=good_features),
    Case("black_hat", lambda: morphed(cv2.MORPH_BLACKHAT, 15)),
    Case("closing", lambda: cv2.erode(cv2.dilate(PHOTO, rect(3)), rect(3))),
    Case("dilate", lambda: cv2.dilate(PHOTO, rect(3))),
    Case("erode", lambda: cv2.erode(PHOTO, rect(3))),
    Case("hit_or_miss", lambda: cv2.morphologyEx(
        BINARY, cv2.MORPH_HITMISS, np.array([[-1, -1, 0], [-1, 1, 1], [0, 1, 0]], np.int8)),
        ON_BINARY),
    Case("morphological_gradient",
         lambda: cv2.subtract(cv2.dilate(PHOTO, rect(3)), cv2.erode(PHOTO, rect(3)))),
    Case("opening", lambda: cv2.dilate(cv2.erode(PHOTO, rect(3)), rect(3))),
    Case("top_hat", lambda: morphed(cv2.MORPH_TOPHAT, 15)),
    Case("find_contours", lambda: BINARY, ON_BINARY, rows=contour_areas),
]  # fmt: skip

OTHERS = [
    Case("brightness_contrast", lambda: tone(PHOTO, 30, 1.2, 0.5),
         params={"brightness": 30, "contrast": 1.2, "gamma": 0.5}),
    Case("channel", lambda: cv2.cvtColor(PHOTO, cv2.COLOR_RGB2HSV)[..., 2],
         params={"space": "HSV", "channel": "3"}, reading="V"),
    Case("channel", lambda: cv2.cvtColor(UNIT, cv2.COLOR_RGB2LAB)[..., 1], UNIT_FIRST,
         params={"space": "Lab", "channel": "2"}, near=1e-4),
    Case("convert_colour", lambda: cv2.cvtColor(UNIT, cv2.COLOR_RGB2LUV), UNIT_FIRST,
         params={"target": "Luv"}, near=1e-3),
    Case("convert_depth", lambda: cv2.convertScaleAbs(sobel(1, 0)),
         (*GREY_FIRST, ("sobel", {"output": "x"})), params={"mode": "absolute"}),
    Case("convert_depth", lambda: cv2.normalize(
        sobel(1, 0), None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U),
         (*GREY_FIRST, ("sobel", {"output": "x"}))),
    Case("convert_float", lambda: PHOTO.astype(np.float32), params={"scale": "keep"}),
    Case("invert", lambda: UNIT.min() + UNIT.max() - UNIT, UNIT_FIRST, near=1e-6),
    Case("gaussian_blur", lambda: cv2.GaussianBlur(UNIT, (9, 9), 2), UNIT_FIRST,
         params={"ksize": 9, "sigma": 2.0}, near=1e-6),
    Case("laplacian", lambda: cv2.Laplacian(GREY, cv2.CV_32F, ksize=3), GREY_FIRST,
         params={"ksize": 3}),
    Case("sobel", lambda: sobel(1, 0, ksize=5), GREY_FIRST, params={"output": "x", "ksize": 5}),
    Case("sobel", lambda: np.degrees(np.arctan2(sobel(0, 1), sobel(1, 0))), GREY_FIRST,
         params={"output": "direction"}, near=1e-3),
    Case("scharr", lambda: cv2.Scharr(GREY, cv2.CV_32F, 0, 1), GREY_FIRST,
         params={"output": "y"}),
    Case("frequency_filter", lambda: filtered(lambda d: 1 - 1 / (1 + (d / 0.1) ** 6)), GREY_FIRST,
         params={"kind": "high-pass", "profile": "Butterworth", "cutoff": 0.1, "order": 3},
         near=1e-3),
    Case("frequency_filter", lambda: filtered(lambda d: (d >= 0.0521) & (d <= 0.1521)),
         GREY_FIRST, params={"kind": "band-pass", "profile": "ideal", "band": [0.0521, 0.1521]},
         near=1e-3),
    Case("hough_lines", lambda: EDGES, ON_EDGES, params={"threshold": 70},
         rows=lambda: lines(70)),
    Case("dilate", lambda: morphed(cv2.MORPH_DILATE, 5, cv2.MORPH_ELLIPSE, 2),
         params={"shape": "ellipse", "size": 5, "iterations": 2}),
    Case("top_hat", lambda: cv2.morphologyEx(UNIT, cv2.MORPH_TOPHAT, rect(9)), UNIT_FIRST,
         params={"size": 9}),
]  # fmt: skip


@pytest.fixture
def run(visionlab, recipe, folder):
    """Run steps on the photograph; return the report, the picture's values and its tables."""
    save(folder / "photo.png", PHOTO)

    def process(*steps):
        done = visionlab("run", recipe(*steps), "photo.png", "-o", "out", "--json")
        assert (done.code, done.err) == (0, "")
        (report,) = done.json["pictures"]
        tiff = folder / "out/photo.tiff"
        decimal = report["result"]["type"] == "float32"
        assert tiff.exists() == decimal
        picture = tifffile.imread(tiff) if decimal else load(folder / "out/photo.png")
        tables = [rows_of(path) for path in sorted((folder / "out").glob("*.csv"))]
        return report, picture, tables

    return process


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def check(run, case):
    report, picture, tables = run(*case.before, (case.op, case.params))
    expected = case.answer()
    if case.near:
        assert picture.dtype == np.float32
        np.testing.assert_allclose(picture, expected, rtol=0, atol=case.near * np.ptp(expected))
    else:
        np.testing.assert_array_equal(picture, expected, strict=True)
    if case.rows:
        (table,) = tables
        expected = np.array(case.rows(), float)
        assert len(expected) > 2, "a table that says little"
        found = np.array([row[: expected.shape[-1]] for row in table], float)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert len(table) == next(r["value"] for r in report["readings"])
    if case.reading is not None:
        assert [r["value"] for r in report["readings"]] == [case.reading]


def test_every_operation_has_an_answer():
    assert [case.op for case in DEFAULTS] == list(dict.fromkeys(case.op for case in DEFAULTS))
    assert {case.op for case in DEFAULTS} == set(catalogue().operations)


@pytest.mark.parametrize("case", DEFAULTS, ids=lambda case: case.op)
def test_the_pixels_are_those_of_the_direct_calls(run, case):
    needs = catalogue()[case.op].needs
    assert bool(case.before) == (Need.GREY in needs)
    check(run, case)


@pytest.mark.parametrize(
    "case", OTHERS, ids=lambda case: "-".join([case.op, *map(str, case.params.values())])
)
def test_and_so_are_they_with_other_parameters(run, case):
    check(run, case)


def test_the_phase_is_that_of_the_transform(run):
    _, picture, _ = run(*GREY_FIRST, ("spectrum", {"output": "phase"}))
    parts = np.fft.fftshift(dft(GREY), axes=(0, 1))
    strong = np.hypot(parts[..., 0], parts[..., 1]) > 100  # where rounding turns nothing
    turned = np.exp(1j * picture) * (parts[..., 0] - 1j * parts[..., 1])
    assert strong.mean() > 0.5
    assert np.abs(np.angle(turned))[strong].max() < 1e-3


def test_a_decimal_result_is_shown_as_its_report_says(run, folder):
    report, values, _ = run(*GREY_FIRST, "sobel")
    assert report["result"]["shown"] == {"low": 0, "high": 255, "cmap": "grey"}
    off = load(folder / "out/photo.png").astype(int) - cv2.convertScaleAbs(values)
    assert np.abs(off).max() <= 1  # halves may be rounded either way


def test_a_signed_result_is_shown_in_two_colours(run, folder):
    report, values, _ = run(*GREY_FIRST, ("sobel", {"output": "x"}))
    shown = load(folder / "out/photo.png").astype(int)
    red, blue = shown[..., 0], shown[..., 2]
    assert report["result"]["shown"]["cmap"] == "diverging"
    assert (blue > red)[values < -20].all()
    assert (red > blue)[values > 20].all()


def test_decimal_colours_keep_their_order(run):
    _, picture, _ = run(*UNIT_FIRST)
    np.testing.assert_allclose(picture, UNIT, rtol=1e-6)


def test_the_saved_report_is_the_printed_one(run, folder):
    report, _, _ = run(*GREY_FIRST, "otsu_threshold")
    assert json.loads((folder / "out/photo.json").read_text()) == report
