"""Memory of runs: of large pictures the newest are kept, the others are computed again."""

from typing import Annotated

import numpy as np
import pytest

from visionlab.core.image import Display, Frame, Image, as_image
from visionlab.core.operation import Catalogue, operation
from visionlab.core.params import Range
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.core.result import Result

CALLS: list[str] = []


@operation("To float", group="Tests")
def to_float(image: Image) -> Result:
    """Take the values as decimals, four bytes each."""
    CALLS.append("to_float")
    return Result(image.astype(np.float32), Display(0, 255))


@operation("Add float", group="Tests")
def add_float(image: Image, *, amount: Annotated[int, Range(0, 100)] = 1) -> Result:
    """Add to each pixel."""
    CALLS.append("add_float")
    return Result(image + np.float32(amount))


@operation("Same", group="Tests")
def same(image: Image) -> Result:
    """Hand the picture on."""
    return Result(image)


CATALOGUE = Catalogue({op.id: op for op in (to_float, add_float, same)})


def step(op, **params):
    return Step(op, CATALOGUE[op].check_params(params))


@pytest.fixture
def runner():
    CALLS.clear()
    return Runner(CATALOGUE)


@pytest.fixture
def large(monkeypatch):
    """A frame that counts as large: 300 bytes, its decimal pictures 1200."""
    monkeypatch.setattr("visionlab.core.pipeline._LEAST_BUDGET", 0)
    return Frame(as_image(np.full((10, 10, 3), 7, np.uint8)))


def held(run):
    return [not stage.result.released for stage in run.stages]


def test_of_large_pictures_the_newest_two_are_kept(runner, large):
    run = runner.run(large, Pipeline((step("to_float"), *[step("add_float")] * 4)))
    assert held(run) == [False, False, False, True, True]
    assert run.picture[0, 0, 0] == 7 + 4
    first = run.stages[0].result
    assert first.picture.shape == (10, 10, 3)
    assert first.picture.dtype == np.float32
    assert first.picture.strides == (0, 0, 0)  # no memory behind it


def test_moving_the_last_control_still_runs_one_step(runner, large):
    steps = (step("to_float"), *[step("add_float")] * 3)
    runner.run(large, Pipeline((*steps, step("add_float"))))
    CALLS.clear()
    run = runner.run(large, Pipeline((*steps, step("add_float", amount=5))))
    assert CALLS == ["add_float"]
    assert run.picture[0, 0, 0] == 7 + 3 + 5
    assert held(run)[-2:] == [True, True]


def test_a_picture_that_was_let_go_is_computed_again_when_a_control_before_it_moves(runner, large):
    steps = (step("to_float"), *[step("add_float")] * 4)
    runner.run(large, Pipeline(steps))
    CALLS.clear()
    run = runner.run(large, Pipeline((*steps[:2], step("add_float", amount=9), *steps[3:])))
    assert len(CALLS) == 5  # nothing was left to begin from
    assert run.picture[0, 0, 0] == 7 + 1 + 9 + 1 + 1


def test_the_step_that_is_looked_at_is_kept_and_made_again_where_it_was_let_go(runner, large):
    pipeline = Pipeline((step("to_float"), *[step("add_float")] * 4))
    runner.run(large, pipeline)
    run = runner.run(large, pipeline, shown=1)
    assert run.stages[1].result.picture[0, 0, 0] == 7 + 1
    assert not run.stages[1].result.released
    assert run.picture[0, 0, 0] == 7 + 4
    CALLS.clear()
    runner.run(large, pipeline, shown=1)
    assert CALLS == []


def test_a_step_that_hands_its_picture_on_takes_no_memory_of_its_own(runner, large):
    run = runner.run(large, Pipeline((step("to_float"), *[step("same")] * 5)))
    assert held(run) == [True] * 6


def test_small_pictures_are_all_kept(runner):
    run = runner.run(
        Frame(as_image(np.zeros((10, 10, 3), np.uint8))),
        Pipeline((step("to_float"), *[step("add_float")] * 6)),
    )
    assert held(run) == [True] * 7
