"""What every operation does on any picture, tried on the whole catalogue, new files included."""

import dataclasses
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from visionlab.core.image import Display, Frame, Need, as_image
from visionlab.core.operation import Operation
from visionlab.core.params import (
    BoolKind,
    ChoiceKind,
    ColourRangeKind,
    FloatKind,
    IntervalKind,
    IntKind,
    MatrixKind,
    Param,
)
from visionlab.core.pipeline import Pipeline, Runner, Stage, Step
from visionlab.core.result import Circles, Plot, Points, Polygons, Result, Segments
from visionlab.operations import catalogue

OPERATIONS = list(catalogue().operations.values())
every_operation = pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.id)


def _scene(height: int, width: int, channels: int = 3) -> np.ndarray:
    """A float picture in 0..1 with ramps, a disc, a square and a little noise."""
    y, x = np.mgrid[:height, :width]
    scene = np.stack([x / width, y / height, (x + y) / (height + width)], axis=-1)
    scene[(x - width / 3) ** 2 + (y - height / 2) ** 2 < (min(height, width) / 4) ** 2] = 0.9
    scene[height // 5 : height // 2, width // 2 : width * 4 // 5] = 0.1
    scene += np.random.default_rng(7).normal(0, 0.02, scene.shape)
    scene = scene.clip(0, 1).astype(np.float32)
    return scene if channels == 3 else scene[..., 1].copy()


def _eight_bit(picture: np.ndarray) -> np.ndarray:
    return np.rint(picture * 255).astype(np.uint8)


def _plain(shape: tuple[int, ...], value: float, dtype: type) -> np.ndarray:
    return np.full(shape, value, dtype)


_MANY_VALUES = np.random.default_rng(3).normal(0, 300, (23, 30)).astype(np.float32)
_TINY = ((1, 1), (1, 1, 3), (1, 9), (9, 1, 3), (2, 2), (3, 2, 3), (3, 4), (1, 4))

PICTURES: dict[str, np.ndarray] = {
    "RGB": _eight_bit(_scene(24, 32)),
    "grey": _eight_bit(_scene(24, 32, 1)),
    "odd RGB": _eight_bit(_scene(37, 41)),
    "odd grey": _eight_bit(_scene(41, 37, 1)),
    "float RGB 0..1": _scene(24, 31),
    "float grey 0..1": _scene(24, 31, 1),
    "float RGB signed": np.stack([_MANY_VALUES, -_MANY_VALUES, _MANY_VALUES / 9], axis=-1),
    "float grey signed": _MANY_VALUES,
    "float grey large": _MANY_VALUES * np.float32(1e6),
    "float grey minute": _MANY_VALUES * np.float32(1e-9),
    "two levels": _eight_bit(_scene(30, 30, 1) > 0.5),
} | {
    f"flat {value} {dtype.__name__} {shape}": _plain(shape, value, dtype)
    for shape in ((16, 17), (17, 16, 3), *_TINY)
    for value, dtype in ((0, np.uint8), (255, np.uint8), (0.5, np.float32), (-3, np.float32))
}
RANGE_PICTURES = {
    name: PICTURES[name] for name in ("odd RGB", "odd grey", "float RGB 0..1", "float grey signed")
} | {"1x1": PICTURES["flat 255 uint8 (1, 1)"], "1x1 RGB": PICTURES["flat 255 uint8 (1, 1, 3)"]}


def _kind_values(param: Param) -> Iterator[Any]:
    """Yield the values at the ends of a parameter's range, or all its choices."""
    match param.kind:
        case IntKind(r) | FloatKind(r):
            yield from (r.min, r.max)
        case BoolKind():
            yield from (True, False)
        case ChoiceKind(choices):
            yield from choices
        case IntervalKind(r):
            yield from ((r.min, r.min), (r.min, r.max), (r.max, r.max))
        case ColourRangeKind(channels):
            low, high = (0.0,) * 3, (float(channels.max),) * 3
            yield from ((low, low), (low, high), (high, high), (high, low))
        case MatrixKind(cells):
            for side in (1, cells.max_side):
                for value in cells.values:
                    yield ((value,) * side,) * side
        case kind:
            pytest.fail(f"the contract tests do not know {type(kind).__name__}; teach them")


def _extremes(op: Operation) -> Iterator[dict[str, Any]]:
    """Yield parameter values: the defaults, then each parameter at each end on its own."""
    yield {}
    for param in op.params:
        # A parameter that another one makes idle is tried where it matters.
        context = {param.when.name: param.when.values[0]} if param.when else {}
        for value in _kind_values(param):
            yield {**context, param.name: value}


def _anything(param: Param) -> st.SearchStrategy[Any]:
    """Any legal value of a parameter."""
    match param.kind:
        case IntKind(r):
            steps = int((r.max - r.min) // r.step)
            return st.integers(0, steps).map(lambda n: int(r.min + n * r.step))
        case FloatKind(r):
            return st.floats(r.min, r.max)
        case IntervalKind(r):
            return st.tuples(*[st.floats(r.min, r.max)] * 2).map(lambda v: tuple(sorted(v)))
        case ColourRangeKind(channels):
            return st.tuples(*[st.tuples(*[st.floats(0, channels.max)] * 3)] * 2)
        case MatrixKind(cells):
            sides = st.sampled_from(range(1, cells.max_side + 1, 2))
            cell = st.sampled_from(cells.values)
            return st.tuples(sides, sides).flatmap(
                lambda s: st.tuples(*[st.tuples(*[cell] * s[1])] * s[0])
            )
        case _:
            return st.sampled_from(list(_kind_values(param)))


_floats = st.sampled_from([(0.0, 1.0), (-1000.0, 1000.0)]).flatmap(
    lambda r: st.floats(*r, width=32)
)
_shapes = st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(
    lambda s: st.sampled_from([s, (*s, 3)])
)
pictures = st.one_of(
    hnp.arrays(np.uint8, _shapes), hnp.arrays(np.float32, _shapes, elements=_floats)
)


class _Loud(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(f"logged: {record.getMessage()}")


def _run(op: Operation, picture: np.ndarray, **params: Any) -> Stage:
    """Run one step as the program does; an unforeseen exception fails the test."""
    log, loud = logging.getLogger("visionlab"), _Loud()
    log.addHandler(loud)
    try:
        step = Step.of(op, **params)
        return Runner(catalogue()).run(Frame(as_image(picture)), Pipeline((step,))).stages[0]
    finally:
        log.removeHandler(loud)


def _check(op: Operation, picture: np.ndarray, params: Mapping[str, Any]) -> Stage:
    """Run `op` and check that the outcome is legal: a sound result, or one helpful sentence."""
    before = picture.copy()
    stage = _run(op, picture, **params)
    assert np.array_equal(picture, before), "the input was written to"
    if stage.error:
        message = stage.error.message
        assert "cannot work on this picture" not in message
        assert not message.startswith(("A picture must", "A picture may")), "not a legal picture"
        assert message.endswith(".")
        assert "\n" not in message
        assert "error: (-" not in message, "OpenCV's own words are no help"
    else:
        assert stage.result is not None
        _check_result(stage.result, picture)
        _check_pickers(op, stage.result)
    return stage


def _check_result(result: Result, picture: np.ndarray) -> None:
    as_image(result.picture)
    assert not result.picture.flags.writeable
    if np.shares_memory(result.picture, picture):
        assert np.array_equal(result.picture, picture), "only an unchanged picture is handed on"
    _check_display(result.display)
    for parts in (result.overlays, result.tables, result.plots, result.views, result.readings):
        names = [part.name for part in parts]
        assert all(names)
        assert len(set(names)) == len(names)
    counts = {overlay.name: _check_overlay(overlay) for overlay in result.overlays}
    for table in result.tables:
        assert len(set(table.columns)) == len(table.columns) > 0
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert all(_is_cell(cell) for row in table.rows for cell in row)
        if table.overlay is not None:
            assert counts[table.overlay] == len(table.rows)
    for plot in result.plots:
        _check_plot(plot)
    for view in result.views:
        as_image(view.picture)
        assert view.picture.flags.c_contiguous
        _check_display(view.display)
    assert all(_is_cell(reading.value) for reading in result.readings)


def _check_display(display: Display | None) -> None:
    if display is not None:
        assert math.isfinite(display.low)
        assert math.isfinite(display.high)
        assert display.low <= display.high
        assert display.cmap in ("grey", "sequential", "diverging", "cyclic")


def _check_overlay(overlay: Points | Segments | Circles | Polygons) -> int:
    """Check an overlay's arrays and return its number of items."""
    if isinstance(overlay, Polygons):
        for ring in overlay.rings:
            assert ring.ndim == 2
            assert ring.shape[1] == 2
            assert np.isfinite(ring).all()
        return len(overlay.rings)
    array, width = {
        Points: lambda o: (o.xy, 2),
        Segments: lambda o: (o.ends, 4),
        Circles: lambda o: (o.xyr, 3),
    }[type(overlay)](overlay)
    assert array.ndim == 2
    assert array.shape[1] == width
    assert np.isfinite(array).all()
    return len(array)


def _check_plot(plot: Plot) -> None:
    assert plot.curves
    assert plot.x_label
    assert plot.y_label
    assert len({curve.name for curve in plot.curves}) == len(plot.curves)
    for curve in plot.curves:
        assert curve.x.ndim == 1
        assert curve.x.shape == curve.y.shape
        assert np.isfinite(curve.x).all()
        assert np.isfinite(curve.y).all()
    assert all(label and math.isfinite(x) for label, x in plot.markers)


def _is_cell(value: object) -> bool:
    """Whether JSON can hold the value: no numpy integers, no NaN."""
    return isinstance(value, int | str) or (isinstance(value, float) and math.isfinite(value))


def _check_pickers(op: Operation, result: Result) -> None:
    """A colour range's picker reads a view, which must be there and fit the picture."""
    for param in op.params:
        if isinstance(param.kind, ColourRangeKind):
            view = next(v for v in result.views if v.name == param.kind.channels.view)
            assert view.picture.shape[:2] == result.picture.shape[:2]


def _values(part: Any) -> tuple[Any, ...]:
    """A dataclass's values; of a lazy one what it makes."""
    values = [getattr(part, field.name) for field in dataclasses.fields(part)]
    return tuple(value() if callable(value) else value for value in values)


def _same(a: object, b: object) -> bool:
    """Whether two results are equal to the last bit."""
    if isinstance(a, np.ndarray):
        return (a.shape, a.dtype, a.tobytes()) == (b.shape, b.dtype, b.tobytes())
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and _same(_values(a), _values(b))
    if isinstance(a, tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return a == b


@contextmanager
def _case(*words: object) -> Iterator[None]:
    """Say in a failure which of a test's many cases it was."""
    try:
        yield
    except Exception as error:
        error.add_note(f"case: {words}")
        raise


@every_operation
def test_defaults_give_a_legal_outcome_on_every_kind_of_picture(op: Operation) -> None:
    for name, picture in PICTURES.items():
        with _case(name):
            _check(op, picture, {})


@every_operation
def test_range_ends_and_choices_give_a_legal_outcome(op: Operation) -> None:
    for params in _extremes(op):
        for name, picture in RANGE_PICTURES.items():
            with _case(name, params):
                _check(op, picture, params)


@every_operation
def test_some_plain_photograph_is_accepted_with_every_value(op: Operation) -> None:
    for params in _extremes(op):
        stages = [_check(op, PICTURES[name], params) for name in ("odd RGB", "odd grey")]
        with _case(params, [stage.error for stage in stages]):
            assert any(stage.result for stage in stages)


@every_operation
@pytest.mark.parametrize("channels", [1, 3])
def test_large_picture(op: Operation, channels: int) -> None:
    _check(op, _eight_bit(_scene(1201, 1603, channels)), {})


def _shifted(picture: np.ndarray, offset: int) -> np.ndarray:
    """Return a copy that starts `offset` items after an allocation's start."""
    buffer = np.empty(picture.size + offset, picture.dtype)
    copy = buffer[offset:].reshape(picture.shape)
    copy[:] = picture
    return copy


@every_operation
def test_same_answer_again_and_wherever_the_picture_lies_in_memory(op: Operation) -> None:
    for name, picture in RANGE_PICTURES.items():
        first = _run(op, picture)
        for offset in range(1, 9):  # vector instructions take other ways at other addresses
            again = _run(op, _shifted(picture, offset))
            with _case(name, offset):
                assert _same(first.result, again.result)
                assert first.error == again.error


@every_operation
def test_a_picture_that_comes_again_gets_the_answers_of_a_new_one(op: Operation) -> None:
    for name, picture in RANGE_PICTURES.items():
        frame = Frame(as_image(picture))
        for params in _extremes(op):
            pipeline, new = Pipeline((Step.of(op, **params),)), _run(op, picture.copy(), **params)
            for time in range(3):
                again = Runner(catalogue()).run(frame, pipeline).stages[0]
                with _case(name, params, time):
                    assert _same(new.result, again.result)


@every_operation
def test_writing_to_the_source_later_leaves_the_result(op: Operation) -> None:
    for name in ("odd RGB", "odd grey"):
        buffer = PICTURES[name].copy()
        result = _run(op, buffer).result
        if result is None or np.shares_memory(result.picture, buffer):
            continue
        kept = result.picture.copy()
        buffer[:] = 255 - buffer
        assert np.array_equal(result.picture, kept)


@every_operation
def test_preconditions_are_met_or_named_with_a_mend(op: Operation) -> None:
    for picture in (PICTURES["odd RGB"], PICTURES["float grey signed"]):
        unmet = [need for need in op.needs if not need.met(picture)]
        error = _run(op, picture).error
        if unmet:
            assert error is not None
            assert unmet[0].value in error.message
            assert error.mend is not None


@every_operation
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_random_values_on_random_pictures_give_a_legal_outcome(
    op: Operation, data: st.DataObject
) -> None:
    picture = data.draw(pictures, "picture")
    params = {param.name: data.draw(_anything(param), param.name) for param in op.params}
    _check(op, picture, params)


@pytest.mark.parametrize("need", Need)
def test_every_need_has_a_mend_that_works(need: Need) -> None:
    mend = catalogue().mend(need)
    assert mend is not None
    for name, picture in PICTURES.items():
        if not need.met(picture):
            with _case(name):
                result = _check(mend[0], picture, mend[1]).result
                assert result is not None
                assert need.met(result.picture)
