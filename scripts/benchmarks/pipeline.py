"""A pipeline of five operations against the same cv2 calls written by hand, 1280x720."""

import common
import cv2
import numpy as np

from visionlab.core.image import Frame, Image, as_image
from visionlab.core.pipeline import Pipeline, Runner, Step
from visionlab.operations import catalogue

ROUNDS = 401


def picture() -> Image:
    """Return a picture with smooth parts, edges and noise."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:720, :1280]
    base = np.stack([x // 6, y // 3, (x // 80 + y // 80) % 2 * 160], axis=2)
    return as_image((base + rng.integers(0, 24, base.shape)).clip(0, 255).astype(np.uint8))


def by_hand(image: Image) -> Image:
    """Run the five calls as one would write them without the program."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    blurred = cv2.GaussianBlur(grey, (5, 5), 1.0)
    median = cv2.medianBlur(blurred, 3)
    edges = cv2.Canny(median, 50, 150)
    return cv2.dilate(edges, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))


def steps() -> Pipeline:
    """Return the same five as steps."""
    ops = catalogue()
    return Pipeline((
        Step.of(ops["convert_colour"], source="RGB", target="grey"),
        Step.of(ops["gaussian_blur"], ksize=5, sigma=1.0),
        Step.of(ops["median_blur"], ksize=3),
        Step.of(ops["canny"], thresholds=(50, 150)),
        Step.of(ops["dilate"], shape="rectangle", ksize=3),
    ))  # fmt: skip


def main() -> None:
    """Measure."""
    image, pipeline = picture(), steps()
    runner = Runner(catalogue())
    reference = by_hand(image)
    run = runner.run(Frame(image), pipeline)
    assert np.array_equal(run.picture, reference), "the two must compute the same"
    whole = common.ratio(lambda: runner.run(Frame(image), pipeline), lambda: by_hand(image), ROUNDS)
    frame = Frame(image)
    edges = runner.run(frame, pipeline).stages[3].result
    assert edges is not None
    sizes = iter([3, 5] * ROUNDS * 2)
    hand_sizes = iter([3, 5] * ROUNDS * 2)

    def move_last_control() -> None:
        last = pipeline.steps[4].with_params(ksize=next(sizes))
        runner.run(frame, pipeline.replace(4, last))

    def last_call() -> None:
        side = next(hand_sizes)
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
        cv2.dilate(edges.picture, kernel)

    last = common.ratio(move_last_control, last_call, ROUNDS)
    common.report([
        common.figure("five steps / the same cv2 calls by hand", whole, "x", "at most 1.05"),
        common.figure("moving the last control / that one call", last, "x", "at most 1.05"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
