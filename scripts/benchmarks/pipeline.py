"""A pipeline of five operations against the same cv2 calls written by hand, 1280x720."""

from collections.abc import Callable
from itertools import cycle
from timeit import repeat
from typing import Any

import common
import cv2
import numpy as np

from visionlab.core.image import Frame, Image, as_image
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.operations import catalogue
from visionlab.runtime.threads import share_cores

ROUNDS = 601  # seconds, so that a moment of another program's weighs little


def picture() -> Image:
    """Return a picture with smooth parts, edges and noise."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:720, :1280]
    base = np.stack([x // 6, y // 3, (x // 80 + y // 80) % 2 * 160], axis=2)
    return as_image((base + rng.integers(0, 24, base.shape)).clip(0, 255).astype(np.uint8))


def by_hand(image: Image) -> Image:
    """Run the five calls as one would write them without the program."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    equal = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(grey)
    blurred = cv2.GaussianBlur(equal, (5, 5), 1.0)
    median = cv2.medianBlur(blurred, 5)
    return cv2.Canny(median, 50, 150)


def steps() -> Pipeline:
    """Return the same five as steps."""
    ops = catalogue()
    return Pipeline((
        Step.of(ops["convert_colour"], source="RGB", target="grey"),
        Step.of(ops["clahe"], clip_limit=2.0, tiles=8),
        Step.of(ops["gaussian_blur"], ksize=5, sigma=1.0),
        Step.of(ops["median_blur"], ksize=5),
        Step.of(ops["canny"], thresholds=(50, 150)),
    ))  # fmt: skip


def last_control(
    image: Image,
    op: str,
    name: str,
    values: list[Any],
    by_hand: Callable[[Image, Any], object],
    rounds: int = ROUNDS,
) -> float:
    """Return the time of moving the control `name` of a fifth step over that of its one call."""
    last = Step.of(catalogue()[op], **{name: values[0]})
    pipeline, frame, runner = steps().replace(4, last), Frame(image), Runner(catalogue())
    before = runner.run(frame, pipeline).stages[3].result
    assert before is not None
    grey, moves, calls = before.picture, cycle(values), cycle(values)
    return common.ratio(
        lambda: runner.run(frame, pipeline.replace(4, last.with_params(**{name: next(moves)}))),
        lambda: by_hand(grey, next(calls)),
        rounds,
    )


def overhead_us() -> float:
    """Return what a step costs beside the cv2 call, in microseconds, on a tiny picture."""
    image, pipeline, runner = as_image(picture()[:8, :8].copy()), steps(), Runner(catalogue())
    best = min(repeat(lambda: runner.run(Frame(image), pipeline), number=500, repeat=9))
    least = min(repeat(lambda: by_hand(image), number=500, repeat=9))
    return (best - least) / 500 / len(pipeline) * 1e6


def wide_median(image: Image) -> float:
    """Return the time of a median blur by strips over that of its call, which is on one thread."""
    blur = catalogue()["median_blur"].function
    return common.ratio(lambda: blur(image, ksize=15), lambda: cv2.medianBlur(image, 15), 15)


def main() -> None:
    """Measure, with as many threads as the program uses."""
    share_cores()
    image, pipeline = picture(), steps()
    runner = Runner(catalogue())
    run = runner.run(Frame(image), pipeline)
    assert np.array_equal(run.picture, by_hand(image)), "the two must compute the same"
    whole = common.ratio(lambda: runner.run(Frame(image), pipeline), lambda: by_hand(image), ROUNDS)
    common.report([
        common.figure("five steps / the same cv2 calls by hand", whole, "x", "at most 1.05"),
        common.figure("moving the last control / that one call, Canny",
                      last_control(image, "canny", "thresholds", [(50.0, 150.0), (50.0, 151.0)],
                                   lambda grey, v: cv2.Canny(grey, *v)), "x", "at most 1.05"),
        common.figure("moving the last control / that one call, bilateral",
                      last_control(image, "bilateral_filter", "sigma_colour", [30.0, 31.0],
                                   lambda grey, v: cv2.bilateralFilter(grey, 9, v, 5), 151),
                      "x", "at most 1.05"),
        common.figure("cost of a step beside its cv2 call", overhead_us(), "us"),
        common.figure("median blur of 15 px / cv2.medianBlur", wide_median(image), "x"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
