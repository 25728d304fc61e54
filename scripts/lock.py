"""Write requirements/run.lock and requirements/test.lock anew from pyproject.toml.

    python scripts/lock.py              keep the locked versions that still fit
    python scripts/lock.py --upgrade    take the newest versions that fit

Needs uv (``pip install uv``). One lock serves Python 3.11 to 3.13 on Linux, macOS and Windows:
markers tell the lines apart. PyTorch and the GPU packages that only its build needs are left out
(see requirements/torch.txt); what it needs of pure Python is locked.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Written by scripts/lock.py from pyproject.toml; do not edit.
# PyTorch is pinned in requirements/torch.txt.
"""
TORCH = re.compile(r"(torch|triton|cuda-[a-z-]+|nvidia-[a-z0-9-]+)==")


def without_torch(lock: str) -> str:
    """Return `lock` without PyTorch and its GPU packages, each with its hashes."""
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)
    return "".join(entry for entry in entries if not TORCH.match(entry))


def compile_lock(path: Path, group: str, *options: str) -> None:
    """Resolve the project and its dependency group `group` into `path`."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--group", group]
    command += ["--constraints", "requirements/torch.txt", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    command += ["--quiet", "--output-file", str(path), *options]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    lock = HEADER + without_torch(path.read_text(encoding="utf-8"))
    path.write_text(lock, encoding="utf-8", newline="\n")


def main() -> None:
    """Write both locks; the second holds the first."""
    run, test = ROOT / "requirements/run.lock", ROOT / "requirements/test.lock"
    compile_lock(run, "build", *sys.argv[1:])
    compile_lock(test, "dev", "--constraints", str(run), *sys.argv[1:])


if __name__ == "__main__":
    main()
