"""The items of lists of topics, digests, references, tags and labels.

They are written in Python as `pieces` are, each list by one tag.
"""

from collections.abc import Container, Iterable
from urllib.parse import urlencode

from django import template
from django.utils.formats import localize
from django.utils.safestring import SafeString

from digests.models import Reference, Tag
from digests.models.reversing import row_address
from digests.models.tags import TagLink
from digests.pages.parts.listed import ListedDigest, ListedTopic
from digests.pages.tags.queries import Subject
from digests.rendering import markup, markup_of_each
from digests.templatetags.pieces import (
    content_lang,
    count_of,
    date_of,
    in_topics,
    link_to,
    new_mark,
    origin,
    point_kind,
    reference_kind,
    reference_link,
    tags_of,
    topics_counted,
)
from digests.vocabulary import PointKind

register = template.Library()


@register.simple_tag
def topic_entries(topics: Iterable[ListedTopic]) -> SafeString:
    """Items of a list of topics, with their tags if they have been asked for."""
    return markup_of_each(
        '<li class="entry">\n{}\n<h3 class="entry__title">{}</h3>\n{}</li>',
        ((origin(topic), link_to(topic), tags_of(topic.tags)) for topic in topics),
    )


@register.simple_tag
def digest_entries(
    digests: Iterable[ListedDigest], level: int, new: Container[int] = ()
) -> SafeString:
    """Items of a list of digests. ``level``: that of their headings. ``new``: ids of those that
    have come since the reader's last visit."""
    return markup_of_each(
        '<li class="entry">\n<p class="entry__where quiet">\n{}\n{}\n{}</p>\n'
        '<h{} class="entry__title">{}</h{}>\n{}</li>',
        (
            (
                date_of(digest.published_at),
                "" if digest.topic_count is None else count_of(topics_counted(digest.topic_count)),
                new_mark() if digest.pk in new else "",
                level,
                link_to(digest),
                level,
                tags_of(digest.tags),
            )
            for digest in digests
        ),
    )


@register.simple_tag
def reference_entries(references: Iterable[tuple[Reference, int]]) -> SafeString:
    """Items of a list of references, each with the number of topics that cite it, if there is
    one."""
    return markup_of_each(
        "<li>\n{}\n{}\n{}</li>",
        (
            (
                reference_kind(reference.kind),
                reference_link(reference),
                in_topics(count) if count else "",
            )
            for reference, count in references
        ),
    )


@register.simple_tag
def all_cited(references: Iterable[Reference]) -> SafeString:
    """Items of a list of references, each with the number of topics that cite it, if there are
    several."""
    counts = ((each, each.topic_count if each.topic_count > 1 else 0) for each in references)
    return reference_entries(counts)


@register.simple_tag
def tag_cloud(tags: Iterable[Tag]) -> SafeString:
    """Items of a list of tags, each with the number of its topics, if it has any."""
    return markup_of_each(
        '<li>\n<a href="{}">{}</a>\n{}</li>',
        (
            (
                tag.get_absolute_url(),
                tag.name,
                count_of(localize(tag.topic_count)) if tag.topic_count else "",
            )
            for tag in tags
        ),
    )


@register.simple_tag
def tags_together(subject: Subject, others: Iterable[tuple[TagLink, int, str]]) -> SafeString:
    """Items of a list of tags that go with a subject, each with their number. They lead to both, if
    that has an address."""
    hidden = markup('<span class="visually-hidden">{} + </span>', subject.name)
    return markup_of_each(
        '<li>\n<a href="{}">{}{}</a>\n{}</li>',
        (
            (
                both or tag.get_absolute_url(),
                hidden if both else "",
                tag.name,
                count_of(localize(n)),
            )
            for tag, n, both in others
        ),
    )


@register.simple_tag
def labels_of_tag(labels: Iterable[tuple[PointKind, int]], slug: str) -> SafeString:
    """Items of a list of labels with the number of their points. They lead to the points of topics
    with a tag; without its ``slug`` they are no links."""
    chips = (
        (kind.value, point_kind(kind.value, str(kind.label)), count_of(localize(count)))
        for kind, count in labels
    )
    if not slug:
        return markup_of_each("<li>\n{}\n{}</li>", ((chip, count) for _, chip, count in chips))
    query = urlencode({"tag": slug})
    return markup_of_each(
        '<li>\n<a href="{}?{}">\n{}\n{}</a></li>',
        ((_label_address(kind), query, chip, count) for kind, chip, count in chips),
    )


@register.simple_tag
def unknown_labels(labels: Iterable[tuple[str, int]]) -> SafeString:
    """Items of a list of labels that nobody knows, as they are written, with the number of their
    points."""
    address, lang = _label_address(PointKind.OTHER), content_lang()
    return markup_of_each(
        '<li>\n<a{} href="{}?{}">{}</a>\n{}</li>',
        (
            (lang, address, urlencode({"label": label}), label, count_of(localize(count)))
            for label, count in labels
        ),
    )


def _label_address(kind: str) -> str:
    return row_address("digests:label", kind)
