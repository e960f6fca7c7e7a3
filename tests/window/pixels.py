"""Reads the few pixels of a PNG that a test checks, without an image library."""

import struct
import zlib

CHANNELS = {2: 3, 6: 4}


def pixel(png, x, y):
    """(red, green, blue) at a position in an 8-bit image without interlacing, the kind that the window makes."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, interlaced) == (8, 0) and color in CHANNELS, "another kind of PNG"
            size = CHANNELS[color]
        elif kind == b"IDAT":
            packed += body
    assert x < width and y < height, "outside of the picture"
    # Only the rows up to the requested one.
    stride = 1 + width * size
    data = zlib.decompressobj().decompress(packed, stride * (y + 1))
    line = bytes(stride - 1)
    for start in range(0, len(data), stride):
        line = unfiltered(data[start], data[start + 1 : start + stride], line, size)
    return tuple(line[x * size : x * size + 3])


def unfiltered(kind, line, above, size):
    """Undo the filter of a row (PNG specification, section 9)."""
    line = bytearray(line)
    for at, byte in enumerate(line):
        left = line[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        up = above[at]
        guess = {0: 0, 1: left, 2: up, 3: (left + up) // 2}.get(kind)
        if guess is None:
            guess = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
        line[at] = (byte + guess) & 0xFF
    return bytes(line)
