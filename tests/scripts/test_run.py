"""Starting the program: what goes to it, and what happens without a display."""

import sys

import pytest
import run

SHOW = [sys.executable, "-c", "import sys; print(*sys.argv[1:])"]


def test_what_is_not_the_scripts_own_goes_to_the_program(monkeypatch):
    given = ["--torch-index", "https://x", "--recipe", "r.json", "sample:coffee", "--", "--help"]
    monkeypatch.setattr(sys, "argv", ["run.py", *given])
    options, arguments = run.parse()
    assert options.torch_index == "https://x"
    assert arguments == ["--recipe", "r.json", "sample:coffee", "--help"]


def test_the_programs_exit_status_is_passed_on():
    assert run.start([sys.executable, "-c"], ["raise SystemExit(7)"]) == 7


def test_without_a_display_the_report_lies_beside_the_picture(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(run, "OUT", tmp_path / "out")
    assert run.draw(SHOW, ["sample:coffee"]) == 0
    picture = tmp_path / "out/visionlab.png"
    expected = f"--screenshot {picture} --size 1440x900 sample:coffee"
    assert (tmp_path / "out/visionlab-report.txt").read_text().strip() == expected
    said = capsys.readouterr().out
    assert "no display" in said
    assert expected in said
    assert f"Picture: {picture}" in said


def test_a_failed_drawing_leaves_no_report(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "OUT", tmp_path)
    assert run.draw([sys.executable, "-c", "raise SystemExit(2)"], []) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["--help", "-h"])
def test_help_names_both_kinds_of_arguments(monkeypatch, capsys, argument):
    monkeypatch.setattr(sys, "argv", ["run.py", argument])
    with pytest.raises(SystemExit):
        run.parse()
    assert "go to VisionLab itself" in " ".join(capsys.readouterr().out.split())
