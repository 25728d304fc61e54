"""The page about explanations is whole: its methods, its table, its picture."""

import re

import numpy as np
import pytest
from PIL import Image as Pillow
from test_readme import ROOT, load

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.prediction import Prediction

PAGE = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scores():
    return load(ROOT / "scripts" / "explain_scores.py")


@pytest.fixture(scope="module")
def recorded(scores):
    """The part of the page that the script writes."""
    return PAGE.split(scores.BEGIN)[1].split(scores.END)[0]


def make_case(scores, gains, random, centre, best_random):
    maps = {name: Heatmap(np.eye(8), "A map.") for name in gains}
    rows = tuple(scores.Score(name, gain, 0.0, gain) for name, gain in gains.items())
    nothing = [scores.Score(name, g, 0.0, g) for name, g in (("Random", random), ("Mid", centre))]
    seen = np.zeros((8, 8, 3), np.uint8)
    return scores.Case("A cup", "espresso", 2, 0.5, seen, maps, rows, *nothing, best_random)


def test_every_method_is_explained_by_title_and_id():
    told = re.findall(r"^\*\*(.+?)\*\* \(`(\w+)`\)\.", PAGE, re.M)
    assert sorted(told) == sorted((one.title, one.id) for one in catalogue())


def test_every_method_is_in_every_recorded_table(recorded):
    tables = recorded.split("### ")[1:]
    assert len(tables) >= 2
    for table in tables:
        names = re.findall(r"^\| ([^|]+) \| [\d.-]+ \|", table, re.M)
        assert names == [one.title for one in catalogue()] + ["Random maps", "Spot in the middle"]
    assert any(cat in recorded for cat in ("tabby", "Egyptian cat", "Persian cat"))
    assert "at most" not in recorded.split("random maps")[0]  # with the methods' own settings


def test_the_picture_exists_and_is_small():
    path = ROOT / "docs" / "explain-methods.png"
    assert path.stat().st_size < 600_000
    with Pillow.open(path) as picture:
        assert picture.width >= 600


def test_the_table_says_what_fails(scores):
    gains = {"Good": 0.9, "Central": 0.4, "Noise": 0.2}
    case = make_case(scores, gains, random=0.1, centre=0.5, best_random=0.3)
    remarks = [case.remark(score) for score in case.scores]
    assert remarks == [
        "better than both", "**no better than the centre**", "**no better than a random map**",
    ]  # fmt: skip
    table = scores._table(case)
    assert "| Good | 0.900 | 0.000 | 0.900 | better than both |" in table
    assert scores._failures(case) == (
        "Best: Good. No better than the best of the random maps: Noise. "
        "No better than a spot in the middle: Central."
    )
    assert scores._heading(case) == "### A cup: espresso (50 %, answer number 2)"


def test_the_cat_is_explained_for_the_first_answer_and_for_the_first_cat(scores):
    labels = ("dog", "Persian cat", "tabby", "Egyptian cat")
    probabilities = np.array([0.5, 0.1, 0.3, 0.1], np.float32)
    nothing = np.zeros((1, 2, 2), np.float32)
    found = Prediction("x", labels, probabilities, probabilities, nothing, nothing, (0,) * 4, 0, 0)
    assert scores.targets(found, "Chelsea the cat") == [0, 2]
    assert scores.targets(found, "A cup of coffee") == [0]
    surer = np.array([0.1, 0.6, 0.2, 0.1], np.float32)
    found = Prediction("x", labels, surer, surer, nothing, nothing, (0,) * 4, 0, 0)
    assert scores.targets(found, "Chelsea the cat") == [1]


def test_only_the_part_between_the_marks_is_written(scores):
    text = f"before\n{scores.BEGIN}\nold\n{scores.END}\nafter\n"
    assert scores.with_scores(text, "new") == (
        f"before\n{scores.BEGIN}\n\nnew\n\n{scores.END}\nafter\n"
    )


def test_the_picture_names_every_method(scores, qapp):
    case = make_case(scores, {"One": 1, "Two": 2}, 0, 0, 0)
    sheet = scores.draw([case, case])
    assert sheet.shape[1] == scores.COLUMNS * (scores.TILE + scores.GAP) + scores.GAP
    half = sheet.shape[0] // 2
    assert (sheet[:half] < 128).any()
    assert (sheet[half:] < 128).any()
