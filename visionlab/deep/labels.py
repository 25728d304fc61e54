"""Files with the names of a network's classes. No PyTorch."""

import csv
from pathlib import Path

from visionlab.core.errors import ModelError

MAX_LABELS_BYTES = 4_000_000
COLUMNS = ("label", "name", "class", "class_name", "category")
NUMBERS = ("index", "id", "number", "class_id", "class_index")


def read_labels(path: Path) -> tuple[str, ...]:
    """Return the classes' names, in the order of the network's outputs.

    Parameters
    ----------
    path : Path
        One name a line, or CSV (by its suffix): the column "label", "name", "class" or
        "category", else the last one; with a column "index" or "id", or where all rows begin with
        a number, in the order of the numbers.

    Raises
    ------
    ModelError
        The file cannot be read, is no text, is too long, or holds no names.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LABELS_BYTES + 1)
        if len(data) > MAX_LABELS_BYTES:
            raise ModelError(f"{path.name} is too long for a file of labels.")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"{path.name} is no text in UTF-8; please save it so.") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    labels = _from_csv(lines, path.name) if path.suffix.lower() == ".csv" else tuple(lines)
    if not labels:
        raise ModelError(f"{path.name} holds no labels; one a line is expected.")
    return labels


def _from_csv(lines: list[str], file: str) -> tuple[str, ...]:
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    except csv.Error as error:
        raise ModelError(f"{file} is no CSV file: {error}.") from error
    if not rows:
        return ()
    header = [cell.lower() for cell in rows[0]]
    column = next((i for i, cell in enumerate(header) if cell in COLUMNS), None)
    number = next((i for i, cell in enumerate(header) if cell in NUMBERS), None)
    if column is not None or number is not None:
        rows = rows[1:]
    width = len(header)
    if any(len(row) != width for row in rows):
        raise ModelError(f"{file} has rows of different length.")
    if column is None:
        column = width - 1
    if number is None and width > 1 and all(row[0].isdigit() for row in rows):
        number = 0
    if number is not None and number != column:
        rows = _in_order(rows, number, file)
    return tuple(row[column] for row in rows)


def _in_order(rows: list[list[str]], number: int, file: str) -> list[list[str]]:
    """Sort rows by their number, which must count from 0 or 1 without a gap."""
    try:
        found = {int(row[number]): row for row in rows}
    except ValueError as error:
        raise ModelError(f"{file} has a class number that is none: {error}.") from error
    first = min(found, default=0)
    if first not in (0, 1) or sorted(found) != list(range(first, first + len(rows))):
        raise ModelError(f"{file} does not number its classes 0, 1, 2 and so on.")
    return [found[key] for key in sorted(found)]
