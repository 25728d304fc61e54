"""Run one step of the set-up and show that it works: its name, the time, what is going on."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence

NOTABLE = re.compile(
    r"(Downloading|Using cached|Installing|Unpacking|Setting up|WARNING: Retrying) "
)
HEARTBEAT_S = 30


class SetupError(Exception):
    """The set-up cannot go on; the text is one sentence, then the tool's last lines."""


def clock(seconds: float) -> str:
    """Return `seconds` as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Progress:
    """One step on screen: a line that is redrawn on a terminal, and plain lines elsewhere."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = sys.stdout.isatty()
        self._start = time.monotonic()
        self._shown = self._start
        self._note = ""
        self._ended = threading.Event()
        if not self._live:
            print(title, flush=True)

    def __enter__(self) -> "Progress":
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        self._ticker.join()
        word = "done" if kind is None else "stopped"
        if self._live:
            self._draw(word)
            print(flush=True)
        else:
            self._print(word)

    def note(self, text: str) -> None:
        """Show what the step is doing now."""
        self._note = text
        if not self._live:
            self._print(text)

    def _tick(self) -> None:
        while not self._ended.wait(0.5):
            if self._live:
                self._draw(self._note)
            elif time.monotonic() - self._shown > HEARTBEAT_S:
                self._print("still at work")

    def _elapsed(self) -> str:
        return clock(time.monotonic() - self._start)

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        line = f"{self._title}  {self._elapsed()}  {text}"[:width]
        print(f"\r{line:<{width}}", end="", flush=True)

    def _print(self, text: str) -> None:
        self._shown = time.monotonic()
        print(f"      {self._elapsed()}  {text}", flush=True)


def run_step(
    title: str,
    command: Sequence[str],
    failure: str,
    environment: dict[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> None:
    """Run `command` as the step `title`.

    Parameters
    ----------
    failure : str
        The sentence that says what did not work, and what to do.
    keep_open : sequence of int
        File descriptors that the command inherits (not on Windows).

    Raises
    ------
    SetupError
        The command failed; holds `failure` and the command's last lines.
    """
    last: deque[str] = deque(maxlen=12)
    with Progress(title) as progress:
        try:
            status = _follow(command, environment, keep_open, last, progress)
        except OSError as error:
            raise SetupError(f"{failure}\n  {error}") from None
        if status != 0:
            raise SetupError("\n  ".join([failure, *last]))


def _follow(
    command: Sequence[str],
    environment: dict[str, str] | None,
    keep_open: Sequence[int],
    last: deque[str],
    progress: Progress,
) -> int:
    """Run `command` and return its exit status; its lines go to `last` and `progress`."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace", env=environment,
        pass_fds=keep_open if os.name == "posix" else (),
    ) as child:  # fmt: skip
        assert child.stdout is not None
        try:
            for line in filter(None, map(str.strip, child.stdout)):
                last.append(line)
                if NOTABLE.match(line):
                    progress.note(line[:100])
        except BaseException:
            child.kill()
            raise
    return child.returncode
