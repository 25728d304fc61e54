"""The ``@operation`` decorator and the catalogue of all operations.

The decorated function's signature and docstring are the only declaration: the controls, the
validation, recipes, help and the command line all read them. There is no list to edit:
`discover` finds every operation in a package.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from visionlab.core.image import EXAMPLES, Image, Need
from visionlab.core.params import Param, check_params, read_param
from visionlab.core.result import Result


@dataclass(frozen=True, eq=False)
class Operation:
    """A pure function on a picture, with all that its signature and docstring say.

    Attributes
    ----------
    id : str
        The function's name; recipes refer to it, so it never changes.
    needs : tuple of Need
        Preconditions on the picture, from its annotation.
    mends : mapping
        The preconditions that this operation establishes, each with the parameters that do so.
    opencv : str
        The OpenCV function beside the title, such as ``cv2.Canny``; may be "".
    """

    id: str
    title: str
    group: str
    function: Callable[..., Result]
    params: tuple[Param, ...]
    needs: tuple[Need, ...]
    summary: str
    doc: str
    opencv: str = ""
    mends: Mapping[Need, Mapping[str, Any]] = field(default_factory=dict)
    _kinds: frozenset[tuple[int, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kinds = {
            (image.ndim, image.dtype.char)
            for image in EXAMPLES
            if all(need.met(image) for need in self.needs)
        }
        object.__setattr__(self, "_kinds", frozenset(kinds))

    def __call__(self, image: Image, **params: Any) -> Result:
        """Run the function itself; values are taken as they are."""
        return self.function(image, **params)

    def takes(self, image: Image) -> bool:
        """Whether `image` fulfils all of `needs`."""
        return (image.ndim, image.dtype.char) in self._kinds

    def check_params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the full set of values: `values` checked, defaults for the rest.

        Raises
        ------
        ParamError
            A name is unknown or a value does not fit.
        """
        return check_params(self.title, self.params, values)


def sections(doc: str) -> tuple[str, dict[str, str]]:
    """Split a numpydoc docstring into its summary and its parameters' texts."""
    summary = " ".join(doc.split("\n\n")[0].split())
    match = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", doc, re.M | re.S)
    texts: dict[str, str] = {}
    name = ""
    for line in match[1].splitlines() if match else ():
        if line[:1].strip():
            name = line.split(":")[0].strip()
            texts[name] = ""
        elif name:
            texts[name] = f"{texts[name]} {line.strip()}".strip()
    return summary, texts


def operation(
    title: str,
    *,
    group: str,
    opencv: str = "",
    mends: Mapping[Need, Mapping[str, Any]] | None = None,
) -> Callable[[Callable[..., Result]], Operation]:
    """Turn a function ``(image, *, ...) -> Result`` into an Operation."""

    def decorate(function: Callable[..., Result]) -> Operation:
        doc = inspect.getdoc(function) or ""
        summary, texts = sections(doc)
        hints = get_type_hints(function, include_extras=True)
        image, *others = inspect.signature(function).parameters.values()
        annotation = hints[image.name]
        notes = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
        needs = tuple(note for note in notes if isinstance(note, Need))
        params = tuple(read_param(p.name, p, hints[p.name], texts.get(p.name, "")) for p in others)
        return Operation(
            function.__name__, title, group, function, params, needs, summary, doc, opencv,
            mends or {},
        )  # fmt: skip

    return decorate


@dataclass(frozen=True)
class Catalogue:
    """Every operation by its id, in teaching order, and what could not be loaded."""

    operations: Mapping[str, Operation]
    errors: tuple[str, ...] = ()

    def __getitem__(self, op_id: str) -> Operation:
        return self.operations[op_id]

    def __contains__(self, op_id: object) -> bool:
        return op_id in self.operations

    def groups(self) -> dict[str, list[Operation]]:
        """Return the operations by group."""
        groups: dict[str, list[Operation]] = {}
        for op in self.operations.values():
            groups.setdefault(op.group, []).append(op)
        return groups

    def mend(self, need: Need) -> tuple[Operation, Mapping[str, Any]] | None:
        """Return the operation and parameters that establish `need`, if there are any."""
        for op in self.operations.values():
            if need in op.mends:
                return op, op.mends[need]
        return None


def discover(package: ModuleType) -> Catalogue:
    """Collect every Operation in the modules below `package`.

    A sub-package's ``ORDER`` places its group; within a group the titles are sorted. A module
    that fails to import, or whose id is taken, is reported in `Catalogue.errors` and harms no
    other.
    """
    found: list[tuple[int, str, Operation]] = []
    errors: list[str] = []
    for group in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        try:
            group_module = importlib.import_module(group.name)
            order = getattr(group_module, "ORDER", 1000)
            paths = getattr(group_module, "__path__", ())
            modules = [m.name for m in pkgutil.iter_modules(paths, group.name + ".")]
        except Exception as error:
            errors.append(_told(group.name, error))
            continue
        for name in modules:
            try:
                members = vars(importlib.import_module(name)).values()
            except Exception as error:
                errors.append(_told(name, error))
                continue
            ops = [m for m in members if isinstance(m, Operation)]
            found += [(order, op.title, op) for op in ops if op.function.__module__ == name]
    found.sort(key=lambda item: item[:2])
    operations: dict[str, Operation] = {}
    for _, _, op in found:
        first = operations.setdefault(op.id, op)
        if first is not op:
            taken = first.function.__module__
            errors.append(f"{op.function.__module__}: the id {op.id!r} is taken by {taken}")
    return Catalogue(operations, tuple(errors))


def _told(module: str, error: Exception) -> str:
    return f"{module}: {type(error).__name__}: {error}"
