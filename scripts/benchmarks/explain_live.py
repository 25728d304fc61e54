"""Heatmaps beside the picture lane, in the window: how many, and what they cost the frames."""

import common
from window import Bench

from visionlab.app import default_pipeline
from visionlab.runtime.answers import Predicted

TURNS, SETTLED = 4, 0.5  # seconds
METHODS = ("gradient", "guided_backprop", "grad_cam", "occlusion")


def live(method: str, fps: str, seconds: float) -> tuple[float, float, float]:
    """Return heatmaps a second, the mean part of the map done, and the share of frames painted.

    The window shows the test camera with blur and Canny, at `fps` or ('max') as fast as it comes,
    in turns without and with heatmaps, since a shared machine's speed changes within seconds.
    """
    bench = Bench()
    bench.start(f"camera:test:1280x720@{fps}", default_pipeline())
    panel, explain = bench.window.docks.heat, bench.window.commands["explain"]
    panel.method.setCurrentIndex(panel.method.index_of(method))
    shown: list[float] = []  # the part done of each map; answers hold pictures: memory to fill

    def note(answer: Predicted) -> None:
        shown.extend(heat.heatmap.progress for heat in answer.heats if heat.heatmap)

    bench.session.network.predicted.connect(note)
    alone, beside, maps = 0.0, 0.0, list[float]()
    for _ in range(TURNS):
        explain.setChecked(False)
        bench.run(SETTLED)
        shown.clear()
        alone += bench.rate(seconds / TURNS)
        assert not shown
        explain.setChecked(True)
        bench.wait_for(lambda: bool(shown))
        bench.run(SETTLED)
        shown.clear()
        beside += bench.rate(seconds / TURNS)
        maps += shown
    bench.close()
    return len(maps) / seconds, sum(maps) / max(len(maps), 1), beside / alone


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
