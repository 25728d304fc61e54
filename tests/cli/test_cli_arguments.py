"""The command's own arguments, its lists, and what it says about them."""

import json

import pytest

from visionlab import cli, listing
from visionlab.core.operation import Catalogue
from visionlab.operations import catalogue

KEYS = {"name", "kind", "default", "min", "max", "step", "choices", "unit"}


@pytest.mark.parametrize("args", [("--help",), ("ops", "--help"), ("run", "-h"), ("doctor", "-h")])
def test_help(visionlab, args):
    done = visionlab(*args)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: visionlab")


def test_the_first_help_names_the_other_commands(visionlab):
    out = visionlab("--help").out
    assert all(f"  visionlab {name} " in out for name in ("ops", "run", "doctor"))


def test_version(visionlab):
    assert visionlab("--version").out == "visionlab 0.1.0\n"


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("--bogus",), "--bogus"),
        (("--js",), "--js"),
        (("ops", "--jso"), "--jso"),
        (("ops", "more"), "more"),
        (("doctor", "--all"), "--all"),
        (("run",), "-o/--output"),
        (("run", "-o", "out"), "RECIPE, PATH"),
        (("run", "r.json", "a.png", "-o"), "-o/--output"),
        (("run", "r.json", "a.png", "-o", ""), "empty name"),
        (("run", "r.json", "", "-o", "out"), "empty name"),
        (("run", " ", "a.png", "-o", "out"), "empty name"),
        (("",), "empty name"),
        (("--size", "big"), "1440x900"),
        (("--size", "-5x900"), "--size"),
        (("--size", "1440x900x2"), "1440x900"),
        (("--scheme", "pink"), "pink"),
        (("--screenshot",), "--screenshot"),
        (("a\nb", "--bogus\n"), "--bogus\\n"),
    ],
)
def test_wrong_arguments(visionlab, args, named):
    complaint = visionlab(*args).complaint
    assert named in complaint
    assert complaint.endswith("--help` shows how it is used.")


def test_options_may_stand_between_the_names(visionlab, recipe, cat, folder):
    assert visionlab("run", recipe("invert"), "-o", "out", cat, "--json", cat).code == 0
    assert (folder / "out/cat_2.png").exists()


def test_an_unexpected_fault_goes_to_the_log(visionlab, monkeypatch, caplog):
    def fail():
        raise ZeroDivisionError("one by nothing")

    monkeypatch.setattr(listing, "as_text", fail)
    done = visionlab("ops")
    assert done.code == 2
    assert done.err.startswith("visionlab: An unexpected fault (one by nothing)")
    assert done.err.endswith("visionlab.log.\n")
    assert "Traceback" in caplog.text


def test_a_library_that_cannot_be_loaded(visionlab, monkeypatch):
    def fail():
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(listing, "as_text", fail)
    complaint = visionlab("ops").complaint
    assert "libGL.so.1" in complaint
    assert "visionlab doctor" in complaint


def test_the_keyboard_stops_it(visionlab, monkeypatch):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "as_text", stop)
    done = visionlab("ops")
    assert (done.code, done.err) == (130, "")


# ops


def test_ops_lists_every_operation_with_its_parameters(visionlab):
    text = visionlab("ops").out
    for op in catalogue().operations.values():
        _, _, after = text.partition(f"\n  {op.id}: {op.title}")
        lines = after.split("\n\n")[0].splitlines()
        assert lines[1].strip() == op.summary
        assert [line.split()[0] for line in lines[2:]] == [param.name for param in op.params]
    assert all(f"{group}\n" in text for group in catalogue().groups())


def test_ops_as_json(visionlab):
    operations = visionlab("ops", "--json").json
    assert [op["id"] for op in operations] == list(catalogue().operations)
    for op in operations:
        assert {"id", "title", "group", "doc", "params"} <= set(op)
        assert all(isinstance(op[key], str) and op[key] for key in ("id", "title", "group", "doc"))
        assert all(set(param) >= KEYS for param in op["params"])


def param_of(operations, op, name):
    (found,) = (o for o in operations if o["id"] == op)
    (param,) = (p for p in found["params"] if p["name"] == name)
    return {key: value for key, value in param.items() if key in KEYS and value is not None}


def test_the_limits_of_each_kind(visionlab):
    operations = visionlab("ops", "--json").json

    def param(op, name):
        return param_of(operations, op, name)

    assert param("box_blur", "ksize") == {
        "name": "ksize", "kind": "integer", "default": 5,
        "min": 1, "max": 99, "step": 2, "unit": "px",
    }  # fmt: skip
    assert param("clahe", "clip_limit") == {
        "name": "clip_limit", "kind": "real", "default": 2.0, "min": 0, "max": 40, "step": 0.5,
    }  # fmt: skip
    assert param("canny", "thresholds") == {
        "name": "thresholds", "kind": "interval", "default": [50, 150],
        "min": 0, "max": 1000, "step": 1,
    }  # fmt: skip
    assert param("canny", "l2_gradient") == {
        "name": "l2_gradient", "kind": "bool", "default": False,
    }  # fmt: skip
    assert param("spectrum", "output") == {
        "name": "output", "kind": "choice", "default": "log magnitude",
        "choices": ["log magnitude", "phase"],
    }  # fmt: skip
    assert param("range_mask", "bounds") == {
        "name": "bounds", "kind": "colour range", "default": [[0, 80, 60], [25, 255, 255]],
        "min": 0, "max": 255,
    }  # fmt: skip
    assert param("hit_or_miss", "pattern") == {
        "name": "pattern", "kind": "matrix", "default": [[-1, -1, 0], [-1, 1, 1], [0, 1, 0]],
        "choices": [-1, 0, 1],
    }  # fmt: skip


def test_the_listed_defaults_are_a_recipe(visionlab, cat, folder):
    """What is listed can be written down and read back as it stands."""
    operations = visionlab("ops", "--json").json
    steps = [
        {"op": op["id"], "params": {p["name"]: p["default"] for p in op["params"]},
         "enabled": False}
        for op in operations
    ]  # fmt: skip
    (folder / "all.json").write_text(json.dumps({"visionlab": 1, "steps": steps}))
    assert visionlab("run", "all.json", cat, "-o", "out").code == 0


def test_an_operation_that_cannot_be_loaded_is_named(visionlab, monkeypatch):
    known = catalogue().operations
    broken = Catalogue(known, ("visionlab.operations.edges.mine: SyntaxError: invalid",))
    monkeypatch.setattr("visionlab.operations.catalogue", lambda: broken)
    done = visionlab("ops")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "visionlab.operations.edges.mine" in done.err
    assert "canny" in done.out


# doctor


@pytest.mark.parametrize(("args", "kind"), [((), "text"), (("--json",), "json")])
def test_doctor_prints_what_it_finds(visionlab, monkeypatch, args, kind):
    from visionlab import doctor

    monkeypatch.setattr(doctor, "as_text", lambda: "text")
    monkeypatch.setattr(doctor, "as_json", lambda: "json")
    done = visionlab("doctor", *args)
    assert (done.code, done.out, done.err) == (0, f"{kind}\n", "")


def test_main_takes_the_arguments_of_the_process(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["visionlab", "--version"])
    assert cli.main() == 0
    assert capsys.readouterr().out.startswith("visionlab ")
