"""Recipes read back as they were written, and refuse all else in one sentence."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visionlab.core import recipe
from visionlab.core.errors import RecipeError
from visionlab.core.params import (
    BoolKind,
    ChoiceKind,
    ColourRangeKind,
    FloatKind,
    IntervalKind,
    IntKind,
    MatrixKind,
    Param,
)
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue

OPERATIONS = list(catalogue().operations.values())


def legal_value(param: Param) -> st.SearchStrategy[Any]:
    match param.kind:
        case IntKind(r):
            return st.integers(0, int((r.max - r.min) // r.step)).map(
                lambda n: int(r.min + n * r.step)
            )
        case FloatKind(r):
            return st.floats(r.min, r.max)
        case BoolKind():
            return st.booleans()
        case ChoiceKind(choices):
            return st.sampled_from(choices)
        case IntervalKind(r):
            return st.tuples(*[st.floats(r.min, r.max)] * 2).map(lambda v: tuple(sorted(v)))
        case ColourRangeKind(channels):
            return st.tuples(*[st.tuples(*[st.floats(0, channels.max)] * 3)] * 2)
        case MatrixKind(cells):
            cell = st.sampled_from(cells.values)
            sides = st.sampled_from(range(1, cells.max_side + 1, 2))
            return st.tuples(sides, sides).flatmap(
                lambda s: st.tuples(*[st.tuples(*[cell] * s[1])] * s[0])
            )


@st.composite
def pipelines(draw) -> Pipeline:
    """Any pipeline of real operations with legal values."""
    steps = []
    for op in draw(st.lists(st.sampled_from(OPERATIONS), max_size=5)):
        values = {param.name: draw(legal_value(param)) for param in op.params}
        steps.append(Step(op.id, op.check_params(values), draw(st.booleans())))
    return Pipeline(tuple(steps))


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(pipeline=pipelines())
def test_what_is_written_reads_back_equal(pipeline):
    text = recipe.dumps(pipeline)
    again = recipe.loads(text, catalogue())
    assert again == pipeline
    assert recipe.dumps(again) == text


def test_the_format_is_the_documented_one():
    step = Step.of(catalogue()["canny"], thresholds=(10, 20.5))
    assert json.loads(recipe.dumps(Pipeline((step,)))) == {
        "visionlab": 1,
        "steps": [
            {
                "op": "canny",
                "params": {"thresholds": [10, 20.5], "ksize": 3, "l2_gradient": False},
                "enabled": True,
            }
        ],
    }


def test_what_is_left_out_has_its_default():
    (step,) = recipe.loads('{"visionlab": 1, "steps": [{"op": "canny"}]}', catalogue()).steps
    assert step == Step.of(catalogue()["canny"])
    assert recipe.loads('{"steps": [], "visionlab": 1}', catalogue()) == Pipeline()


def with_step(step: str) -> str:
    return '{"visionlab": 1, "steps": [' + step + "]}"


def with_params(params: str) -> str:
    return with_step('{"op": "canny", "params": {' + params + "}}")


NOT_JSON = "A recipe must be a JSON file; this one is not: "
STEP = "Step 1 (canny): "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A recipe must be a JSON file; this one is empty."),
        (" \n", "A recipe must be a JSON file; this one is empty."),
        ("hello", NOT_JSON + "Expecting value: line 1 column 1 (char 0)."),
        (
            '{"visionlab": 1, "steps": [',
            NOT_JSON + "Expecting value: line 1 column 28 (char 27).",
        ),
        (
            '{"visionlab": 1, "steps": []} tail',
            NOT_JSON + "Extra data: line 1 column 31 (char 30).",
        ),
        (
            '{"visionlab": 1, "visionlab": 1, "steps": []}',
            NOT_JSON + 'the key "visionlab" stands twice.',
        ),
        (
            with_params('"ksize": 3, "ksize": 5'),
            NOT_JSON + 'the key "ksize" stands twice.',
        ),
        (
            with_params('"thresholds": [NaN, 3]'),
            "Step 1 (canny): Thresholds must be a finite number; it was nan.",
        ),
        (
            with_params('"thresholds": [-Infinity, 3]'),
            "Step 1 (canny): Thresholds must be a finite number; it was -inf.",
        ),
        ("[]", "The recipe must be a JSON object; it was []."),
        ("null", "The recipe must be a JSON object; it was null."),
        ('"recipe"', 'The recipe must be a JSON object; it was "recipe".'),
        ("{}", 'The recipe lacks the key "visionlab".'),
        ('{"visionlab": 1}', 'The recipe lacks the key "steps".'),
        (
            '{"visionlab": 1, "steps": [], "author": "me"}',
            'The recipe has an unknown key "author".',
        ),
        (
            '{"visionlab": 1, "steps": [], "two\\nlines": 1}',
            'The recipe has an unknown key "two\\nlines".',
        ),
        ('{"visionlab": 0, "steps": []}', 'The recipe\'s "visionlab" must be 1; it was 0.'),
        ('{"visionlab": true, "steps": []}', 'The recipe\'s "visionlab" must be 1; it was true.'),
        ('{"visionlab": "1", "steps": []}', 'The recipe\'s "visionlab" must be 1; it was "1".'),
        ('{"visionlab": 1.0, "steps": []}', 'The recipe\'s "visionlab" must be 1; it was 1.0.'),
        (
            '{"visionlab": 2, "steps": []}',
            "This recipe is of version 2, made by a newer VisionLab; "
            "this one reads version 1: please update.",
        ),
        ('{"visionlab": 1, "steps": {}}', 'The recipe\'s "steps" must be a list.'),
        (with_step("3"), "Step 1 must be a JSON object; it was 3."),
        (with_step("{}"), 'Step 1 lacks the key "op".'),
        (
            with_step('{"op": "canny", "parms": {}}'),
            'Step 1 has an unknown key "parms".',
        ),
        (
            with_step('{"op": "canny"}, {"op": "cany"}'),
            'Step 2: there is no operation "cany"; `visionlab ops` lists them.',
        ),
        (
            with_step('{"op": ["canny"]}'),
            "Step 1: there is no operation ['canny']; `visionlab ops` lists them.",
        ),
        (
            with_step('{"op": "canny", "enabled": 1}'),
            STEP + '"enabled" must be true or false; it was 1.',
        ),
        (
            with_step('{"op": "canny", "params": []}'),
            STEP + '"params" must be an object; it was [].',
        ),
        (
            with_params('"kernel": 3'),
            STEP + 'Canny edges has no parameter "kernel"; it has ksize, l2_gradient, thresholds.',
        ),
        (
            with_params('"ksize": "3"'),
            STEP + 'Sobel kernel size must be a number; it was "3".',
        ),
        (
            with_params('"ksize": true'),
            STEP + "Sobel kernel size must be a number; it was true.",
        ),
        (
            with_params('"ksize": null'),
            STEP + "Sobel kernel size must be a number; it was null.",
        ),
        (
            with_params('"ksize": 4'),
            STEP + "Sobel kernel size must be one of 3, 5, 7; it was 4.",
        ),
        (
            with_params('"ksize": 9'),
            STEP + "Sobel kernel size must be from 3 to 7; it was 9.",
        ),
        (
            with_params('"thresholds": [0, 1e400]'),
            STEP + "Thresholds must be a finite number; it was inf.",
        ),
        (
            with_params('"thresholds": [0, 1001]'),
            STEP + "Thresholds must be from 0 to 1000; it was 1001.",
        ),
    ],
)
def test_refusals(text, sentence):
    with pytest.raises(RecipeError) as caught:
        recipe.loads(text, catalogue())
    assert str(caught.value) == sentence


@pytest.mark.parametrize("digits", [400, 4_000, 400_000])
def test_an_integer_of_many_digits(digits):
    with pytest.raises(RecipeError, match=r"^[^\n]{20,250}\.$"):
        recipe.loads(with_params(f'"ksize": {"9" * digits}'), catalogue())


@pytest.mark.parametrize("depth", [50, 500, 900, 950, 980, 990, 1000, 100_000])
@pytest.mark.parametrize("wrap", [str, with_step, lambda v: with_params('"ksize": ' + v)])
def test_deep_nesting(depth, wrap):
    with pytest.raises(RecipeError, match=r"^[^\n]{20,250}\.$"):
        recipe.loads(wrap("[" * depth + "]" * depth), catalogue())


def test_too_long_a_text():
    with pytest.raises(RecipeError, match=r"^A recipe may have up to 1 MB; this file is larger\.$"):
        recipe.loads(" " * (recipe.MAX_BYTES + 1), catalogue())


# Files


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "marked.json"
    path.write_text(with_step('{"op": "canny"}'), encoding="utf-8-sig")
    assert len(recipe.load(path, catalogue())) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it.json: A recipe must be a JSON file; this one is empty."),
        (b"\x89PNG\r\n\x1a\n\xff", "it.json: A recipe must be a JSON file; this is no text."),
        (b" " * 1_000_001, "it.json: A recipe may have up to 1 MB; this file is larger."),
        (b"\xc3\xbc" * 600_000, "it.json: A recipe may have up to 1 MB; this file is larger."),
        (b'{"visionlab": 1}', 'it.json: The recipe lacks the key "steps".'),
    ],
)
def test_bad_files_are_named(tmp_path, data, sentence):
    path = tmp_path / "it.json"
    path.write_bytes(data)
    with pytest.raises(RecipeError) as caught:
        recipe.load(path, catalogue())
    assert str(caught.value) == sentence


def test_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(RecipeError) as caught:
            recipe.load(path, catalogue())
        assert str(caught.value).startswith(f"The recipe {path} cannot be read: ")
