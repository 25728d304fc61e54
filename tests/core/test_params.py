"""Each kind takes its values and refuses all others with a sentence that helps."""

import inspect
import math
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionlab.core.errors import ParamError
from visionlab.core.params import (
    BoolKind,
    Cells,
    Channels,
    ChoiceKind,
    ColourRange,
    ColourRangeKind,
    FloatKind,
    Interval,
    IntervalKind,
    IntKind,
    Matrix,
    MatrixKind,
    Range,
    When,
    read_param,
    shown,
)

INT = IntKind(Range(-5, 10))
ODD = IntKind(Range(3, 31, step=2))
REAL = FloatKind(Range(0, 1, step=0.1))
CHOICE = ChoiceKind(("x", "y"))
INTERVAL = IntervalKind(Range(0, 255))
COLOURS = ColourRangeKind(Channels(255, "HSV"))
MATRIX = MatrixKind(Cells((-1, 0, 1), 5))


@pytest.mark.parametrize(
    ("kind", "value", "own"),
    [
        (INT, -5, -5),
        (INT, 10.0, 10),
        (ODD, 31, 31),
        (REAL, 0, 0.0),
        (REAL, 0.123456, 0.123456),  # the step is the control's
        (BoolKind(), False, False),
        (CHOICE, "y", "y"),
        (INTERVAL, [0, 255], (0.0, 255.0)),
        (INTERVAL, (7, 7), (7.0, 7.0)),
        (COLOURS, [[0, 1, 2], [3, 2, 1]], ((0.0, 1.0, 2.0), (3.0, 2.0, 1.0))),
        (MATRIX, [[1]], ((1,),)),
        (MATRIX, [[1, 0, -1]], ((1, 0, -1),)),
    ],
)
def test_legal_values_become_the_kinds_own(kind, value, own):
    result = kind.check(value, "It")
    assert result == own
    assert type(result) is type(own)
    assert kind.check(result, "It") == result


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (INT, "3", 'It must be a number; it was "3".'),
        (INT, None, "It must be a number; it was null."),
        (INT, True, "It must be a number; it was true."),
        (INT, [3], "It must be a number; it was [3]."),
        (INT, 2.5, "It must be a whole number; it was 2.5."),
        (INT, 10.000001, "It must be a whole number; it was 10.000001."),
        (INT, math.nan, "It must be a finite number; it was nan."),
        (INT, math.inf, "It must be a finite number; it was inf."),
        (INT, 11, "It must be from -5 to 10; it was 11."),
        (INT, -6, "It must be from -5 to 10; it was -6."),
        (ODD, 4, "It must be one of 3, 5, 7 ... 31; it was 4."),
        (IntKind(Range(3, 7, step=2)), 4, "It must be one of 3, 5, 7; it was 4."),
        (ODD, 1, "It must be from 3 to 31; it was 1."),
        (REAL, False, "It must be a number; it was false."),
        (REAL, "half", 'It must be a number; it was "half".'),
        (REAL, -math.inf, "It must be a finite number; it was -inf."),
        (REAL, 1.0000001, "It must be from 0 to 1; it was 1.0000001."),
        (REAL, 1e300, "It must be from 0 to 1; it was 1e+300."),
        (FloatKind(Range(0, 1_000_000)), -1, "It must be from 0 to 1000000; it was -1."),
        (BoolKind(), 1, "It must be true or false; it was 1."),
        (BoolKind(), "true", 'It must be true or false; it was "true".'),
        (CHOICE, "z", 'It must be one of x, y; it was "z".'),
        (CHOICE, "X", 'It must be one of x, y; it was "X".'),
        (CHOICE, 0, "It must be one of x, y; it was 0."),
        (CHOICE, ["x"], "It must be one of x, y; it was ['x']."),
        (INTERVAL, 5, "It must be two numbers; it was 5."),
        (INTERVAL, [1], "It must be two numbers; it was [1]."),
        (INTERVAL, [1, 2, 3], "It must be two numbers; it was [1, 2, 3]."),
        (INTERVAL, "12", 'It must be two numbers; it was "12".'),
        (INTERVAL, [True, 2], "It must be a number; it was true."),
        (INTERVAL, [0, math.nan], "It must be a finite number; it was nan."),
        (INTERVAL, [0, 256], "It must be from 0 to 255; it was 256."),
        (INTERVAL, [9, 3], "It must have its lower number first; it was 9, 3."),
        (
            COLOURS,
            [[1, 2, 3], [4, 5]],
            "It must be two colours of three numbers each; it was [[1, 2, 3], [4, 5]].",
        ),
        (COLOURS, 7, "It must be two colours of three numbers each; it was 7."),
        (COLOURS, [[0, 0, 0], [0, 0, 300]], "It must be from 0 to 255; it was 300."),
        (COLOURS, [[0, 0, "a"], [0, 0, 3]], 'It must be a number; it was "a".'),
        (MATRIX, [], "It must be a matrix with odd sides up to 5; it was []."),
        (MATRIX, 1, "It must be a matrix with odd sides up to 5; it was 1."),
        (MATRIX, [1], "It must be a matrix with odd sides up to 5; it was [1]."),
        (MATRIX, [[1, 0]], "It must be a matrix with odd sides up to 5; it was [[1, 0]]."),
        (MATRIX, [[1]] * 2, "It must be a matrix with odd sides up to 5; it was [[1], [1]]."),
        (
            MATRIX,
            [[1], [1, 0, 1], [0]],
            "It must be a matrix with odd sides up to 5; it was [[1], [1, 0, 1], [0]].",
        ),
        (MATRIX, [[2]], "It may hold -1, 0, 1; it held 2."),
        (MATRIX, [[0.5]], "It may hold -1, 0, 1; it held 0.5."),
        (MATRIX, [[True]], "It must be a number; it was true."),
        (MATRIX, [["1"]], 'It must be a number; it was "1".'),
    ],
)
def test_refusals(kind, value, sentence):
    with pytest.raises(ParamError) as caught:
        kind.check(value, "It")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("kind", [INT, REAL])
def test_an_integer_beyond_all_floats_is_not_finite(kind):
    with pytest.raises(ParamError, match=r"^It must be a finite number; it was 1000.*000\.$"):
        kind.check(10**400, "It")


def test_a_step_may_start_anywhere():
    threes = IntKind(Range(2, 11, step=3))
    assert [v for v in range(2, 12) if _takes(threes, v)] == [2, 5, 8, 11]


def _takes(kind, value):
    try:
        kind.check(value, "It")
    except ParamError:
        return False
    return True


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", [INT, ODD, REAL, BoolKind(), CHOICE, INTERVAL, COLOURS, MATRIX])
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(value=anything)
def test_any_value_is_taken_or_refused_in_one_short_line(kind, value):
    try:
        own = kind.check(value, "It")
    except ParamError as error:
        text = str(error)
        assert text.startswith("It m")
        assert text.endswith(".")
        assert "\n" not in text
        assert len(text) < 160
    else:
        hash(own)  # immutable to the last cell
        assert kind.check(own, "It") == own


def test_long_and_nested_values_are_quoted_short_on_one_line():
    assert shown("two\nlines") == '"two\\nlines"'
    assert shown("it's") == '"it\'s"'
    assert len(shown("a" * 10_000)) < 80
    assert len(shown([[list(range(1000))] * 1000] * 1000)) < 80
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert len(shown(deep)) < 80


def read(annotation, default, name="the_name"):
    parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
    return read_param(name, parameter, annotation, "Its text.")


@pytest.mark.parametrize(
    ("annotation", "default", "kind"),
    [
        (Annotated[int, Range(1, 9)], 3, IntKind(Range(1, 9))),
        (Annotated[float, Range(1, 9, unit="px")], 3, FloatKind(Range(1, 9, unit="px"))),
        (bool, True, BoolKind()),
        (Annotated[bool, "Label"], True, BoolKind()),
        (Literal["a", "b"], "b", ChoiceKind(("a", "b"))),
        (Annotated[Interval, Range(0, 9)], (1, 2), IntervalKind(Range(0, 9))),
        (
            Annotated[ColourRange, Channels(9, "HSV")],
            ((0, 0, 0), (9, 9, 9)),
            ColourRangeKind(Channels(9, "HSV")),
        ),
        (Annotated[Matrix, Cells((0, 1), 3)], ((1,),), MatrixKind(Cells((0, 1), 3))),
    ],
)
def test_kinds_are_read_from_annotations(annotation, default, kind):
    param = read(annotation, default)
    assert param.kind == kind
    assert param.default == default
    assert param.doc == "Its text."


def test_the_label_is_the_annotations_string_or_made_from_the_name():
    assert read(Annotated[bool, "Exact length"], True).label == "Exact length"
    assert read(bool, True).label == "The name"


def test_when_says_what_makes_a_parameter_matter():
    param = read(Annotated[bool, When("shape", "disc", "ring")], True)
    assert param.active({"shape": "ring"})
    assert not param.active({"shape": "box"})
    assert read(bool, True).active({})


@pytest.mark.parametrize(
    ("annotation", "default", "reason"),
    [
        (str, "a", "is not of the closed list of kinds"),
        (int, 1, "lacks a Range"),
        (Annotated[Matrix, Range(0, 1)], ((1,),), "lacks a Cells"),
        (Annotated[int, Range(1, 9)], 10, "must be from 1 to 9"),
        (Annotated[int, Range(1, 9)], inspect.Parameter.empty, "must be a number"),
        (Literal["a"], "b", "must be one of a"),
    ],
)
def test_wrong_declarations_name_the_parameter_and_the_reason(annotation, default, reason):
    with pytest.raises(TypeError, match=f"'the_name': .*{reason}"):
        read(annotation, default)
