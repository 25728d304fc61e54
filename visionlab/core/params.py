"""Parameter kinds: a closed list, each read from a signature and each with one control.

===================================================  ==================  ====================
annotation                                           kind                value
===================================================  ==================  ====================
``Annotated[int, Range(1, 31, step=2, unit="px")]``  `IntKind`           int
``Annotated[float, Range(0, 1)]``                    `FloatKind`         float
``bool``                                             `BoolKind`          bool
``Literal["x", "y"]``                                `ChoiceKind`        str
``Annotated[Interval, Range(0, 255)]``               `IntervalKind`      (low, high)
``Annotated[ColourRange, Channels(...)]``            `ColourRangeKind`   ((l, l, l), (h, h, h))
``Annotated[Matrix, Cells(...)]``                    `MatrixKind`        rows of numbers
===================================================  ==================  ====================

A string in the annotation is the label on screen; `When` greys the control while another
parameter makes it meaningless. Every value is an immutable, JSON-like Python value.
"""

import inspect
import json
import math
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from visionlab.core.errors import ParamError

Interval: TypeAlias = tuple[float, float]
ColourRange: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
Matrix: TypeAlias = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Range:
    """Smallest and largest value, the step between values, and the unit."""

    min: float
    max: float
    step: float = 1
    unit: str = ""


@dataclass(frozen=True)
class Channels:
    """A colour range's channel limit, and the named view that a picker reads its colours from.

    Attributes
    ----------
    by : str
        The choice parameter that holds the colour space, or "".
    names : mapping
        The three channels' names for each value of that parameter; "H" is the one that wraps.
    """

    max: float
    view: str
    by: str = ""
    names: Mapping[str, tuple[str, str, str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Cells:
    """A matrix's allowed cell values and its largest side; odd sides only."""

    values: tuple[float, ...]
    max_side: int


@dataclass(frozen=True)
class When:
    """The parameter matters only while parameter `name` has one of `values`."""

    name: str
    values: tuple[Any, ...]

    def __init__(self, name: str, *values: Any) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", values)


_SHORT = reprlib.Repr()
_SHORT.maxlevel = 3
_SHORT.maxstring = _SHORT.maxother = 60


def _number(value: Any, label: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParamError(f"{label} must be a number; it was {shown(value)}.")
    try:
        finite = math.isfinite(value)
    except OverflowError:  # an int that no float can hold
        finite = False
    if not finite:
        raise ParamError(f"{label} must be a finite number; it was {shown(value)}.")
    return value


def shown(value: Any) -> str:
    """Return `value` as a message quotes it: as in JSON, short, on one line."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = _SHORT.repr(value)  # cuts nested values before they are long
    if isinstance(value, str):
        return f'"{text[1:-1]}"'
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(number: float) -> str:
    """Return `number` without rounding away what a message is about."""
    return f"{number:.15g}"


def _is_sequence(value: Any, length: int) -> bool:
    return isinstance(value, list | tuple) and len(value) == length


def _within(value: float, low: float, high: float, label: str) -> None:
    if not low <= value <= high:
        raise ParamError(
            f"{label} must be from {_plain(low)} to {_plain(high)}; it was {_plain(value)}."
        )


@dataclass(frozen=True)
class IntKind:
    """A whole number in a range; with a step of 2 and an odd minimum, odd numbers only."""

    range: Range
    name = "integer"

    def check(self, value: Any, label: str) -> int:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        number = _number(value, label)
        if number != int(number):
            raise ParamError(f"{label} must be a whole number; it was {_plain(number)}.")
        _within(number, self.range.min, self.range.max, label)
        if (number - self.range.min) % self.range.step:
            steps = range(int(self.range.min), int(self.range.max) + 1, int(self.range.step))
            first = ", ".join(map(str, steps[:3]))
            last = f" ... {steps[-1]}" if len(steps) > 3 else ""
            raise ParamError(f"{label} must be one of {first}{last}; it was {_plain(number)}.")
        return int(number)


@dataclass(frozen=True)
class FloatKind:
    """A real number in a range; the step is the control's, not a limit."""

    range: Range
    name = "real"

    def check(self, value: Any, label: str) -> float:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        number = float(_number(value, label))
        _within(number, self.range.min, self.range.max, label)
        return number


@dataclass(frozen=True)
class BoolKind:
    """On or off."""

    name = "bool"

    def check(self, value: Any, label: str) -> bool:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        if not isinstance(value, bool):
            raise ParamError(f"{label} must be true or false; it was {shown(value)}.")
        return value


@dataclass(frozen=True)
class ChoiceKind:
    """One of a few words."""

    choices: tuple[str, ...]
    name = "choice"

    def check(self, value: Any, label: str) -> str:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        if not isinstance(value, str) or value not in self.choices:
            options = ", ".join(self.choices)
            raise ParamError(f"{label} must be one of {options}; it was {shown(value)}.")
        return value


@dataclass(frozen=True)
class IntervalKind:
    """A lower and an upper value in a range."""

    range: Range
    name = "interval"

    def check(self, value: Any, label: str) -> Interval:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        if not _is_sequence(value, 2):
            raise ParamError(f"{label} must be two numbers; it was {shown(value)}.")
        low, high = (float(_number(v, label)) for v in value)
        for number in (low, high):
            _within(number, self.range.min, self.range.max, label)
        if low > high:
            raise ParamError(
                f"{label} must have its lower number first; it was {_plain(low)}, {_plain(high)}."
            )
        return low, high


@dataclass(frozen=True)
class ColourRangeKind:
    """A low and a high colour of three channels; a hue whose low exceeds its high wraps."""

    channels: Channels
    name = "colour range"

    def check(self, value: Any, label: str) -> ColourRange:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        if not _is_sequence(value, 2) or not all(_is_sequence(c, 3) for c in value):
            raise ParamError(
                f"{label} must be two colours of three numbers each; it was {shown(value)}."
            )
        numbers = [[float(_number(v, label)) for v in colour] for colour in value]
        for colour in numbers:
            for number in colour:
                _within(number, 0, self.channels.max, label)
        (a, b, c), (d, e, f) = numbers
        return (a, b, c), (d, e, f)


@dataclass(frozen=True)
class MatrixKind:
    """A small matrix with odd sides whose cells take few values."""

    cells: Cells
    name = "matrix"

    def check(self, value: Any, label: str) -> Matrix:
        """Return `value` as this kind's own value, or raise ParamError naming `label`."""
        side = self.cells.max_side
        sides = range(1, side + 1, 2)
        rows = value if isinstance(value, list | tuple) else ()
        widths = {len(row) if isinstance(row, list | tuple) else 0 for row in rows}
        if len(rows) not in sides or len(widths) != 1 or not widths <= set(sides):
            raise ParamError(
                f"{label} must be a matrix with odd sides up to {side}; it was {shown(value)}."
            )
        for row in rows:
            for cell in row:
                if _number(cell, label) not in self.cells.values:
                    allowed = ", ".join(_plain(v) for v in self.cells.values)
                    raise ParamError(f"{label} may hold {allowed}; it held {_plain(cell)}.")
        return tuple(tuple(row) for row in rows)


Kind: TypeAlias = (
    IntKind | FloatKind | BoolKind | ChoiceKind | IntervalKind | ColourRangeKind | MatrixKind
)


@dataclass(frozen=True)
class Param:
    """One parameter of an operation, as its signature declares it."""

    name: str
    kind: Kind
    default: Any
    label: str
    doc: str = ""
    when: When | None = None

    def check(self, value: Any) -> Any:
        """Return `value` as the kind's own value; ParamError says what was expected."""
        return self.kind.check(value, self.label)

    def active(self, values: Mapping[str, Any]) -> bool:
        """Whether the parameter matters beside the other `values`."""
        return self.when is None or values.get(self.when.name) in self.when.values


def check_params(owner: str, params: Sequence[Param], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the full set of values: `values` checked, defaults for the rest.

    Raises
    ------
    ParamError
        A name is unknown to `owner`, or a value does not fit.
    """
    known = {param.name for param in params}
    for name in values:
        if name not in known:
            options = ", ".join(sorted(known)) or "none"
            raise ParamError(f"{owner} has no parameter {shown(name)}; it has {options}.")
    return {p.name: p.check(values.get(p.name, p.default)) for p in params}


_ONE_NOTE: dict[Any, tuple[type, Any]] = {
    int: (Range, IntKind),
    float: (Range, FloatKind),
    Interval: (Range, IntervalKind),
    ColourRange: (Channels, ColourRangeKind),
    Matrix: (Cells, MatrixKind),
}


def _kind(annotation: Any, notes: tuple[Any, ...]) -> Kind:
    if annotation is bool:
        return BoolKind()
    if get_origin(annotation) is Literal:
        return ChoiceKind(get_args(annotation))
    if annotation not in _ONE_NOTE:
        raise TypeError(f"{annotation} is not of the closed list of kinds")
    note_type, kind = _ONE_NOTE[annotation]
    for note in notes:
        if isinstance(note, note_type):
            result: Kind = kind(note)
            return result
    raise TypeError(f"its annotation lacks a {note_type.__name__}")


def read_param(name: str, parameter: inspect.Parameter, annotation: Any, doc: str) -> Param:
    """Read one keyword parameter of an operation's signature.

    Raises
    ------
    TypeError
        The annotation is not of the closed list, or its default breaks its own rule.
    """
    notes: tuple[Any, ...] = ()
    if get_origin(annotation) is Annotated:
        annotation, *rest = get_args(annotation)
        notes = tuple(rest)
    label = next((n for n in notes if isinstance(n, str)), name.replace("_", " ").capitalize())
    try:
        kind = _kind(annotation, notes)
        default = kind.check(parameter.default, label)
    except (TypeError, ParamError) as error:
        raise TypeError(f"parameter {name!r}: {error}") from error
    when = next((n for n in notes if isinstance(n, When)), None)
    return Param(name, kind, default, label, doc, when)
