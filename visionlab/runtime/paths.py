"""Where the program keeps its own files: settings, autosave and the log."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path, user_log_path


def config_folder() -> Path:
    """Return the folder for settings; ``VISIONLAB_HOME`` moves it."""
    home = os.environ.get("VISIONLAB_HOME")
    return Path(home) if home else user_config_path("visionlab", appauthor=False)


def log_file() -> Path:
    """Return the log file's place; ``VISIONLAB_HOME`` moves it."""
    home = os.environ.get("VISIONLAB_HOME")
    folder = Path(home) if home else user_log_path("visionlab", appauthor=False)
    return folder / "visionlab.log"


def models_folder() -> Path:
    """Return the folder for the person's own models."""
    return _data_folder() / "models"


def data_sets_folder() -> Path:
    """Return the folder for data sets that were fetched; ``VISIONLAB_HOME`` moves it."""
    home = os.environ.get("VISIONLAB_HOME")
    return (Path(home) if home else user_cache_path("visionlab", appauthor=False)) / "data"


def kept_folder() -> Path:
    """Return the folder for kept answers."""
    return _data_folder() / "kept"


def _data_folder() -> Path:
    home = os.environ.get("VISIONLAB_HOME")
    return Path(home) if home else user_data_path("visionlab", appauthor=False)
