"""An uploaded image → bytes that are that image and nothing else.

What a browser is told about a file proves nothing, so the file is decoded and written anew: no
HTML dressed as a GIF, no script in an SVG, no metadata of a phone.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence

from digests.parsing import Message

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000  # all frames together
_SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


class ImageError(Exception):
    """The upload is refused; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class CleanImage:
    content: bytes
    suffix: str


def clean_image(file: IO[bytes], size: int) -> CleanImage:
    """Decode and encode anew. Raises ImageError for all that is no image of a known kind."""
    if size > MAX_BYTES:
        raise ImageError(_("The image is larger than 5 MB."))
    try:
        with warnings.catch_warnings():
            # Our own limit stands below Pillow's, which only warns.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(_SUFFIXES)) as image:
                return _encoded(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageError(_("This is not a PNG, JPEG, WebP or GIF image.")) from error


def _encoded(image: Image.Image) -> CleanImage:
    frames = getattr(image, "n_frames", 1)
    if image.width * image.height * frames > MAX_PIXELS:
        raise ImageError(_("The image has too many pixels."))
    kind, target = image.format or "", BytesIO()
    if frames > 1:
        pictures = [frame.copy() for frame in ImageSequence.Iterator(image)]
        pictures[0].save(target, kind, save_all=True, append_images=pictures[1:])
    else:
        upright = ImageOps.exif_transpose(image)
        upright.info.clear()
        upright.save(target, kind)
    return CleanImage(target.getvalue(), _SUFFIXES[kind])
