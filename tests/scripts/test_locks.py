"""The exact locks fit the project's ranges on every supported Python and system."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
RUN, TEST = (PROJECT / f"requirements/{name}.lock" for name in ("run", "test"))
GPU = re.compile(r"triton|nvidia-|cuda-")
TORCH = PROJECT / "requirements/torch.txt"
MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.4", "sys_platform": platform}
    for python in ("3.11", "3.12", "3.13")
    for platform in ("linux", "darwin", "win32")
]


def entries(path):
    """Return the requirements of a lock as text, without comments, each with its hashes."""
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#"))
    return [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]


def pins(path, machine):
    """Return name -> version of all that a machine would install."""
    found = {}
    for entry in entries(path):
        requirement = Requirement(entry.split("\\")[0])
        if requirement.marker is None or requirement.marker.evaluate(machine):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} stands twice for {machine}"
            (specifier,) = requirement.specifier
            assert specifier.operator == "=="
            found[name] = specifier.version
    return found


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def unmet(requirements, locked, machine):
    """Return the requirements that `locked` does not meet."""
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate(machine):
            continue
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            yield text


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m['python_version']}-{m['sys_platform']}"
)
def test_every_requirement_is_pinned_within_its_range(project, machine):
    needs = [need for need in project["project"]["dependencies"] if not need.startswith("torch")]
    groups = project["dependency-groups"]
    assert list(unmet(needs + groups["build"], pins(RUN, machine), machine)) == []
    dev = [need for need in groups["dev"] if isinstance(need, str)]
    assert list(unmet(needs + groups["build"] + dev, pins(TEST, machine), machine)) == []


def needed(requirements):
    """Return the names of all that `requirements` need on this machine, by what is installed."""
    names, waiting = set(), list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        marker = requirement.marker
        if marker is not None and not marker.evaluate({"extra": ""}):
            continue
        if name not in names and not GPU.match(name):
            names.add(name)
            waiting += metadata.requires(name) or []
    return names


def test_the_run_lock_holds_what_is_needed_and_no_more(project):
    direct = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    assert set(pins(RUN, {})) == needed(direct) - {"torch"}


def test_the_test_lock_holds_the_run_lock():
    assert set(entries(RUN)) <= set(entries(TEST))


def test_torch_is_pinned_apart_and_within_its_range(project):
    (need,) = (need for need in project["project"]["dependencies"] if need.startswith("torch"))
    (pin,) = (Requirement(entry) for entry in entries(TORCH))
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    assert specifier.version in Requirement(need).specifier
    locked = [name for machine in MACHINES for name in pins(TEST, machine)]
    assert [name for name in locked if name == "torch" or GPU.match(name)] == []


@pytest.mark.parametrize("path", [RUN, TEST])
def test_a_lock_names_no_place_and_hashes_everything(path):
    assert not re.search(
        r"://|--index|--find-links|@ |^-e|[A-Za-z]:\\\\|/(home|tmp|opt|root)/",
        path.read_text(),
        re.M,
    )
    assert all("--hash=sha256:" in entry for entry in entries(path))
