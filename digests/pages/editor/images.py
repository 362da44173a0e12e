"""Re-encoding of uploaded images.

The content type that a browser sends proves nothing, so each file is decoded and encoded again. No
HTML with the header of a GIF, no script in an SVG and no metadata of a camera gets through.
"""

import warnings
from io import BytesIO
from itertools import islice
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000  # of all frames together
MAX_FRAMES = 500  # each costs time, however small
_SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_QUALITY = 90  # of JPEG and WebP; Pillow's own 75 shows


class ImageError(Exception):
    """An upload is refused. Its text gives the reason to the editor."""


def clean_image(file: IO[bytes], size: int) -> tuple[bytes, str]:
    """Decode an image and encode it again. Returns its bytes and the suffix of its format. Raises
    ImageError for anything but an image of a known format."""
    if size > MAX_BYTES:
        raise ImageError(_("The image is larger than 5 MB."))
    try:
        with warnings.catch_warnings():
            # Our own limit stands below Pillow's, which only warns.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(_SUFFIXES)) as image:
                return _encoded(image)
    # Pillow documents only some of the exceptions that it raises; the others were found by trial.
    except (OSError, ValueError, SyntaxError, OverflowError, Image.DecompressionBombError) as error:
        raise ImageError(_("This is not a PNG, JPEG, WebP or GIF image.")) from error


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    # MPO is Pillow's name for a JPEG with a second picture in it, as phones write them.
    kind = "JPEG" if image.format == "MPO" else image.format or ""
    frames = 1 if kind == "JPEG" else getattr(image, "n_frames", 1)
    if frames > MAX_FRAMES or image.width * image.height * frames > MAX_PIXELS:
        raise ImageError(_("The image has too many pixels."))
    pictures = [_plain(frame) for frame in islice(ImageSequence.Iterator(image), frames)]
    animation = {"save_all": True, "append_images": pictures[1:], "loop": 0} if frames > 1 else {}
    target = BytesIO()
    pictures[0].save(target, kind, quality=_QUALITY, **animation)
    return target.getvalue(), _SUFFIXES[kind]


def _plain(frame: Image.Image) -> Image.Image:
    """The frame turned upright, with transparency and timing as its only metadata."""
    picture = ImageOps.exif_transpose(frame)
    picture.info = {
        name: value
        for name, value in frame.info.items()
        if name in {"transparency", "duration", "disposal"}
    }
    return picture
