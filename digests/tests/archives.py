"""Zip archives like those that other programs write."""

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class _Unflagged(ZipInfo):
    """A member with its name in a system's encoding, without the flag that would say so."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def zipped(
    files: Mapping[str, bytes], *, encoding: str = "utf-8", method: int = ZIP_DEFLATED
) -> bytes:
    """Pack these files. Names are flagged as UTF-8 unless ``encoding`` is another one, or
    “utf-8 without a flag”."""
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in files.items():
            info = ZipInfo(name) if encoding == "utf-8" else _Unflagged(name)
            if isinstance(info, _Unflagged):
                info.encoding = encoding.removesuffix(" without a flag")
            archive.writestr(info, content, method)
    return target.getvalue()
