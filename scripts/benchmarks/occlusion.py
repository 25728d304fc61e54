"""Exact occlusion maps by boxes, by the plain loop at its best batch size, and by Captum.

The plain loop and Captum compute some of the positions, and their time is scaled to all of them.
"""

import math
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import common
import numpy as np
import torch
from numpy.typing import NDArray
from occlusion_nets import VGG11, VGG16, resnet18, vgg
from skimage import data
from torch import Tensor, nn

from visionlab.deep.explain.occluding import Places
from visionlab.deep.explain.similarity import structural_similarity
from visionlab.deep.incremental import Engine, grid, occluded_logits, refine, trace
from visionlab.deep.preprocess import normalised, prepare
from visionlab.deep.zoo import load

THREADS = 2
SHARE = 0.22  # of the positions, for an approximate map
PHOTOGRAPHS = ("chelsea", "coffee", "astronaut", "rocket")
BATCHES = (2, 4, 8, 16, 32)


class Case(NamedTuple):
    """A network, its input, and the goals of its ratios."""

    make: Callable[[], nn.Module]
    size: int
    patch: int
    stride: int
    sample: int  # positions that the plain loop computes
    loop: str
    captum: str
    share: str = ""  # goal of the approximate map
    rounds: int = 2  # the shorter the time, the more it takes for a fastest one that counts
    batches: tuple[int, ...] = (8, 32)  # of Captum


CASES = {
    "VGG-11": Case(partial(vgg, VGG11), 224, 16, 8, 16, "8", "14"),
    "VGG-16": Case(partial(vgg, VGG16), 224, 16, 8, 16, "7", "12", "25"),
    "ResNet-18": Case(resnet18, 224, 16, 8, 32, "2.2", "4", "8"),
    "pictures": Case(
        lambda: load("pictures").net,
        64,
        8,
        4,
        225,
        "0.8 of limit",
        "3",
        rounds=8,
        batches=(8, 16, 32, 64),
    ),
}


LAYOUTS = {
    torch.contiguous_format: "",  # a network as PyTorch makes it
    torch.channels_last: ", told to keep channels last,",
}
"""How the network given to Captum keeps its values, in words."""


class Work:
    """A network, a picture, and the two ways to a map."""

    def __init__(self, case: Case) -> None:
        torch.manual_seed(0)
        self.case = case
        self.net = case.make().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.x = torch.randn(1, 3, case.size, case.size)
        self.corners = grid(case.size, case.size, case.patch, case.stride)
        self.patch = (case.patch, case.patch)
        chosen = torch.linspace(0, len(self.corners) - 1, min(case.sample, len(self.corners)))
        self.some = self.corners[chosen.round().long()]
        self.grey = torch.zeros(1)
        self.plan = trace(self.net, (3, case.size, case.size))

    def boxes(self) -> Tensor:
        """Return the logits at every position; the unoccluded picture is computed too."""
        return Engine(self.plan, self.x).logits(self.corners, self.patch, self.grey)

    def loop(self, batch: int, net: Callable[[Tensor], Tensor] | None = None) -> Tensor:
        """Return the logits at some positions, by the network or by `net`."""
        size = min(batch, len(self.some))
        return occluded_logits(
            net or self.net, self.x, self.some, self.patch, self.grey, batch=size
        )

    def tuned(self, batch: int) -> Tensor:
        """Return the logits at some positions by whole maps, each computed as the boxes are."""
        return self.loop(batch, partial(self.plan.after, 0))

    def some_boxes(self) -> None:
        """Compute the map approximately."""
        engine = Engine(self.plan, self.x)
        lines = math.isqrt(len(self.corners))

        def ask(at: NDArray[np.int64]) -> NDArray[np.float32]:
            corners = self.corners[at[:, 0] * lines + at[:, 1]]
            answers: NDArray[np.float32] = engine.logits(corners, self.patch, self.grey).numpy()
            return answers[:, 0]

        for _ in refine(ask, lines, lines, SHARE):
            pass

    def captum(self, batch: int, layout: torch.memory_format) -> float:
        """Return the seconds that Captum takes for a position, from few positions."""
        count, net = 0, deepcopy(self.net).to(memory_format=layout)

        def counted(pictures: Tensor) -> Tensor:
            nonlocal count
            count += len(pictures)
            return net(pictures)  # type: ignore[no-any-return]

        occlusion = import_module("captum.attr").Occlusion(counted)
        window = (3, *self.patch)  # and as the strides, the largest that it takes
        options = {"strides": window, "perturbations_per_eval": batch, "target": 0}
        with torch.inference_mode():
            time = timed(partial(occlusion.attribute, self.x, window, **options))
        return time / count


def timed(work: Callable[[], object]) -> float:
    """Return seconds."""
    start = perf_counter()
    work()
    return perf_counter() - start


def speed(name: str) -> list[dict[str, Any]]:
    """Return a network's figures; its fastest runs of several in turn count."""
    work = Work(CASES[name])
    positions, some = len(work.corners), len(work.some)
    found, exact = work.boxes(), work.loop(8)
    index = [work.corners.tolist().index(corner) for corner in work.some.tolist()]
    off = float((found[index] - exact).abs().max() / exact.abs().max())
    peers = LAYOUTS if find_spec("captum") else {}
    boxes, parts, loops, tuned = [], [], [], []
    captum: dict[str, list[float]] = {words: [] for words in peers.values()}
    for number in range(work.case.rounds):
        boxes.append(timed(work.boxes) / positions)
        parts.append(timed(work.some_boxes) / positions)
        loops += [timed(partial(work.loop, batch)) / some for batch in BATCHES]
        tuned += [timed(partial(work.tuned, batch)) / some for batch in BATCHES]
        if number % 2 == 0:
            for layout, words in peers.items():
                captum[words] += [work.captum(batch, layout) for batch in work.case.batches]
    full, changed = Engine(work.plan, work.x).multiplications(work.corners, work.patch)
    limit, best = full / changed, min(boxes)
    figures = [
        common.figure("arithmetic limit of exactness", limit, "x"),
        common.figure("plain loop / boxes", min(loops) / best, "x", work.case.loop),
        common.figure("the same, part of the limit", min(loops) / best / limit, "", "at least 0.8"),
        common.figure("loop tuned as the boxes are / boxes", min(tuned) / best, "x"),
        common.figure("the same, part of the limit", min(tuned) / best / limit, "", "at least 0.8"),
        common.figure(
            f"plain loop / {SHARE:.0%} of the boxes", min(loops) / min(parts), "x", work.case.share
        ),
        *(
            common.figure(
                f"Captum{words} / boxes", min(times) / best, "x", "" if words else work.case.captum
            )
            for words, times in captum.items()
        ),
        common.figure("exact maps", 1 / (best * positions), "1/s"),
        common.figure("difference / largest logit", off * 1e6, "ppm", "at most 10"),
    ]
    return [{**one, "name": f"{name}: {one['name']}"} for one in figures]


def likeness() -> float:
    """Return the least similarity (SSIM) of approximate maps to exact ones, over photographs.

    Of the bundled model's own first answer, patches of 8 pixels, stride 2.
    """
    classifier = load("pictures")
    how = classifier.card.preprocess
    plan = trace(classifier.net, (how.channels, how.size, how.size))
    corners = grid(how.size, how.size, 8, 2)
    lines = np.unique(corners[:, 0].numpy())
    places = Places(lines, lines, np.ones((8, 8), bool), (how.size, how.size))
    shape = (len(lines), len(lines))
    found = []
    for name in PHOTOGRAPHS:
        engine = Engine(plan, normalised(prepare(getattr(data, name)(), how).seen, how))
        logits = engine.logits(corners, (8, 8), torch.zeros(1))[:, engine.base.argmax()]
        exact = logits.reshape(shape).double().numpy()
        *_, last = refine(partial(_picked, exact), *shape, SHARE)
        maps = (places.spread((one - exact.min()) / np.ptp(exact)) for one in (exact, last.scores))
        found.append(structural_similarity(*maps))
    return min(found)


def _picked(scores: NDArray[np.float64], at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the scores at positions (n, 2)."""
    picked: NDArray[np.float64] = scores[tuple(at.T)]
    return picked


def peak(name: str, way: str) -> float:
    """Return the peak resident memory of a process that does one thing (Linux), in MB."""
    done = subprocess.run(
        [sys.executable, __file__, name, way], stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def alone(name: str, way: str) -> None:
    """Do one thing and print the peak of this process."""
    work = Work(CASES[name])
    if way == "boxes":
        work.boxes()
    else:
        work.loop(8)
    lines = Path("/proc/self/status").read_text().splitlines()
    (high,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    print(int(high) / 1000)


def main() -> None:
    """Measure."""
    torch.set_num_threads(THREADS)
    if len(sys.argv) > 2:
        alone(sys.argv[1], sys.argv[2])
        return
    figures = [figure for name in CASES for figure in speed(name)]
    name = f"pictures, stride 2: likeness (SSIM) of {SHARE:.0%} of the boxes"
    figures.append(common.figure(name, likeness(), "", "at least 0.9"))
    for name in ("VGG-16", "ResNet-18"):
        ratio = peak(name, "boxes") / peak(name, "loop")
        figures.append(common.figure(f"{name}: peak memory, boxes / loop", ratio, "x", "at most 2"))
    common.report(figures)


if __name__ == "__main__":
    main()
