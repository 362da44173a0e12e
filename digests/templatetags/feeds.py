"""Texts and addresses as feeds have them, where an address must name its host."""

from urllib.parse import urljoin

from django import template
from django.utils.safestring import SafeString

from digests.models import Citation, Digest, Topic

register = template.Library()

register.filter("whole", lambda address, base: urljoin(base, address))


@register.filter
def rendered_at(row: Topic | Citation, base: str) -> SafeString:
    """The text of a topic, or an entry of a list of references."""
    return row.rendered(base)


@register.filter
def preamble_at(digest: Digest, base: str) -> SafeString:
    return digest.rendered_preamble(base)
