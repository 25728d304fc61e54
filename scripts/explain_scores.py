"""Measure every way to explain on two photographs: a table and a picture in docs/explain.md.

`python scripts/explain_scores.py` takes some minutes; `--samples 50` shows soon that it works.
The same seed gives the same figures.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from visionlab import environment  # noqa: F401 - settles OpenCV's environment first
from visionlab.core.image import Image
from visionlab.deep import zoo
from visionlab.deep.card import ModelCard
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.explainer import Explainer
from visionlab.deep.explain.faithfulness import Curves, centre_map, curves, finest, random_map
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.prediction import Prediction
from visionlab.explain_command import overlay
from visionlab.model_commands import first_frame

DOCS = Path(__file__).resolve().parents[1] / "docs"
BEGIN = "<!-- scores: made by `python scripts/explain_scores.py` -->"
END = "<!-- end of scores -->"
PICTURE = "explain-methods.png"

CATS = ("Egyptian cat", "tabby", "Persian cat")
PHOTOGRAPHS = {"Chelsea the cat": "sample:chelsea", "A cup of coffee": "sample:coffee"}
DRAWS = 10
"""Random maps."""

SAMPLED = ("samples", "masks", "steps", "most")
"""Parameters that say how much work a method does."""

TILE, COLUMNS, GAP, LINE = 132, 5, 8, 22
"""Of the picture, in pixels; LINE is the height of a line of text."""


@dataclass(frozen=True)
class Score:
    """Areas below a map's curves."""

    name: str
    insertion: float
    deletion: float
    gain: float

    @classmethod
    def of(cls, name: str, found: Sequence[Curves]) -> "Score":
        """Return the mean over one or several maps."""
        areas = [(one.insertion_area, one.deletion_area, one.gain) for one in found]
        return cls(name, *(float(mean) for mean in np.mean(areas, axis=0)))


@dataclass(frozen=True)
class Case:
    """One class that is explained on one photograph, with every method's map and score.

    Attributes
    ----------
    title, label, place : str, str, int
        The photograph, the class, and its place among the answers, from 1.
    probability : float
    seen : Image
        What the network saw.
    maps : dict of str to Heatmap
        By the method's title.
    scores : tuple of Score
        Of the methods, in teaching order.
    random, centre : Score
        Of maps of noise, the mean, and of a spot in the middle.
    best_random : float
        The largest gain of a map of noise.
    """

    title: str
    label: str
    place: int
    probability: float
    seen: Image
    maps: dict[str, Heatmap]
    scores: tuple[Score, ...]
    random: Score
    centre: Score
    best_random: float

    def remark(self, score: Score) -> str:
        """Return whether a method finds what matters, in words."""
        if score.gain <= self.best_random:
            return "**no better than a random map**"
        if score.gain <= self.centre.gain:
            return "**no better than the centre**"
        return "better than both"


def targets(prediction: Prediction, title: str) -> list[int]:
    """Return the most probable class, and for the cat also the most probable cat."""
    found = [prediction.top(1)[0].index]
    if title == "Chelsea the cat":
        cats = [prediction.labels.index(name) for name in CATS]
        best = max(cats, key=lambda index: float(prediction.probabilities[index]))
        found += [best] if best not in found else []
    return found


def settings(explainer: Explainer, samples: int | None) -> dict[str, Any]:
    """Return the method's settings: its defaults, with at most so many samples."""
    if samples is None:
        return {}
    return {
        param.name: min(param.default, samples)
        for param in explainer.params
        if param.name in SAMPLED
    }


def measure(
    subject: Subject, prediction: Prediction, title: str, index: int, samples: int | None
) -> Case:
    """Explain one class by every method, and score the maps."""
    target = Target(index)

    def scored(values: np.ndarray) -> Curves:
        return curves(subject, target, values)

    maps, scores = {}, []
    for explainer in catalogue():
        heatmap = finest(explainer(subject, target, **settings(explainer, samples)))
        maps[explainer.title] = heatmap
        scores.append(Score.of(explainer.title, [scored(heatmap.importance)]))
        print(f"{title}, {prediction.labels[index]}, {scores[-1]}", file=sys.stderr)
    noise = [scored(random_map(subject.size, seed)) for seed in range(DRAWS)]
    order = np.argsort(-prediction.probabilities, kind="stable").tolist()
    return Case(
        title, prediction.labels[index], order.index(index) + 1,
        float(prediction.probabilities[index]), prediction.seen, maps, tuple(scores),
        Score.of("Random maps", noise),
        Score.of("Spot in the middle", [scored(centre_map(subject.size))]),
        max(one.gain for one in noise),
    )  # fmt: skip


def as_markdown(cases: Sequence[Case], card: ModelCard, samples: int | None) -> str:
    """Return the tables, with what fails in words."""
    how = "the methods' own settings" if samples is None else f"at most {samples} samples a method"
    measured = card.scores[0]
    parts = [
        f"Model: {card.name}, {100 * measured.top1:.1f} % top-1 on {measured.split}; {how}; random "
        f"maps: the mean over {DRAWS}.",
        f"![Every method over both photographs, with the classes explained]({PICTURE})",
    ]
    for case in cases:
        parts += [_heading(case), _table(case), _failures(case)]
    return "\n\n".join(parts)


def _heading(case: Case) -> str:
    place = "the first answer" if case.place == 1 else f"answer number {case.place}"
    return f"### {case.title}: {case.label} ({100 * case.probability:.0f} %, {place})"


def _table(case: Case) -> str:
    lines = ["| method | insertion | deletion | gain | |", "|---|---|---|---|---|"]
    rows = [(score, case.remark(score)) for score in case.scores]
    for score, remark in [*rows, (case.random, ""), (case.centre, "")]:
        lines.append(
            f"| {score.name} | {score.insertion:.3f} | {score.deletion:.3f} | {score.gain:.3f} | "
            f"{remark} |"
        )
    return "\n".join(lines)


def _failures(case: Case) -> str:
    failed = [score.name for score in case.scores if score.gain <= case.best_random]
    central = [
        score.name for score in case.scores if case.best_random < score.gain <= case.centre.gain
    ]
    best = max(case.scores, key=lambda score: score.gain)
    words = [f"Best: {best.name}."]
    words += [f"No better than the best of the random maps: {', '.join(failed)}."] * bool(failed)
    words += [f"No better than a spot in the middle: {', '.join(central)}."] * bool(central)
    if not failed and not central:
        words.append("None fails here.")
    return " ".join(words)


def with_scores(text: str, scores: str) -> str:
    """Return the page with `scores` between its two marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{scores}\n\n{END}{after}"


def draw(cases: Sequence[Case]) -> Image:
    """Return a picture of all maps of these cases, each with its method's name."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

    from visionlab.ui.qimages import to_array, to_qimage

    application = QGuiApplication.instance() or QGuiApplication([])
    rows = -(-(len(cases[0].maps) + 1) // COLUMNS)
    width = COLUMNS * (TILE + GAP) + GAP
    block = LINE + rows * (TILE + LINE)
    sheet = QImage(width, len(cases) * (block + GAP) + GAP, QImage.Format.Format_RGB888)
    sheet.fill(QColor("white"))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    font = painter.font()
    font.setPixelSize(12)
    for number, case in enumerate(cases):
        top = GAP + number * (block + GAP)
        font.setBold(True)
        painter.setFont(font)
        title = f"{case.title}: why “{case.label}”?"
        painter.drawText(QRectF(GAP, top, width, LINE), Qt.AlignmentFlag.AlignVCenter, title)
        font.setBold(False)
        painter.setFont(font)
        for place, (name, picture) in enumerate(_tiles(case)):
            row, column = divmod(place, COLUMNS)
            left, down = GAP + column * (TILE + GAP), top + LINE + row * (TILE + LINE)
            painter.drawImage(QRectF(left, down, TILE, TILE), to_qimage(picture))
            below = QRectF(left, down + TILE, TILE, LINE)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, name)
    painter.end()
    del application
    return to_array(sheet)


def _tiles(case: Case) -> Iterator[tuple[str, Image]]:
    yield "The picture", np.ascontiguousarray(case.seen)
    for name, heatmap in case.maps.items():
        yield name, np.ascontiguousarray(overlay(heatmap, case.seen))


def main() -> None:
    """Measure, then write the table and the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, help="at most so many a method, 10 or more")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of explain.md")
    chosen = parser.parse_args()
    if chosen.samples is not None and chosen.samples < 10:
        parser.error("--samples must be 10 or more")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    classifier = zoo.load("pictures")
    cases = []
    for title, spec in PHOTOGRAPHS.items():
        frame = first_frame(spec)
        prediction = classifier.predict(frame.image, frame.display)
        subject = Subject.predicted(classifier, prediction)
        cases += [
            measure(subject, prediction, title, index, chosen.samples)
            for index in targets(prediction, title)
        ]
    last = {case.title: case for case in cases}  # of the cat, the cat's class
    sheet = draw(list(last.values())) & 0xFC | 0x02  # 64 levels take half of the bytes
    Pillow.fromarray(sheet).save(chosen.out / PICTURE, optimize=True)
    page = chosen.out / "explain.md"
    scores = as_markdown(cases, classifier.card, chosen.samples)
    page.write_text(with_scores(page.read_text(encoding="utf-8"), scores), encoding="utf-8")


if __name__ == "__main__":
    main()
