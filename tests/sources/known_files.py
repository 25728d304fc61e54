"""Files built by hand, so that what they hold is known."""

import struct
import zlib

import numpy as np
import numpy.typing as npt


def png_bytes(
    width: int, height: int, depth: int, colour_type: int, rows: bytes, *extra: bytes
) -> bytes:
    """Build a PNG by hand; `rows` are unfiltered and without their filter bytes."""
    stride = len(rows) // height
    raw = b"".join(b"\0" + rows[i : i + stride] for i in range(0, len(rows), stride))
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            *extra,
            png_chunk(b"IDAT", zlib.compress(raw)),
            png_chunk(b"IEND", b""),
        )
    )


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Build one PNG chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def colour_photo(height: int = 60, width: int = 80, seed: int = 1) -> npt.NDArray[np.uint8]:
    """Return a smooth random RGB picture, as photographs are."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (height // 10 + 1, width // 10 + 1, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((10, 10, 1), np.uint8))[:height, :width]
