"""Entry points of the package: identity of a URL, identity of a bare name."""

import hashlib
import unicodedata

from digests.identity import addresses, hosts, identifiers, indirect, publishers, sites
from digests.identity.model import KEY_LENGTH, Identity
from digests.text import fold
from digests.vocabulary import ReferenceKind

_HOST_LENGTH = 253  # RFC 1035, 2.3.4, without the root
_NAME_LENGTH = 200
_HASH_LENGTH = 16
_INVISIBLE = {"Cc", "Cf", "Cs"}  # categories: control, format (zero-width …), lone surrogate


def of_url(url: str) -> Identity:
    """The identity of an http(s) URL, or of what ``git clone`` takes from a known host.

    Raises ValueError if a browser could not open the URL, if it ends before the identifier of its
    page, or if its key is longer than `KEY_LENGTH` characters.
    """
    url = indirect.meant(url)
    address = addresses.parse(url)
    if sites.is_cut_off(address):
        raise ValueError("the URL ends before the identifier")
    identity = hosts.known(address) or publishers.known(address) or sites.known(address)
    if identity is None:
        identity = Identity(f"url:{addresses.normalised(address)}", ReferenceKind.OTHER, url)
    if len(identity.key) > KEY_LENGTH:
        raise ValueError("the URL is longer than a key may be")
    return identity


def host(url: str) -> str:
    """The host of an http(s) URL, in lower case without ``www.``; empty for any other text."""
    try:
        name = addresses.parse(url).host.removeprefix("www.")
    except ValueError:
        return ""
    return name if len(name) <= _HOST_LENGTH else ""


def of_name(name: str) -> Identity:
    """The identity of a bare name, such as ``Adam-mini`` or ``arXiv:2305.18290``.

    Raises ValueError if the name is empty without invisible characters.
    """
    folded = fold(name)
    if not folded.isprintable():
        folded = "".join(_visible(char) for char in folded)
    words = folded.split()
    if not words:
        raise ValueError("the name is empty")
    return identifiers.of_name(" ".join(words)) or Identity(
        f"name:{_shortened('-'.join(words))}", ReferenceKind.OTHER, ""
    )


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char


def _shortened(name: str) -> str:
    """Cut a long name to `_NAME_LENGTH`, with a hash at the end: equal beginnings stay distinct."""
    if len(name) <= _NAME_LENGTH:
        return name
    tail = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: _NAME_LENGTH - _HASH_LENGTH - 1]}-{tail}"
