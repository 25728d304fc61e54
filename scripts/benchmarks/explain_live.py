"""Heatmaps beside the picture lane, in the window: how many, and what they cost the frames."""

import common
from window import Bench

from visionlab.app import default_pipeline
from visionlab.deep.explain.heatmap import Heatmap
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
    answers: list[Predicted] = []
    bench.session.network.predicted.connect(answers.append)

    def shown() -> list[Heatmap]:
        return [heat.heatmap for answer in answers for heat in answer.heats if heat.heatmap]

    alone, beside, maps = 0.0, 0.0, list[Heatmap]()
    for _ in range(TURNS):
        explain.setChecked(False)
        bench.run(SETTLED)
        answers.clear()
        alone += bench.rate(seconds / TURNS)
        assert not answers
        explain.setChecked(True)
        bench.wait_for(lambda: bool(shown()))
        bench.run(SETTLED)
        answers.clear()
        beside += bench.rate(seconds / TURNS)
        maps += shown()
    bench.close()
    done = sum(found.progress for found in maps) / max(len(maps), 1)
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
