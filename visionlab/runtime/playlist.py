"""The sources that previous and next step through."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Playlist:
    """What previous and next step through, and the place of what was opened last."""

    specs: tuple[str, ...] = ()
    place: int = 0

    def moved(self, by: int) -> "Playlist":
        """Return the playlist `by` places further on, round and round."""
        return replace(self, place=(self.place + by) % len(self.specs))

    @property
    def spec(self) -> str:
        """What stands at the place."""
        return self.specs[self.place]
