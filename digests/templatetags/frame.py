"""Parts of the frame around a page that are the same on many pages."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Parts that are kept: a navigation for each of some forty views in each language, and few others.
_KEPT = 256


@register.simple_tag
def kept(name: str, **values: str) -> SafeString:
    """A template that shows these values, words and addresses, and nothing else of the request. It
    is rendered once for each language, but each time while DEBUG is on."""
    if settings.DEBUG:
        return render_to_string(name, values)
    return _kept(name, get_language(), get_script_prefix(), tuple(values.items()))


@lru_cache(_KEPT)
def _kept(
    name: str, language: str | None, script_prefix: str, values: tuple[tuple[str, str], ...]
) -> SafeString:
    """``language`` and ``script_prefix`` are active, and part of what is rendered."""
    return render_to_string(name, dict(values))
