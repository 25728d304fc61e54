"""Heatmaps beside the picture lane, in the window: how many, and what they cost the frames."""

import common
from window import Bench

from visionlab.app import default_pipeline
from visionlab.runtime.answers import Predicted

METHODS = ("gradient", "guided_backprop", "grad_cam", "occlusion")


def live(method: str, fps: str, seconds: float) -> tuple[float, float, float]:
    """Return heatmaps a second, the mean part of the map done, and the share of frames painted.

    The window shows the test camera with blur and Canny, at `fps` or ('max') as fast as it comes.
    """
    bench = Bench()
    bench.start(f"camera:test:1280x720@{fps}", default_pipeline())
    bench.run(1.0)

    alone = bench.rate(seconds)
    network = bench.session.network
    panel = bench.window.docks.heat
    panel.method.setCurrentIndex(panel.method.index_of(method))
    answers: list[Predicted] = []
    network.predicted.connect(answers.append)
    bench.window.commands["explain"].setChecked(True)
    bench.wait_for(lambda: bool(answers and answers[-1].heats))
    bench.run(1.0)
    answers.clear()
    beside = bench.rate(seconds)
    maps = [heat.heatmap for answer in answers for heat in answer.heats if heat.heatmap]
    done = sum(found.progress for found in maps) / max(len(maps), 1)
    bench.close()
    return len(maps) / seconds, done, beside / alone


def main() -> None:
    """Measure."""
    figures = []
    for method in METHODS:
        for fps, lane in (("60", "60 frames a second"), ("max", "all frames that can be")):
            maps, done, share = live(method, fps, common.seconds())
            goal = "" if method == "occlusion" else "at least 20"
            figures += [
                common.figure(f"{method}, beside {lane}: maps", maps, "/s", goal),
                common.figure("  mean part done within 100 ms", done, "", ""),
                common.figure("  frames painted beside / alone", share, "", "at least 0.7"),
            ]
    common.report(figures)


if __name__ == "__main__":
    main()
