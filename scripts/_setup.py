"""Set VisionLab up in ``.venv``: PyTorch, the exact locked packages, the project itself.

Standard library only. Where an earlier set-up was stopped, this one goes on from what it finds.
"""

import importlib.util
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from _environment import LOCK_FILE, VERSION, Environment, Kind
from _progress import SetupError, run_step

from visionlab import system

PIP_FAILED = "could not be installed; look at pip's last lines below, and start again."


def set_up(
    kind: Kind,
    *,
    torch_index: str = "",
    window: bool = False,
    virtual_display: bool = False,
    thorough: bool = False,
) -> Path:
    """Make all ready and return the Python to go on with; stop the script where that fails.

    Parameters
    ----------
    kind : {"run", "test"}
        Which lock to install.
    torch_index : str
        Package index to take PyTorch from; "" leaves that to pip's settings.
    window, virtual_display : bool
        Provide the system libraries of an X window, or a virtual X display, as well.
    thorough : bool
        Look at every installed file instead of trusting the stamp.
    """
    environment = Environment()
    on_terminate = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        provide_system(system.missing(window=window, virtual_display=virtual_display))
        ready = environment.is_ready(kind, torch_index)
        if not ready or (thorough and environment.damaged()):
            build(environment, kind, torch_index)
    except KeyboardInterrupt:
        print("\nStopped; the next start goes on from here.")
        raise SystemExit(130) from None
    except SetupError as error:
        raise SystemExit(f"The set-up cannot go on. {error}") from None
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        raise SystemExit(f"The set-up cannot go on. {reason}") from None
    finally:
        signal.signal(signal.SIGTERM, on_terminate)
    return environment.python


def build(environment: Environment, kind: Kind, torch_index: str) -> None:
    """Bring `environment` up to date, one step after the other."""
    start = time.monotonic()
    print(f"Setting VisionLab up in {environment.folder}; the first time takes some minutes.")
    with alone(environment.folder) as lock:
        old_index = environment.read_stamp().get("torch_index", "")
        environment.stamp.unlink(missing_ok=True)
        if not environment.is_usable():
            environment.clear()
            make_environment(environment, lock)
        environment.mend()
        for title, arguments in steps(environment, kind, torch_index, old_index):
            command = [str(environment.python), "-m", "pip", *arguments]
            run_step(title, command, f"{title} {PIP_FAILED}", pip_settings(os.environ), lock)
        environment.write_stamp(kind, torch_index or old_index)
    print(f"All set up in {time.monotonic() - start:.0f} s.\n", flush=True)


def make_environment(environment: Environment, lock: Sequence[int]) -> None:
    """Make an empty virtual environment; Debian keeps a part of venv in a package of its own."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        provide_system((system.Requirement(f"python{VERSION}-venv", "Python's venv"),))
    run_step(
        f"A virtual environment with Python {VERSION}",
        [sys.executable, "-m", "venv", str(environment.folder)],
        "Python could not make a virtual environment (Debian and Ubuntu: install python3-venv).",
        keep_open=lock,
    )


def steps(
    environment: Environment, kind: Kind, torch_index: str, old_index: str
) -> Iterator[tuple[str, list[str]]]:
    """Yield what pip is asked for: a title and its arguments.

    PyTorch comes first, so that nothing else chooses its version or its build.
    """
    root = environment.root
    switch = bool(torch_index) and torch_index != old_index
    if switch and any(environment.site.glob("torch-*.dist-info")):
        yield "The PyTorch there was", ["uninstall", "--yes", "torch"]
    if switch or not has_fitting_torch(environment):
        source = ["--index-url", torch_index] if torch_index else []
        pin = ["--requirement", str(root / "requirements/torch.txt")]
        yield "PyTorch", ["install", *source, *pin]
    lock = str(root / f"requirements/{kind}.lock")
    exact = ["--require-hashes", "--only-binary", ":all:", "--requirement", lock]
    yield "The locked packages", ["install", *exact]
    own = ["--no-deps", "--no-build-isolation", "--editable", str(root)]
    yield "VisionLab itself", ["install", *own]


def has_fitting_torch(environment: Environment) -> bool:
    """Whether a PyTorch in the project's range is installed, whoever did it."""
    text = (environment.root / "pyproject.toml").read_text(encoding="utf-8")
    low = re.search(r'"torch>=([\d.]+),<([\d.]+)"', text)
    found = [re.match(r"torch-([\d.]+)", info.name) for info in environment.site.glob("torch-*")]
    if low is None or not found or found[0] is None:
        return False
    at_least, version, below = (
        tuple(map(int, number.strip(".").split("."))) for number in (low[1], found[0][1], low[2])
    )
    return at_least <= version < below


def pip_settings(settings: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """Return the environment for pip: the person's own, less what points outside ``.venv``."""
    kept = {k: v for k, v in settings.items() if k not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER")}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off"}
    return {**kept, **quiet, "PYTHONIOENCODING": "utf-8"}


def provide_system(lacking: Sequence[system.Requirement]) -> None:
    """Install what the machine lacks, or say how; fonts and a virtual display can wait.

    Raises
    ------
    SetupError
        Something that VisionLab cannot do without is not there.
    """
    if not lacking:
        return
    packages = [need.package for need in lacking]
    wanted = ", ".join(f"{need.what} (Debian package {need.package})" for need in lacking)
    print(f"This machine lacks {wanted}.", flush=True)
    apt = shutil.which("apt-get")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    by_hand = f"Please run: sudo {' '.join(install)}"
    if apt and hasattr(os, "geteuid") and os.geteuid() == 0:
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with suppress(SetupError):  # a package list that cannot be had may not matter
            run_step("The list of system packages", ["apt-get", "update"], "", settings)
        run_step("System packages", install, f"They could not be installed. {by_hand}", settings)
    elif any(need not in (system.FONTS, system.XVFB) for need in lacking):
        raise SetupError(by_hand if apt else "Please install them, and start again.")
    else:
        print(by_hand if apt else "VisionLab goes on without.")


@contextmanager
def alone(folder: Path) -> Iterator[tuple[int, ...]]:
    """Hold `folder` for this set-up; wait while another one works there.

    Yields the file descriptors that children must inherit: a pip that outlives a killed script
    then still holds the folder.
    """
    folder.mkdir(exist_ok=True)
    with (folder / LOCK_FILE).open("a") as file:
        if not _hold(file, wait=False):
            print("Another set-up is at work; waiting for it to end.", flush=True)
            _hold(file, wait=True)
        yield (file.fileno(),)


if sys.platform == "win32":
    import msvcrt

    def _hold(file: IO[str], *, wait: bool) -> bool:
        file.seek(0)
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(1)
            else:
                return True
else:
    import fcntl

    def _hold(file: IO[str], *, wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
