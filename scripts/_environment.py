"""The project's own virtual environment: whether it is there, whole and up to date."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for visionlab.system, before anything is installed
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
LOCK_FILE = "visionlab-setup.lock"

INPUTS = (
    "pyproject.toml",
    "requirements/run.lock",
    "requirements/test.lock",
    "requirements/torch.txt",
    "scripts/_setup.py",
)
"""What the set-up is made from; a change in one of them makes it run again."""

Kind: TypeAlias = Literal["run", "test"]


@dataclass(frozen=True)
class Environment:
    """The virtual environment in `folder`, for the project in `root`."""

    folder: Path = ROOT / ".venv"
    root: Path = ROOT

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def site(self) -> Path:
        """Where its packages are."""
        inside = "Lib/site-packages" if os.name == "nt" else f"lib/python{VERSION}/site-packages"
        return self.folder / inside

    @property
    def stamp(self) -> Path:
        """The file that a set-up writes when it came to its end."""
        return self.folder / "visionlab-setup.json"

    def _names(self) -> set[str]:
        return {path.name for path in self.site.iterdir()}

    def fingerprint(self, version: str = VERSION) -> str:
        """Return a hash of what the set-up is made from, where it lies, and Python's version."""
        digest = hashlib.sha256(f"{version} {self.root}".encode())
        for name in INPUTS:
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def write_stamp(self, kind: Kind, torch_index: str) -> None:
        """Note what is installed; the test lock holds the run lock."""
        stamp = {
            "fingerprint": self.fingerprint(),
            "kinds": ["run", "test"] if kind == "test" else ["run"],
            "torch_index": torch_index,
            "names": sorted(self._names()),
        }
        self.stamp.write_text(json.dumps(stamp), encoding="utf-8")

    def read_stamp(self) -> dict[str, Any]:
        """Return the stamp; empty where there is none, or none that can be read."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def is_ready(self, kind: Kind, torch_index: str = "") -> bool:
        """Whether a set-up for `kind` came to its end, and all that it made is still there.

        Quick: of the packages it looks at the top-level names only.
        """
        stamp = self.read_stamp()
        try:
            return (
                stamp["fingerprint"] == self.fingerprint()
                and kind in stamp["kinds"]
                and torch_index in ("", stamp["torch_index"])
                and self.python.exists()
                and set(stamp["names"]) <= self._names()
            )
        except (OSError, KeyError, TypeError):
            return False

    def is_usable(self) -> bool:
        """Whether its Python starts, is of the running version, and has a whole pip."""
        code = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        try:
            started = subprocess.run([self.python, "-c", code], capture_output=True, check=False)
        except OSError:
            return False
        damaged = any(info.name.startswith("pip-") for info in self.damaged())
        return started.returncode == 0 and not damaged

    def damaged(self) -> list[Path]:
        """Return the ``.dist-info`` folders of the packages whose files are not all there."""
        return [info for info in sorted(self.site.glob("*.dist-info")) if not _is_whole(info)]

    def mend(self) -> None:
        """Make pip forget the packages that are not whole, so that it installs them again."""
        for leftover in [*self.damaged(), *self.site.glob("~*")]:
            shutil.rmtree(leftover, ignore_errors=True)

    def clear(self) -> None:
        """Delete everything in the folder but the lock file, which this process holds."""
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK_FILE:
                path.unlink()


def _is_whole(info: Path) -> bool:
    """Whether every file in a package's list has its size; compiled ones may come and go."""
    try:
        rows = list(csv.reader((info / "RECORD").read_text(encoding="utf-8").splitlines()))
        return all(
            (info.parent / name).stat().st_size == int(size)
            for name, _, size in rows
            if size and not name.endswith(".pyc")
        )
    except (OSError, ValueError):
        return False
