"""How every operation is declared and documented, over the whole catalogue."""

import ast
import inspect
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from visionlab.core.operation import Operation
from visionlab.core.result import Result
from visionlab.operations import catalogue

OPERATIONS = list(catalogue().operations.values())
every_operation = pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.id)


def test_the_catalogue_loads_without_errors() -> None:
    assert catalogue().errors == ()
    assert OPERATIONS


def _module(op: Operation) -> ModuleType:
    return sys.modules[op.function.__module__]


@every_operation
def test_one_file_of_moderate_size_bears_the_operations_name(op: Operation) -> None:
    module = _module(op)
    assert module.__name__.rsplit(".", 1)[1] == op.id
    assert [m.id for m in vars(module).values() if isinstance(m, Operation)] == [op.id]
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            doc = node.body[0] if ast.get_docstring(node) else None
            doc_lines = doc.end_lineno - doc.lineno + 1 if doc else 0
            assert node.end_lineno - node.lineno + 1 - doc_lines < 60, node.name


@every_operation
def test_documented_for_readers(op: Operation) -> None:
    first, _, rest = op.doc.partition("\n")
    assert op.summary == first.strip(), "the summary is one line"
    assert op.summary.endswith(".")
    assert rest.startswith("\n")
    assert re.search(r"^(References|See Also)\n-+\n\S", op.doc, re.M) or "See " in op.doc
    assert re.search(r"^Returns\n-+\n", op.doc, re.M)
    assert op.title
    assert op.group
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", op.doc, re.M | re.S)
    named = re.findall(r"^(\w+) : ", section[1], re.M) if section else []
    assert named == [param.name for param in op.params]
    assert all(param.doc.endswith(".") for param in op.params)


@every_operation
def test_declared_as_other_operations_are(op: Operation) -> None:
    signature = inspect.signature(op.function)
    assert all(p.kind is p.KEYWORD_ONLY for p in list(signature.parameters.values())[1:])
    assert signature.return_annotation is Result
    params = {param.name: param for param in op.params}
    labels = [param.label for param in op.params]
    assert len(set(labels)) == len(labels)
    for param in op.params:
        assert param.label[0].isupper() or not param.label[0].isalpha()
        if param.when:
            other = params[param.when.name]
            assert all(other.check(value) == value for value in param.when.values)


def test_titles_are_unique_and_each_folder_is_one_group() -> None:
    titles = [op.title for op in OPERATIONS]
    assert len(set(titles)) == len(titles)
    groups: dict[str, set[str]] = {}
    for op in OPERATIONS:
        groups.setdefault(_module(op).__package__, set()).add(op.group)
    assert all(len(names) == 1 for names in groups.values())
    assert len({next(iter(names)) for names in groups.values()}) == len(groups)
