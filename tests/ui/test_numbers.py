import math

import pytest

from visionlab.ui.numbers import clock, decimals, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (117, "117"), (1.5, "1.5"), (0.123456, "0.1235"), (-860, "-860"),
        (123456.7, "123457"), (99.996, "100"), (1e-7, "1e-7"), (12_345_678, "1.235e7"),
        (math.nan, "–"), (math.inf, "∞"), (-math.inf, "-∞"),
    ],
)  # fmt: skip
def test_short(value, text):
    assert short(value) == text


def test_decimals_keep_three_digits():
    assert [decimals(v) for v in (0.9, 9.0, 90.0, 9000.0, 0.0009, 0.0)] == [3, 2, 1, 1, 6, 1]


def test_clock():
    assert [clock(s) for s in (0, 4.9, 70, 3661)] == ["0:00", "0:04", "1:10", "1:01:01"]
