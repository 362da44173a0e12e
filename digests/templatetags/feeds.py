"""Filters for feeds, in which every address needs a host."""

from urllib.parse import urljoin

from django import template
from django.utils.safestring import SafeString

from digests.models import Citation, Digest, Topic

register = template.Library()

register.filter("whole", lambda address, base: urljoin(base, address))


@register.filter
def rendered_at(row: Topic | Citation, base: str) -> SafeString:
    """HTML of a topic, or of an entry of a reference list, with addresses joined to ``base``."""
    return row.rendered(base)


@register.filter
def preamble_at(digest: Digest, base: str) -> SafeString:
    return digest.rendered_preamble(base)
