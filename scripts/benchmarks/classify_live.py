"""The picture classifier beside the picture lane, in the window; PyTorch is loaded as it goes."""

from time import perf_counter

import common
from window import Bench

from visionlab.app import default_pipeline


def live(seconds: float) -> tuple[float, float, float]:
    """Return seconds to the first answer, answers a second, and the share of frames still painted.

    The window shows the test camera with blur and Canny: at 60 a second until the first answer,
    then as fast as it comes.
    """
    bench = Bench()
    panel = bench.window.commands["show_network"]
    network = bench.session.network
    network.choose(model="pictures")
    bench.start("camera:test:1280x720@60", default_pipeline())
    bench.run(1.0)
    start = perf_counter()
    panel.trigger()
    bench.wait_for(lambda: network.last is not None)
    first = perf_counter() - start
    bench.window.docks.docks["network"].close()
    bench.start("camera:test:1280x720@max", default_pipeline())
    bench.run(1.0)

    alone = bench.rate(seconds)
    panel.trigger()
    answers: list[float] = []  # when they came; they themselves hold pictures: memory to fill
    network.predicted.connect(lambda _: answers.append(perf_counter()))
    bench.run(1.0)
    answers.clear()
    beside = bench.rate(seconds)
    found = len(answers) / seconds
    bench.close()
    return first, found, beside / alone


def main() -> None:
    """Measure."""
    first, answers, share = live(common.seconds())
    common.report([
        common.figure("first answer after the panel is opened", first, "s", "at most 3"),
        common.figure("answers beside the picture lane", answers, "/s", "at least 20"),
        common.figure("frames painted beside them / alone", share, "", "at least 0.7"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
