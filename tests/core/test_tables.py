"""CSV read back by the standard library's reader, and RFC 4180's own rules."""

import csv
import io

import numpy as np

from visionlab.core.result import Table
from visionlab.core.tables import to_csv, to_tsv


def test_csv_by_hand():
    table = Table("t", ("Area (px²)", "kind"), ((1.5, "hole"), (20, "outer")))
    assert to_csv(table) == "Area (px²),kind\r\n1.5,hole\r\n20,outer\r\n"


def test_special_cells_come_back():
    rows = (('say "yes", no', 0.1), ("two\nlines", -3), ("tab\t", 1e-17))
    text = to_csv(Table("t", ("a", "b"), rows))
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back == [["a", "b"], *([a, repr(b)] for a, b in rows)]
    assert '"say ""yes"", no"' in text


def test_numpy_numbers_are_plain():
    table = Table("t", ("a", "b", "c"), ((np.float64(0.1), np.float32(0.5), np.int32(3)),))
    assert to_csv(table).splitlines()[1] == "0.1,0.5,3"


def test_empty_table_keeps_its_header():
    assert to_csv(Table("t", ("x", "y"), ())) == "x,y\r\n"


def test_tsv_by_hand():
    assert to_tsv([(1, "a b"), (2.5, "c,d")]) == "1\ta b\n2.5\tc,d\n"
