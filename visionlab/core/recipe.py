"""Pipeline <-> JSON.

``{"visionlab": 1, "steps": [{"op": "canny", "params": {"ksize": 3}, "enabled": true}]}``

Reading is strict: an unknown key, operation or parameter, a value of the wrong type or out of
range, NaN, and a newer version are each refused with a sentence that names it.
"""

import json
from pathlib import Path
from typing import Any

from visionlab.core.errors import ParamError, RecipeError
from visionlab.core.operation import Catalogue
from visionlab.core.params import shown
from visionlab.core.pipeline import Pipeline, Step

VERSION = 1
MAX_BYTES = 1_000_000

_TOO_LARGE = "A recipe may have up to 1 MB; this file is larger."


def dumps(pipeline: Pipeline) -> str:
    """Return the recipe of `pipeline` as indented JSON."""
    steps = [
        {"op": step.op, "params": dict(step.params), "enabled": step.enabled}
        for step in pipeline.steps
    ]
    return json.dumps({"visionlab": VERSION, "steps": steps}, indent=2, allow_nan=False) + "\n"


def load(path: Path, catalogue: Catalogue) -> Pipeline:
    """Read a recipe file.

    Raises
    ------
    RecipeError
        One sentence that names the file: what was expected, what came.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error.strerror}.") from None
    try:
        if len(data) > MAX_BYTES:
            raise RecipeError(_TOO_LARGE)
        return loads(data.decode("utf-8-sig"), catalogue)
    except UnicodeDecodeError:
        raise RecipeError(f"{path.name}: A recipe must be a JSON file; this is no text.") from None
    except RecipeError as error:
        raise RecipeError(f"{path.name}: {error}") from None


def loads(text: str, catalogue: Catalogue) -> Pipeline:
    """Read a recipe.

    Raises
    ------
    RecipeError
        One sentence: what was expected, what came.
    """
    if len(text) > MAX_BYTES:
        raise RecipeError(_TOO_LARGE)
    if not text.strip():
        raise RecipeError("A recipe must be a JSON file; this one is empty.")
    try:
        data = json.loads(text, object_pairs_hook=_unique)
    except ValueError as error:
        raise RecipeError(f"A recipe must be a JSON file; this one is not: {error}.") from None
    except RecursionError:
        raise RecipeError("A recipe has few levels; this file is nested too deeply.") from None
    recipe = _object(data, "The recipe", required=("visionlab", "steps"))
    version = recipe["visionlab"]
    if type(version) is not int or version < 1:
        raise RecipeError(f'The recipe\'s "visionlab" must be {VERSION}; it was {shown(version)}.')
    if version > VERSION:
        raise RecipeError(
            f"This recipe is of version {shown(version)}, made by a newer VisionLab; "
            f"this one reads version {VERSION}: please update."
        )
    if not isinstance(recipe["steps"], list):
        raise RecipeError('The recipe\'s "steps" must be a list.')
    return Pipeline(tuple(_step(raw, i, catalogue) for i, raw in enumerate(recipe["steps"], 1)))


def _step(raw: Any, number: int, catalogue: Catalogue) -> Step:
    where = f"Step {number}"
    step = _object(raw, where, required=("op",), optional=("params", "enabled"))
    op, params, enabled = step["op"], step.get("params", {}), step.get("enabled", True)
    if not isinstance(op, str) or op not in catalogue:
        raise RecipeError(
            f"{where}: there is no operation {shown(op)}; `visionlab ops` lists them."
        )
    if not isinstance(enabled, bool):
        raise RecipeError(
            f'{where} ({op}): "enabled" must be true or false; it was {shown(enabled)}.'
        )
    if not isinstance(params, dict):
        raise RecipeError(f'{where} ({op}): "params" must be an object; it was {shown(params)}.')
    try:
        return Step(op, catalogue[op].check_params(params), enabled)
    except ParamError as error:
        raise RecipeError(f"{where} ({op}): {error}") from None


def _object(
    raw: Any, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise RecipeError(f"{where} must be a JSON object; it was {shown(raw)}.")
    for key in required:
        if key not in raw:
            raise RecipeError(f'{where} lacks the key "{key}".')
    for key in raw:
        if key not in required + optional:
            raise RecipeError(f"{where} has an unknown key {shown(key)}.")
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {shown(key)} stands twice")
        result[key] = value
    return result
