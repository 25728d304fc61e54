"""Editing pipelines, and running them: reuse, cancelling, failures and their mends."""

import copy
import logging
from dataclasses import FrozenInstanceError
from typing import Annotated

import numpy as np
import pytest

from visionlab.core.errors import Cancelled, ImageError, ParamError
from visionlab.core.image import Display, Frame, Grey8, Image, Image8, Need, as_image
from visionlab.core.operation import Catalogue, operation
from visionlab.core.params import Range
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.core.result import Result

calls: list[tuple[str, int]] = []


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


@operation("Add", group="Tests")
def add(image: Image8, *, amount: Annotated[int, Range(0, 100)] = 1) -> Result:
    """Add to each pixel, and count the call."""
    calls.append(("add", amount))
    return Result(image + np.uint8(amount))


@operation("To grey", group="Tests", mends={Need.GREY: {"channel": 2}})
def to_grey(image: Image, *, channel: Annotated[int, Range(0, 2)] = 0) -> Result:
    """Take one channel."""
    calls.append(("to_grey", channel))
    return Result(image[:, :, channel])


@operation("To float", group="Tests")
def to_float(image: Image) -> Result:
    """Halve, with decimals."""
    return Result(image / np.float32(2), Display(0, 127.5))


@operation("Needs grey", group="Tests")
def needs_grey(image: Grey8) -> Result:
    """Pass on one channel."""
    calls.append(("needs_grey", 0))
    return Result(image)


@operation("Breaks", group="Tests")
def breaks(image: Image, *, how: Annotated[int, Range(0, 3)] = 0) -> Result:
    """Fail in one of four ways."""
    if how == 0:
        raise ImageError("This picture will not do; use another.")
    if how == 1:
        raise RuntimeError("an inner matter")
    if how == 2:
        raise MemoryError
    return Result(image.astype(np.float64))


CATALOGUE = Catalogue({op.id: op for op in (add, to_grey, to_float, needs_grey, breaks)})


def step(op, enabled=True, **params):
    return Step(op, CATALOGUE[op].check_params(params), enabled)


def adds(*amounts):
    return Pipeline(tuple(step("add", amount=amount) for amount in amounts))


def grey_frame(value=0):
    return Frame(as_image(np.full((2, 3), value, np.uint8)), name="grey")


def colour_frame():
    return Frame(as_image(np.arange(12, dtype=np.uint8).reshape(2, 2, 3)))


@pytest.fixture
def runner():
    return Runner(CATALOGUE)


# Steps and pipelines


def test_steps_and_pipelines_do_not_change():
    values = {"amount": 3}
    one = Step("add", values)
    values["amount"] = 4
    assert one.params == {"amount": 3}
    with pytest.raises(TypeError):
        one.params["amount"] = 5
    with pytest.raises(FrozenInstanceError):
        one.enabled = False
    with pytest.raises(FrozenInstanceError):
        Pipeline().steps = ()


def test_a_step_of_an_operation_has_all_its_values_checked():
    assert Step.of(add).params == {"amount": 1}
    assert Step.of(add, amount=7.0).params == {"amount": 7}
    with pytest.raises(ParamError):
        Step.of(add, amount=101)
    changed = Step.of(add).with_params(amount=9)
    assert changed.params == {"amount": 9}
    assert changed != Step.of(add)
    assert changed == Step.of(add, amount=9)


def test_same_work_ignores_the_switch():
    assert step("add", amount=2).same_work(step("add", enabled=False, amount=2))
    assert not step("add", amount=2).same_work(step("add", amount=3))
    assert not step("add").same_work(step("to_float"))


def test_every_edit_returns_a_new_pipeline():
    a, b, c, d = (step("add", amount=n) for n in range(4))
    start = Pipeline((a, b, c))
    kept = copy.copy(start)
    assert start.insert(0, d).steps == (d, a, b, c)
    assert start.insert(3, d).steps == (a, b, c, d)
    assert start.remove(1).steps == (a, c)
    assert start.replace(2, d).steps == (a, b, d)
    assert start.move(0, 2).steps == (b, c, a)
    assert start.move(2, 0).steps == (c, a, b)
    assert start.move(1, 1).steps == (a, b, c)
    assert len(start) == 3
    assert start == kept


# Running


def test_a_run_applies_the_steps_in_order(runner):
    frame = grey_frame(10)
    run = runner.run(frame, Pipeline((step("add", amount=4), step("to_float"))))
    assert [stage.result.picture[0, 0] for stage in run.stages] == [14, 7]
    assert run.picture.dtype == np.float32
    assert run.display == Display(0, 127.5)
    assert run.error is None
    assert run.frame is frame
    assert run.ms == pytest.approx(sum(stage.ms for stage in run.stages))
    assert not any(stage.result.picture.flags.writeable for stage in run.stages)
    assert all(stage.ms > 0 for stage in run.stages)


def test_decimal_values_without_a_display_are_shown_as_before(runner):
    frame = Frame(as_image(np.ones((2, 2), np.float32)), display=Display(0, 9))
    run = runner.run(frame, Pipeline((step("to_grey"),)))
    assert run.display == Display(0, 9)
    run = runner.run(grey_frame(10), Pipeline((step("to_float"), step("to_grey"))))
    assert run.display == Display(0, 127.5)
    run = runner.run(grey_frame(10), Pipeline((step("to_grey"),)))
    assert run.display is None


def test_no_steps_show_the_frame_itself(runner):
    frame = Frame(as_image(np.ones((2, 2), np.float32)), display=Display(0, 9))
    run = runner.run(frame, Pipeline())
    assert run.picture is frame.image
    assert run.display == Display(0, 9)
    assert (run.stages, run.ms, run.error) == ((), 0, None)


def test_a_disabled_step_is_passed_over(runner):
    pipeline = Pipeline((step("add", amount=1), step("add", False, amount=50), step("add")))
    run = runner.run(grey_frame(), pipeline)
    assert run.picture[0, 0] == 2
    assert [stage.result is None for stage in run.stages] == [False, True, False]
    assert calls == [("add", 1), ("add", 1)]


# Reuse


def test_moving_the_last_control_runs_one_step(runner):
    frame = grey_frame()
    runner.run(frame, adds(1, 2, 3))
    calls.clear()
    run = runner.run(frame, adds(1, 2, 30))
    assert calls == [("add", 30)]
    assert run.picture[0, 0] == 33
    assert [stage.reused for stage in run.stages] == [True, True, False]
    assert all(stage.ms > 0 for stage in run.stages)


@pytest.mark.parametrize(
    ("after", "called"),
    [
        (adds(1, 2, 3), []),
        (adds(1, 2), []),
        (adds(1, 2, 3, 4), [4]),
        (adds(1, 9, 3), [9, 3]),
        (adds(9, 2, 3), [9, 2, 3]),
        (adds(1, 3), [3]),
        (adds(2, 1, 3), [2, 1, 3]),
        (adds(), []),
        # A step off, or on again, counts as gone, or come.
        (Pipeline((step("add"), step("add", False, amount=2), step("add", amount=3))), [3]),
        (Pipeline((step("add", False, amount=7), *adds(1, 2, 3).steps)), []),
        (Pipeline((step("add", False), *adds(2, 3).steps)), [2, 3]),
    ],
)
def test_the_longest_unchanged_prefix_is_reused(runner, after, called):
    frame = grey_frame()
    runner.run(frame, adds(1, 2, 3))
    calls.clear()
    run = runner.run(frame, after)
    assert [amount for _, amount in calls] == called
    fresh = Runner(CATALOGUE).run(frame, after)
    np.testing.assert_array_equal(run.picture, fresh.picture)
    assert [s.step for s in run.stages] == list(after.steps)


def test_a_new_frame_runs_all_steps_even_with_the_same_pixels(runner):
    frame = grey_frame()
    runner.run(frame, adds(1, 2))
    calls.clear()
    runner.run(Frame(frame.image), adds(1, 2))
    assert calls == [("add", 1), ("add", 2)]


def test_stages_before_a_failure_are_reused_and_the_failure_is_tried_again(runner):
    frame = grey_frame()
    broken = Pipeline((step("add"), step("breaks"), step("add", amount=5)))
    runner.run(frame, broken)
    calls.clear()
    assert runner.run(frame, broken).error is not None
    assert calls == []
    run = runner.run(frame, broken.remove(1))
    assert calls == [("add", 5)]
    assert run.picture[0, 0] == 6


# Cancelling


def test_cancelling_stops_between_two_stages_and_keeps_what_is_done(runner):
    frame = grey_frame()
    with pytest.raises(Cancelled):
        runner.run(frame, adds(1, 2, 3), cancelled=lambda: len(calls) == 2)
    assert calls == [("add", 1), ("add", 2)]
    calls.clear()
    run = runner.run(frame, adds(1, 2, 3))
    assert calls == [("add", 3)]
    assert run.picture[0, 0] == 6


def test_cancelled_at_once_runs_nothing(runner):
    with pytest.raises(Cancelled):
        runner.run(grey_frame(), adds(1), cancelled=lambda: True)
    assert calls == []


# Failures


def test_an_unmet_need_is_named_with_the_step_that_mends_it(runner):
    pipeline = Pipeline((step("add"), step("needs_grey"), step("add", amount=5)))
    run = runner.run(colour_frame(), pipeline)
    assert calls == [("add", 1)]
    error = run.error
    assert error.message == "Needs grey needs one channel; this picture has three."
    assert error.mend == step("to_grey", channel=2)
    assert [(s.result is not None, s.error is not None) for s in run.stages] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert run.picture is run.stages[0].result.picture  # the last good one
    mended = runner.run(run.frame, pipeline.insert(1, error.mend))
    assert mended.error is None
    assert mended.picture.tolist() == [[2 + 6, 5 + 6], [8 + 6, 11 + 6]]


def test_an_unmet_need_without_a_mend(runner):
    run = runner.run(grey_frame(), Pipeline((step("to_float"), step("needs_grey"))))
    assert run.error.message == (
        "Needs grey needs 8-bit values (0 to 255); this picture has decimal values."
    )
    assert run.error.mend is None
    assert run.display == Display(0, 127.5)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (0, "This picture will not do; use another."),
        (
            1,
            "Breaks cannot work on this picture with these values; "
            "change a value or switch the step off.",
        ),
        (2, "Breaks needs more memory than there is; use a smaller picture."),
        (3, "A picture must be uint8 or float32; this one is float64."),
    ],
)
def test_a_failing_stage_says_why_and_the_last_good_picture_stays(runner, how, message, caplog):
    frame = grey_frame(7)
    with caplog.at_level(logging.ERROR):
        run = runner.run(frame, Pipeline((step("breaks", how=how), step("add"))))
    assert run.error.message == message
    assert run.picture is frame.image
    assert calls == []
    told = [record for record in caplog.records if record.exc_info]
    assert len(told) == (1 if how == 1 else 0)  # the traceback goes to the log alone
    assert "inner matter" not in message


def test_a_failing_first_step_that_is_switched_off_lets_the_rest_run(runner):
    run = runner.run(grey_frame(), Pipeline((step("breaks", False), step("add", amount=3))))
    assert run.error is None
    assert run.picture[0, 0] == 3
