"""Errors that a person may read: one sentence; what was expected, what came, what to do."""


class VisionLabError(Exception):
    """Base of every error whose text is meant for the person at the window."""


class ImageError(VisionLabError):
    """A picture does not fit the Image contract."""


class SourceError(VisionLabError):
    """A file, camera or stream gives no picture."""


class ParamError(VisionLabError):
    """A parameter's value does not fit its kind."""


class RecipeError(VisionLabError):
    """A recipe cannot be read."""


class ModelError(VisionLabError):
    """A network, its weights or its card cannot be used."""


class DownloadError(VisionLabError):
    """A file cannot be fetched from the network."""


class Cancelled(Exception):  # noqa: N818 - no error: the person asked for it
    """The work was asked to stop; never shown."""
