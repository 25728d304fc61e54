"""Summing the checks up, and the virtual display that some tests draw on."""

import shutil

import _checks
import pytest
from _checks import Outcome

from visionlab import system

REPORT = """<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10">
</testsuite></testsuites>"""


def test_tests_are_counted_over_all_reports(tmp_path):
    reports = [tmp_path / "a.xml", tmp_path / "b.xml"]
    for report in reports:
        report.write_text(REPORT)
    assert _checks.count_tests(iter(reports)) == {"passed": 8, "failed": 6, "skipped": 6}


def test_the_last_line_counts_and_a_failure_shows_in_the_status(tmp_path, capsys):
    report = tmp_path / "a.xml"
    report.write_text(REPORT)
    fine = [Outcome("ruff check", "passed", 1), Outcome("tests", "left out: there is none", 2)]
    assert _checks.sum_up(fine, [report]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "4 passed, 3 failed, 3 skipped"
    assert _checks.sum_up([*fine, Outcome("mypy", "FAILED", 1)], [tmp_path / "none.xml"]) == 1


def test_tests_see_none_of_the_persons_qt_settings(monkeypatch):
    monkeypatch.setenv("QT_SCALE_FACTOR", "3")
    environment = _checks.tests_environment("offscreen")
    assert "QT_SCALE_FACTOR" not in environment
    assert environment["QT_QPA_PLATFORM"] == "offscreen"


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_a_virtual_display_answers_and_ends():
    with _checks.x_display() as environment:
        assert environment["QT_QPA_PLATFORM"] == "xcb"
        display = {"DISPLAY": environment["DISPLAY"]}
        assert system.display(display, "linux") == f"X display {display['DISPLAY']}"
    assert system.display(display, "linux") == ""
