"""Reading operations from their signatures, and finding them in packages."""

import importlib
import subprocess
import sys
import textwrap
from typing import Annotated, Literal

import numpy as np
import pytest

from visionlab.core.errors import ParamError
from visionlab.core.image import Colour8, Grey8, Image, Image8, Need
from visionlab.core.operation import Catalogue, discover, operation
from visionlab.core.params import IntKind, Range, When
from visionlab.core.result import Result


@operation("Add a value", group="Tests", opencv="cv2.add")
def add(
    image: Grey8,
    *,
    amount: Annotated[int, Range(0, 9, unit="levels"), "How much"] = 1,
    mode: Literal["wrap", "clip"] = "wrap",
    limit: Annotated[float, Range(0, 1), When("mode", "clip")] = 0.5,
) -> Result:
    """Add a value to each pixel,
    on two lines.

    More text.

    Parameters
    ----------
    amount : int
        What is added,
        on two lines too.
    mode : choice
        What happens at the ends.
    limit : float
        The largest.

    See Also
    --------
    numpy.add : not a parameter.

    Returns
    -------
    Result
        The sum.
    """
    return Result(image + np.uint8(amount))


def test_the_signature_and_docstring_are_the_declaration():
    assert (add.id, add.title, add.group, add.opencv) == ("add", "Add a value", "Tests", "cv2.add")
    assert add.needs == (Need.GREY, Need.UINT8)
    assert add.summary == "Add a value to each pixel, on two lines."
    assert add.doc.startswith("Add a value")
    assert [p.name for p in add.params] == ["amount", "mode", "limit"]
    amount, mode, limit = add.params
    assert amount.kind == IntKind(Range(0, 9, unit="levels"))
    assert (amount.label, amount.default, amount.doc) == (
        "How much",
        1,
        "What is added, on two lines too.",
    )
    assert mode.doc == "What happens at the ends."
    assert limit.doc == "The largest."
    assert limit.when == When("mode", "clip")


def test_calling_an_operation_calls_its_function():
    result = add(np.array([[1, 2]], np.uint8), amount=5)
    assert result.picture.tolist() == [[6, 7]]


@pytest.mark.parametrize(
    ("annotation", "needs"),
    [
        (Image, ()),
        (Image8, (Need.UINT8,)),
        (Colour8, (Need.COLOUR, Need.UINT8)),
    ],
)
def test_needs_come_from_the_pictures_annotation(annotation, needs):
    def function(image, *, on: bool = True):
        """Summary."""

    function.__annotations__["image"] = annotation
    read = operation("T", group="G")(function)
    assert read.needs == needs
    assert [p.name for p in read.params] == ["on"]


def test_an_undocumented_operation_is_read_too():
    def bare(image: Image) -> Result:
        return Result(image)

    read = operation("T", group="G")(bare)
    assert (read.summary, read.doc, read.params, read.mends) == ("", "", (), {})


def test_a_wrong_declaration_is_the_programmers_error():
    def wrong(image: Image, *, words: str = "a") -> Result:
        return Result(image)

    with pytest.raises(TypeError, match="'words'"):
        operation("T", group="G")(wrong)


def test_check_params_fills_in_defaults_and_refuses_the_rest():
    full = add.check_params({"amount": 3.0})
    assert full == {"amount": 3, "mode": "wrap", "limit": 0.5}
    assert list(full) == ["amount", "mode", "limit"]
    with pytest.raises(ParamError) as caught:
        add.check_params({"amont": 3})
    assert str(caught.value) == (
        'Add a value has no parameter "amont"; it has amount, limit, mode.'
    )
    with pytest.raises(ParamError, match=r"^How much must be from 0 to 9; it was 10\.$"):
        add.check_params({"amount": 10})


def operation_source(name, title="A title", mends=""):
    return f"""
        from visionlab.core.image import Image, Need
        from visionlab.core.operation import operation
        from visionlab.core.result import Result

        @operation("{title}", group="Group", {mends})
        def {name}(image: Image) -> Result:
            '''Summary.'''
            return Result(image)
        """


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that writes files into a package, and discovers it."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"operations_of_{tmp_path.name}".replace("-", "_")
    folder = tmp_path / name

    def build(files):
        for path, text in {"__init__.py": "", **files}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        importlib.invalidate_caches()
        return discover(importlib.import_module(name))

    yield build
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[module]


def test_discovery_orders_groups_by_their_order_and_operations_by_title(package):
    found = package(
        {
            "late/__init__.py": "ORDER = 20",
            "late/one.py": operation_source("one", "B"),
            "late/two.py": operation_source("two", "A"),
            "early/__init__.py": "ORDER = 10",
            "early/three.py": operation_source("three", "C"),
            "plain/__init__.py": "",
            "plain/four.py": operation_source("four", "A"),
        }
    )
    assert list(found.operations) == ["three", "two", "one", "four"]
    assert found.errors == ()
    assert "one" in found
    assert "five" not in found
    assert found["one"].title == "B"
    assert [op.id for op in found.groups()["Group"]] == ["three", "two", "one", "four"]


def test_an_imported_operation_is_found_once_where_it_lives(package):
    found = package(
        {
            "group/__init__.py": "",
            "group/a.py": "from .b import first",
            "group/b.py": operation_source("first"),
        }
    )
    assert list(found.operations) == ["first"]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named"),
        ("def (", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        (operation_source("f").replace("image: Image", "image: Image, *, n: int = 1"), "'n'"),
    ],
)
def test_a_broken_module_is_reported_and_harms_no_other(package, text, reason):
    found = package(
        {
            "group/__init__.py": "",
            "group/broken.py": text,
            "group/sound.py": operation_source("sound"),
        }
    )
    assert list(found.operations) == ["sound"]
    (error,) = found.errors
    assert ".group.broken: " in error
    assert reason in error


def test_a_broken_group_is_reported_and_harms_no_other(package):
    found = package(
        {
            "bad/__init__.py": "raise RuntimeError('no')",
            "bad/one.py": operation_source("one"),
            "good/__init__.py": "",
            "good/two.py": operation_source("two"),
        }
    )
    assert list(found.operations) == ["two"]
    assert len(found.errors) == 1
    assert found.errors[0].endswith(".bad: RuntimeError: no")


def test_an_id_that_is_taken_is_reported(package):
    found = package(
        {
            "group/__init__.py": "",
            "group/a.py": operation_source("same", "First"),
            "group/b.py": operation_source("same", "Second"),
        }
    )
    assert [op.title for op in found.operations.values()] == ["First"]
    (error,) = found.errors
    assert ".group.b: the id 'same' is taken by " in error


def test_mend_finds_the_operation_that_establishes_a_need(package):
    found = package(
        {
            "group/__init__.py": "",
            "group/a.py": operation_source("other"),
            "group/b.py": operation_source("mender", "Z", "mends={Need.GREY: {'to': 'grey'}}"),
        }
    )
    assert found.mend(Need.GREY) == (found["mender"], {"to": "grey"})
    assert found.mend(Need.UINT8) is None
    assert Catalogue({}).mend(Need.GREY) is None


def test_core_and_operations_load_neither_qt_nor_torch_nor_scikit_learn():
    script = """
        import sys
        import visionlab.core.assets, visionlab.core.display, visionlab.core.recipe
        core = set(sys.modules)
        assert not {m for m in core if m.split(".")[0] == "cv2"}, "core needs no OpenCV"
        from visionlab.operations import catalogue
        assert catalogue().operations and not catalogue().errors
        heavy = ("PySide6", "shiboken6", "pyqtgraph", "torch", "sklearn", "skimage", "scipy")
        print(sorted(m for m in sys.modules if m.split(".")[0] in heavy))
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
