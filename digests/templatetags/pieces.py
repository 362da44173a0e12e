"""Pieces of HTML that lists repeat by the dozen.

They are written in Python, because an included template for each takes five times as long.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext, pgettext

from digests.models import Tag
from digests.models.tags import TagLink
from digests.pages.parts.cited import CitedReference
from digests.pages.parts.listed import ListedDigest, ListedTopic
from digests.pages.parts.rows import Addressed, named
from digests.pages.references.queries import Citing
from digests.pages.topics.related import RelatedTopic
from digests.rendering import markup, markup_of_each
from digests.search.results.model import HitTopic
from digests.vocabulary import ReferenceKind

register = template.Library()

# Days whose names are kept: those of three years in both languages.
_DAYS_KEPT = 2_000
# Numbers of topics whose words are kept; a page may show some hundred, nearly all of them small.
_COUNTS_KEPT = 1_000
# Characters of the title of a reference that two topics share.
_SHARED_TITLE = 40


@register.simple_tag
def content_lang() -> SafeString | str:
    """The ``lang`` attribute for content of a digest if the page is in another language. Digests
    are in the language of the site, whichever one a reader chose."""
    if get_language() == settings.LANGUAGE_CODE:
        return ""
    return markup(' lang="{}"', settings.LANGUAGE_CODE)


@register.simple_tag
def link_to(row: Addressed) -> SafeString:
    """A link to the page of a row, with its title, which is in the language of the site."""
    return markup('<a{} href="{}">{}</a>', content_lang(), row.get_absolute_url(), named(row))


@register.simple_tag
def reference_link(reference: Addressed) -> SafeString:
    """A link to the page of a reference, whose title may be in any language."""
    return markup('<a href="{}">{}</a>', reference.get_absolute_url(), named(reference))


@register.simple_tag
def date_of(moment: datetime) -> SafeString:
    """The day of a moment in words, and for programs its time."""
    local = timezone.localtime(moment)
    day = day_in_words(local.date())
    return markup('<time datetime="{}">{}</time>', local.isoformat(), day)


def day_in_words(day: date) -> str:
    return _day_in(get_language(), day)


@lru_cache(_DAYS_KEPT)
def _day_in(language: str | None, day: date) -> str:
    """A day in words. ``language``: the active one, by which `date_format` goes."""
    return date_format(day, "DATE_FORMAT")


def month_in_words(month: date) -> str:
    return _month_in(get_language(), month)


@lru_cache(_DAYS_KEPT)
def _month_in(language: str | None, month: date) -> str:
    """A month in words. ``language`` as in `_day_in`."""
    return date_format(month, "YEAR_MONTH_FORMAT")


@register.simple_tag
def origin(row: ListedDigest | ListedTopic | HitTopic) -> SafeString:
    """The line above a row in a list: the day of its digest, and the number of a topic."""
    if isinstance(row, ListedDigest):
        return markup('<p class="entry__where quiet">{}</p>', date_of(row.published_at))
    day = date_of(row.published_at if isinstance(row, ListedTopic) else row.digest.published_at)
    if row.number is None:
        return markup('<p class="entry__where quiet">{}</p>', day)
    number = gettext("No. %(number)s") % {"number": localize(row.number)}
    return markup(
        '<p class="entry__where quiet">{}\n<span class="count">{}</span></p>', day, number
    )


@register.simple_tag
def topics_counted(count: int) -> str:
    words = ngettext("%(count)s topic", "%(count)s topics", count)
    return words % {"count": localize(count)}


def count_of(words: str) -> SafeString:
    return markup('<span class="count">{}</span>', words)


@register.simple_tag
def in_topics(count: int) -> SafeString:
    """The number of topics that cite a reference."""
    return count_of(citing_in_words(count))


def citing_in_words(count: int) -> str:
    return _in_topics_in(get_language(), count)


@lru_cache(_COUNTS_KEPT)
def _in_topics_in(language: str | None, count: int) -> str:
    """``language`` as in `_day_in`."""
    words = ngettext("in %(count)s topic", "in %(count)s topics", count)
    return words % {"count": localize(count)}


@register.simple_tag
def new_mark() -> SafeString:
    """The mark of a digest that has come since the reader's last visit."""
    return markup('<span class="new">{}</span>', pgettext("since the last visit", "New"))


@register.simple_tag
def tags_of(tags: Iterable[Tag | TagLink], *, inherited: bool = False) -> SafeString | str:
    """The tags of a row, or those of a topic's digest (``inherited``); nothing if there is none."""
    links = markup_of_each(
        '<li><a href="{}">{}</a></li>', ((tag.get_absolute_url(), tag.name) for tag in tags)
    )
    if not links:
        return ""
    return markup(
        '<div class="tags quiet{}">\n<span class="tags__name">{}</span>\n<ul>{}</ul>\n</div>',
        " tags--inherited" if inherited else "",
        gettext("Tags of the digest") if inherited else gettext("Tags"),
        links,
    )


@register.simple_tag
def point_kind(kind: str, name: str) -> SafeString:
    """A label of points as a chip in the colour of its kind. ``name``: the label in words."""
    return markup('<span data-kind="{}"><span class="label">{}</span></span>', kind, name)


@register.simple_tag
def reference_kind(kind: str, name: str = "") -> SafeString:
    """The kind of a reference as a chip with an icon. ``name``: the text's own word for the
    kind."""
    known = ReferenceKind(kind)
    return markup(
        '<span class="label" data-kind="{}">{}{}</span>',
        known.value,
        _icon(known.value),
        name or known.label,
    )


@cache
def _icon(kind: str) -> SafeString:
    return render_to_string(f"icons/{kind}.html")


@register.simple_tag
def as_cited(citing: Citing) -> SafeString:
    """The sentences and the entries with which a text cites a reference, as a list."""
    lang = content_lang()
    return markup(
        '<ul class="as-cited quiet links">{}\n{}</ul>',
        markup_of_each(
            "<li{}>{}<strong>{}</strong>{}</li>",
            ((lang, *sentence) for sentence in citing.sentences),
        ),
        markup_of_each("<li{}>{}</li>", ((lang, entry) for entry in citing.entries)),
    )


@register.simple_tag
def reasons(related: RelatedTopic) -> SafeString:
    """The reasons for which a topic is related."""
    reasons = [
        *_shared_references(related.references),
        *(gettext("same tag: %(tag)s") % {"tag": tag.name} for tag in related.tags[:1]),
        *_shared_words(related.words),
    ]
    return markup_of_each("<span>{}</span>", ((reason,) for reason in reasons))


def _shared_references(references: Sequence[CitedReference]) -> list[str]:
    if not references:
        return []
    if len(references) == 1:
        title = Truncator(references[0].title).chars(_SHARED_TITLE)
        return [gettext("same reference: %(title)s") % {"title": title}]
    words = ngettext("%(count)s same reference", "%(count)s same references", len(references))
    return [words % {"count": localize(len(references))}]


def _shared_words(words: Sequence[str]) -> list[str]:
    if not words:
        return []
    joined = pgettext("between words", ", ").join(words)
    return [gettext("similar words: %(words)s") % {"words": joined}]
