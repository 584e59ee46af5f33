"""Pictures are drawn anew: only what is seen is in the copy. Inside other files, their metadata is cut out."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from moei.engines.cleaning.clean import CannotClean, Cleaned

# A picture of more points than this is made to fill a memory.
MOST_POINTS = 120_000_000
MOST_FRAMES = 500
_GPS = 0x8825
_CAMERA, _MOMENTS = {0x010F, 0x0110, 0x0131, 0xA431}, {0x0132, 0x9003, 0x9004}
# How the points lie, not who made them: size, depth, turning, and the strips and tiles of a TIFF.
_OF_THE_PICTURE = {
    *(254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 320),
    *(322, 323, 324, 325, 338, 339),
}
_FORMATS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "image/jpeg": ("JPEG", ".jpg", {"quality": 92, "subsampling": 0}),
    "image/png": ("PNG", ".png", {}),
    "image/webp": ("WEBP", ".webp", {"quality": 92}),
    "image/gif": ("GIF", ".gif", {}),
    "image/tiff": ("TIFF", ".tif", {"compression": "tiff_deflate"}),
}
# Chunks of a PNG that are the picture itself.
_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"acTL", b"fcTL", b"fdAT"}


def clean_image(data: bytes, media: str) -> Cleaned:
    """Upright, in the format it had. Raises `CannotClean` for one that is damaged or too large."""
    form, ending, options = _FORMATS[media]
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[form, *(["MPO"] if form == "JPEG" else [])]) as image:
                removed = _told(image)
                frames = [
                    _drawn(frame, form)
                    for frame, _n in zip(ImageSequence.Iterator(image), range(MOST_FRAMES + 1), strict=False)
                ]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise CannotClean("large") from None
    except Exception as error:  # whatever a library says of a broken file
        raise CannotClean("damaged") from error
    if len(frames) > MOST_FRAMES:
        raise CannotClean("large")
    if form in ("JPEG", "PNG"):
        frames = frames[:1]  # a telephone hides a second picture behind the first
    more: dict[str, Any] = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    out = io.BytesIO()
    frames[0].save(out, form, **options, **more)
    return Cleaned(out.getvalue(), media, ending, tuple(sorted(removed)))


def _drawn(image: Image.Image, form: str) -> Image.Image:
    """Its points alone, turned as the camera said."""
    upright = ImageOps.exif_transpose(image)
    mode = upright.mode
    if mode not in ("1", "L", "RGB", "RGBA"):
        alpha = "A" in mode or "transparency" in upright.info
        upright = upright.convert("RGBA" if alpha else "RGB")
    if form == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    return Image.frombytes(upright.mode, upright.size, upright.tobytes())


def _told(image: Image.Image) -> set[str]:
    """Codes of what the file says beside the picture."""
    exif = image.getexif()
    tags = set(exif) | set(exif.get_ifd(0x8769))
    found = set()
    if exif.get_ifd(_GPS):
        found.add("gps")
    if tags & _CAMERA:
        found.add("camera")
    if tags & _MOMENTS:
        found.add("moment")
    if tags - _OF_THE_PICTURE:
        found.add("exif")
    info = image.info
    if any("xmp" in str(name).lower() for name in info):
        found.add("xmp")
    if "icc_profile" in info:
        found.add("profile")
    if "comment" in info or getattr(image, "text", None):
        found.add("comment")
    if "photoshop" in info:
        found.add("iptc")
    return found


def strip_jpeg(data: bytes) -> tuple[bytes, bool]:
    """A JPEG without its segments of metadata, its points untouched; and whether there were any.

    For pictures inside documents. What is no JPEG comes back as it was.
    """
    if data[:2] != b"\xff\xd8":
        return data, False
    kept, at, cut = [b"\xff\xd8"], 2, False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            end = data.rfind(b"\xff\xd9")
            body = data[at : end + 2] if end > at else data[at:]
            cut = cut or len(body) != len(data) - at
            return b"".join([*kept, body]), cut
        length = int(struct.unpack_from(">H", data, at + 2)[0])
        segment = data[at : at + 2 + length]
        # APP0 is JFIF, APP14 says how colours are kept; every other APPn and COM speaks of something else.
        if (0xE0 <= marker <= 0xEF and marker not in (0xE0, 0xEE)) or marker == 0xFE:
            cut = True
        else:
            kept.append(segment)
        at += 2 + length
    return data, False


def strip_png(data: bytes) -> tuple[bytes, bool]:
    """A PNG with the chunks of its picture alone; and whether there were others."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return data, False
    kept, at, cut = [data[:8]], 8, False
    while at + 12 <= len(data):
        length, kind = int(struct.unpack_from(">L", data, at)[0]), data[at + 4 : at + 8]
        if kind in _PNG:
            kept.append(data[at : at + 12 + length])
        else:
            cut = True
        at += 12 + length
        if kind == b"IEND":
            break
    return b"".join(kept), cut or at < len(data)
