"""README is true: its table, its example and its pictures."""

import importlib.util
import re
from pathlib import Path

import numpy as np

from visionlab.core.image import Frame, as_image
from visionlab.core.operation import Catalogue, Operation
from visionlab.core.pipeline import Pipeline, Runner, Step

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_operations_is_up_to_date():
    readme = load(ROOT / "scripts" / "readme.py")
    assert readme.with_table(TEXT) == TEXT


def test_the_example_operation_works(tmp_path):
    example = tmp_path / "threshold_gradient.py"
    example.write_text(re.search(r"```python\n(.*?)```", TEXT, re.S)[1])
    op = next(v for v in vars(load(example)).values() if isinstance(v, Operation))
    step_edge = np.zeros((5, 8), np.uint8)
    step_edge[:, 4:] = 100  # the Sobel gradient beside the step is 4 * 100
    run = Runner(Catalogue({op.id: op})).run(
        Frame(as_image(step_edge)), Pipeline((Step.of(op, limit=399),))
    )
    assert run.error is None
    assert np.array_equal(run.picture == 255, np.isin(np.arange(8), (3, 4))[None].repeat(5, 0))


def test_pictures_exist_and_are_linked_by_relative_paths():
    links = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert links
    for link in links:
        assert (ROOT / link).is_file(), link
