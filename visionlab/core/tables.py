"""Tables as text: CSV for files, TSV for the clipboard."""

import csv
import io
from collections.abc import Iterable

from visionlab.core.result import Cell, Table


def to_csv(table: Table) -> str:
    """Return `table` as comma-separated values (RFC 4180) with a header line.

    Numbers keep their full precision; cells with commas, quotes or line breaks are quoted.

    References
    ----------
    Y. Shafranovich, RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
    """
    return _write([table.columns, *table.rows], ",", "\r\n")


def to_tsv(rows: Iterable[tuple[Cell, ...]]) -> str:
    """Return `rows` as tab-separated lines, as spreadsheets paste them."""
    return _write(rows, "\t", "\n")


def _write(rows: Iterable[tuple[Cell, ...]], delimiter: str, line_end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()
