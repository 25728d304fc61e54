"""Measure the picture model on photographs, and write what it says into docs/models.md.

The photographs ship with scikit-image. Three show something that is one of the model's classes: on
windows cut from these, at several places and sizes, ways to prepare a photograph are compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from visionlab.core.image import Image, as_image
from visionlab.deep.model import Classifier
from visionlab.deep.prediction import Ranked, ranked
from visionlab.deep.zoo import load
from visionlab.sources.gallery import open_sample

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models.md"
BEGIN = "<!-- photographs: made by `python scripts/photographs.py` -->"
END = "<!-- end of photographs -->"

CATS = ("tabby", "Egyptian cat", "Persian cat")
KNOWN = {"coffee": ("espresso",), "chelsea": CATS, "rocket": ("projectile",)}
UNKNOWN = {
    "camera": "the man with a camera is no class",
    "astronaut": "people are no class",
    "hubble": "stars are no class",
    "text": "writing is no class",
    "horse": "horses are no class",
    "clock": "clocks are no class",
    "brick": "walls are no class",
    "grass": "lawns are no class",
}

PLACES = ("first", "second", "third", "fourth", "fifth")

Probabilities: TypeAlias = NDArray[np.float32]
Answer: TypeAlias = Callable[[Image], Probabilities]


def photograph(name: str) -> tuple[str, Image]:
    """Return a sample's title and picture."""
    source = open_sample(name)
    frame = source.read()
    assert frame is not None
    return source.title, frame.image


def windows(picture: Image) -> Iterator[Image]:
    """Yield 27 parts of a picture: three sizes at nine places each."""
    height, width = picture.shape[:2]
    for part in (1.0, 0.9, 0.8):
        h, w = round(height * part), round(width * part)
        for down in (0, 0.5, 1):
            for across in (0, 0.5, 1):
                top, left = round((height - h) * down), round((width - w) * across)
                yield as_image(picture[top : top + h, left : left + w])


def ways(classifier: Classifier) -> dict[str, Answer]:
    """Return the ways to prepare a photograph, as functions to probabilities."""
    larger = classifier.card.preprocess
    wide = replace(classifier.card, preprocess=replace(larger, resize=larger.size * 5 // 4))
    cut = Classifier(wide, classifier.net)

    def squares(picture: Image) -> Probabilities:
        height, width = picture.shape[:2]
        side = min(height, width)
        corners = [(round((height - side) * t), round((width - side) * t)) for t in (0, 0.5, 1)]
        parts = [as_image(picture[y : y + side, x : x + side]) for y, x in corners]
        total = sum(classifier.predict(part).probabilities for part in parts)
        return np.asarray(total / len(parts), np.float32)

    return {
        "the middle square, to 64 pixels": lambda p: classifier.predict(p).probabilities,
        "to 80 pixels, the middle 64 of them": lambda p: cut.predict(p).probabilities,
        "stretched to a square": lambda p: classifier.predict(p, fit="stretch").probabilities,
        "padded to a square": lambda p: classifier.predict(p, fit="pad").probabilities,
        "three squares, averaged": squares,
    }


def answers_table(classifier: Classifier) -> list[str]:
    """Return what the model says of each photograph, as Markdown."""
    lines = ["| photograph | answers | |", "|---|---|---|"]
    for name in (*KNOWN, *UNKNOWN):
        title, picture = photograph(name)
        top = classifier.predict(picture).top(5)
        said = ", ".join(f"{one.label} {one.probability:.0%}" for one in top[:3])
        lines.append(f"| {title} | {said.replace('%', ' %')} | {_verdict(name, top)} |")
    return lines


def _verdict(name: str, top: tuple[Ranked, ...]) -> str:
    if name in UNKNOWN:
        return UNKNOWN[name]
    place = next((i for i, one in enumerate(top) if one.label in KNOWN[name]), None)
    if place is None:
        return f"wrong: {KNOWN[name][0]} is not among the first five"
    return "right" if place == 0 else f"wrong: {top[place].label} comes {PLACES[place]}"


def ways_table(classifier: Classifier) -> list[str]:
    """Return how likely each way makes the right classes of the known photographs."""
    titles = [photograph(name)[0] for name in KNOWN]
    lines = [
        f"| prepared | {' | '.join(titles)} | right class first |",
        "|---|" + "---|" * (len(KNOWN) + 1),
    ]
    for way, answer in ways(classifier).items():
        cells, first, count = [], 0, 0
        for name, right in KNOWN.items():
            chances = []
            for part in windows(photograph(name)[1]):
                probabilities = answer(part)
                labels = classifier.card.labels
                chances.append(sum(float(probabilities[labels.index(one)]) for one in right))
                first += ranked(probabilities, labels, 1)[0].label in right
                count += 1
            cells.append(f"{np.mean(chances):.0%}".replace("%", " %"))
        lines.append(f"| {way} | {' | '.join(cells)} | {first} of {count} |")
    return lines


def main() -> None:
    """Measure, and write the page."""
    classifier = load("pictures")
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    tables = [
        *answers_table(classifier),
        "",
        "Ways to prepare a photograph, on 27 windows of each of those that show a known class: the",
        "mean probability of the right classes, and how often one of them comes first.",
        "",
        *ways_table(classifier),
    ]
    text = "\n".join([before + BEGIN, "", *tables, "", END + after])
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
