"""Contours against answers worked out on paper, scikit-image, SciPy, and OpenCV directly."""

import math

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage import draw, measure

from visionlab.core.errors import ImageError
from visionlab.operations import catalogue

OP = catalogue()["find_contours"]


def find(image, **params):
    return OP(image, **OP.check_params(params))


def rows(result):
    """The table as one dictionary per row, without units in the names."""
    (table,) = result.tables
    names = [column.split(" (")[0] for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def blank(height=40, width=50):
    return np.zeros((height, width), np.uint8)


def ellipse(height, width, degrees):
    """A filled ellipse of half axes 60 and 25 px, turned clockwise as seen."""
    image = blank(height, width)
    y, x = draw.ellipse(height / 2, width / 2, 25, 60, rotation=-math.radians(degrees))
    image[y, x] = 255
    return image


def test_a_rectangle_on_paper():
    image = blank()
    image[10:21, 5:36] = 255  # 11 rows, 31 columns: 10 by 30 between the pixels' centres
    result = find(image)
    (row,) = rows(result)
    assert row["area"] == 300
    assert row["perimeter"] == 80
    assert [row[k] for k in ("x", "y", "width", "height")] == [5, 10, 31, 11]
    assert row["orientation"] == 0
    assert row["circularity"] == pytest.approx(4 * math.pi * 300 / 80**2)
    assert row["solidity"] == 1
    assert (row["centroid x"], row["centroid y"]) == pytest.approx((20, 15))
    assert (row["corners"], row["parent"]) == (4, 0)
    corners = {tuple(point) for point in result.overlays[0].rings[0].tolist()}
    assert corners == {(5, 10), (35, 10), (35, 20), (5, 20)}
    readings = {r.name: r.value for r in result.readings}
    assert readings == {"Contours": 1, "Total area": 300}
    assert result.picture is image


def test_an_l_shape_on_paper():
    """Its hull adds a triangle of legs 20 and 20; the contour cuts the inner corner by half."""
    image = blank()
    image[5:36, 5:16] = 255
    image[25:36, 5:36] = 255
    (row,) = rows(find(image))
    assert row["area"] == 500.5
    assert row["solidity"] == pytest.approx(500.5 / 700)
    assert (row["centroid x"], row["centroid y"]) == pytest.approx((16, 24), abs=0.01)
    assert row["orientation"] == pytest.approx(45)  # falls to the right: clockwise, positive


@pytest.mark.parametrize(
    ("pixels", "perimeter", "centroid", "orientation"),
    [
        ([(7, 9)], 0, (9, 7), 0),
        ([(7, x) for x in range(4, 13)], 16, (8, 7), 0),
        ([(y, 6) for y in range(2, 5)], 4, (6, 3), 90),
        ([(3 + i, 8 + i) for i in range(5)], 8 * math.sqrt(2), (10, 5), 45),
        ([(9 - i, 8 + i) for i in range(5)], 8 * math.sqrt(2), (10, 7), -45),
    ],
)
@pytest.mark.parametrize("approximation", ["none", "simple"])
def test_pixels_and_lines_have_defined_measures(
    pixels, perimeter, centroid, orientation, approximation
):
    image = blank(20, 20)
    image[tuple(np.transpose(pixels))] = 1
    (row,) = rows(find(image, approximation=approximation))
    assert row["perimeter"] == pytest.approx(perimeter)
    assert row["orientation"] == pytest.approx(orientation)
    assert (row["centroid x"], row["centroid y"]) == pytest.approx(centroid)
    assert (row["area"], row["circularity"], row["solidity"]) == (0, 0, 1)


@pytest.mark.parametrize("degrees", [-75, -30, 0, 20, 45, 60, 90])
def test_measures_of_ellipses_agree_with_regionprops(degrees):
    image = ellipse(181, 201, degrees)
    (row,) = rows(find(image))
    (props,) = measure.regionprops(image)
    # scikit-image counts pixels, and turns from the row axis.
    pixels_along = len(find(image, approximation="none").overlays[0].rings[0])
    assert row["area"] == props.area - pixels_along / 2 - 1  # Pick's theorem
    assert (row["centroid y"], row["centroid x"]) == pytest.approx(props.centroid, abs=0.05)
    turned = (90 - math.degrees(props.orientation) - row["orientation"] + 90) % 180 - 90
    assert turned == pytest.approx(0, abs=0.1)
    assert (row["orientation"] - degrees + 90) % 180 - 90 == pytest.approx(0, abs=0.5)
    assert -90 < row["orientation"] <= 90
    assert row["solidity"] == pytest.approx(props.solidity, abs=0.01)
    top, left, bottom, right = props.bbox
    assert [row[k] for k in ("x", "y", "width", "height")] == [
        left,
        top,
        right - left,
        bottom - top,
    ]
    exact = math.pi * 60 * 25
    assert row["area"] == pytest.approx(exact, rel=0.04)


def test_a_disc_is_rounder_than_a_square():
    image = blank(100, 220)
    cv2.circle(image, (50, 50), 40, 255, -1)
    image[10:91, 110:191] = 255
    square, disc = rows(find(image))
    assert square["circularity"] == pytest.approx(math.pi / 4)
    assert 0.88 < disc["circularity"] < 1
    assert len(rows(find(image, circularity=(0.85, 1)))) == 1
    assert rows(find(image, circularity=(0.5, 0.8)))[0]["area"] == square["area"]


def nested():
    """A frame with a hole, in the hole a square with a hole of its own; and a square apart."""
    image = blank(60, 90)
    image[5:55, 5:55] = 255
    image[10:50, 10:50] = 0
    image[15:45, 15:45] = 255
    image[25:35, 25:35] = 0
    image[5:20, 70:85] = 255
    return image


def test_tree_gives_each_contour_its_parents_row():
    found = rows(find(nested(), retrieval="tree"))
    areas = [row["area"] for row in found]
    # A hole's contour runs through the shape's pixels around it, its corners cut.
    assert areas == [49 * 49, 41 * 41 - 2, 29 * 29, 14 * 14, 11 * 11 - 2]
    assert [row["parent"] for row in found] == [0, 1, 2, 0, 3]


@pytest.mark.parametrize(
    ("retrieval", "parents"),
    [("external", [0, 0]), ("list", [0] * 5), ("components", [0, 1, 0, 0, 3])],
)
def test_retrieval_modes(retrieval, parents):
    assert [row["parent"] for row in rows(find(nested(), retrieval=retrieval))] == parents


def test_a_parent_that_is_not_listed_is_0():
    found = rows(find(nested(), retrieval="tree", max_area=40, min_area=700))
    assert [(row["area"], row["parent"]) for row in found] == [(1679, 0), (841, 1)]


def test_number_of_outer_contours_equals_scipys_count_of_shapes():
    image = (np.random.default_rng(8).random((60, 70)) < 0.12).astype(np.uint8)
    shapes, count = ndimage.label(image, np.ones((3, 3)))
    result = find(image, max_count=5000)
    assert result.readings[0].value == count
    boxes = {(s[1].start, s[0].start) for s in ndimage.find_objects(shapes)}
    assert {(row["x"], row["y"]) for row in rows(result)} == boxes


@pytest.mark.parametrize("retrieval", ["external", "list", "components", "tree"])
@pytest.mark.parametrize("approximation", ["none", "simple", "TC89 L1", "TC89 KCOS"])
def test_polygons_equal_direct_opencv(retrieval, approximation):
    noise = np.random.default_rng(1).integers(0, 256, (50, 60), np.uint8)
    image = cv2.threshold(cv2.GaussianBlur(noise, (0, 0), 2), 127, 255, cv2.THRESH_BINARY)[1]
    modes = {"external": cv2.RETR_EXTERNAL, "list": cv2.RETR_LIST,
             "components": cv2.RETR_CCOMP, "tree": cv2.RETR_TREE}  # fmt: skip
    methods = {"none": cv2.CHAIN_APPROX_NONE, "simple": cv2.CHAIN_APPROX_SIMPLE,
               "TC89 L1": cv2.CHAIN_APPROX_TC89_L1,
               "TC89 KCOS": cv2.CHAIN_APPROX_TC89_KCOS}  # fmt: skip
    direct, _ = cv2.findContours(image, modes[retrieval], methods[approximation])
    found = find(image, retrieval=retrieval, approximation=approximation).overlays[0].rings
    assert sorted(ring.tolist() for ring in found) == sorted(c[:, 0].tolist() for c in direct)


def test_largest_first_and_equal_areas_in_opencvs_order():
    areas = [row["area"] for row in rows(find(nested(), retrieval="list"))]
    assert areas == sorted(areas, reverse=True)
    image = blank()
    image[5:9, 5:9] = image[5:9, 25:29] = 255
    direct, _ = cv2.findContours(image, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    first = [tuple(c[:, 0].min(axis=0)) for c in direct]
    assert [(row["x"], row["y"]) for row in rows(find(image))] == first


def test_filters_on_area_and_solidity():
    image = blank(60, 120)
    image[5:16, 5:16] = 255  # 100 px²
    image[5:36, 30:41] = 255  # an L of 500.5 px², solidity 500.5 / 700
    image[25:36, 30:61] = 255
    cv2.line(image, (70, 5), (110, 5), 255)
    assert [row["area"] for row in rows(find(image))] == [500.5, 100, 0]
    assert [row["area"] for row in rows(find(image, min_area=100))] == [500.5, 100]
    assert [row["area"] for row in rows(find(image, min_area=100.5))] == [500.5]
    share = 100 * 499 / image.size
    assert [row["area"] for row in rows(find(image, max_area=share))] == [100, 0]
    assert [row["area"] for row in rows(find(image, solidity=(0, 0.8)))] == [500.5]


def test_simplify_reduces_a_rough_square_to_four_corners():
    image = blank(60, 60)
    image[10:51, 10:51] = 255
    image[9, 20] = image[51, 33] = image[30, 51] = 255  # burrs
    (rough,), (simple,) = (rows(find(image, simplify=s)) for s in (0, 3))
    assert rough["corners"] > 4
    assert simple["corners"] == 4
    same = set(rough) - {"corners"}
    assert {k: rough[k] for k in same} == {k: simple[k] for k in same}


def test_only_the_largest_are_listed_and_all_are_counted():
    image = blank(40, 400)
    for i in range(30):
        image[5 : 7 + i, 12 * i : 12 * i + 3] = 255
    result = find(image, max_count=4)
    assert [row["height"] for row in rows(result)] == [31, 30, 29, 28]
    assert len(result.overlays[0].rings) == 4
    readings = {r.name: r.value for r in result.readings}
    assert readings == {"Contours": 30, "Total area": 2 * sum(1 + i for i in range(30))}


def test_an_empty_picture_has_no_contours():
    result = find(blank())
    assert result.tables[0].rows == ()
    assert result.overlays[0].rings == ()
    assert [r.value for r in result.readings] == [0, 0]


@pytest.mark.parametrize("approximation", ["none", "simple", "TC89 L1", "TC89 KCOS"])
def test_noise_gives_finite_measures_within_their_bounds(approximation):
    noise = (np.random.default_rng(6).random((80, 90)) < 0.45).astype(np.uint8)
    found = rows(find(noise, retrieval="tree", approximation=approximation, max_count=5000))
    assert len(found) > 300
    for row in found:
        assert all(math.isfinite(value) for value in row.values())
        assert 0 <= row["circularity"] <= 1
        assert 0 <= row["solidity"] <= 1
        assert -90 < row["orientation"] <= 90


def test_more_contours_than_can_be_traced_are_refused_with_advice():
    dots = blank(1000, 800)
    dots[::2, ::2] = 255
    with pytest.raises(ImageError, match=r"up to 120,000 contours; this one has about 200,00\d:"):
        find(dots, retrieval="tree")
    assert find(dots).readings[0].value == 200_000
    dots = np.tile(dots, (1, 2))
    with pytest.raises(ImageError, match=r"up to 200,000 contours; .* about 400,00\d:"):
        find(dots)


def test_a_noisy_picture_within_the_limit_is_traced():
    noise = (np.random.default_rng(0).random((1000, 1200)) < 0.5).astype(np.uint8)
    result = find(noise, retrieval="list", max_count=10)
    assert result.readings[0].value > 50_000
    assert len(result.tables[0].rows) == 10
