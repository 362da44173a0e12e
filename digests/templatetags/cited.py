"""Lists of what a text cites. The page of a digest has one for each of its topics."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from digests.models.references import reference_addresses
from digests.pages.parts.cited import Cited, CitedGroup, CitedItem, CitedReference, Listed, Work
from digests.pages.parts.rows import named, title_or_id
from digests.rendering import joined, markup, markup_of_each
from digests.templatetags.pieces import (
    citing_in_words,
    content_lang,
    in_topics,
    reference_kind,
)
from digests.vocabulary import ReferenceKind

register = template.Library()

_CARD = markup(' class="card"')
_HIDDEN = markup(' class="visually-hidden"')


@register.simple_tag
def cited_lists(cited: Cited, level: int = 3) -> SafeString:
    """The reference lists of a text, each under a heading of this ``level``, which is 2 or 3, and
    what the text links to beside them."""
    return joined((*(_list(group, level) for group in cited.groups), _links(cited.inline)))


def _list(group: CitedGroup, level: int) -> SafeString:
    heading = content_lang() if group.name else "", group.name or gettext("References")
    return markup(
        '{}\n<ul class="references cards links">\n{}\n</ul>\n',
        markup('<h2 class="section-title"{}>{}</h2>', *heading)
        if level == 2
        else markup('<h3 class="small-title"{}>{}</h3>', *heading),
        markup_of_each("<li{}>\n{}\n</li>", map(_work, group.works)),
    )


def _work(work: Work) -> tuple[SafeString | str, SafeString]:
    return _CARD if work.is_linked else "", joined(map(_item, work.items))


def _item(item: CitedItem) -> SafeString:
    """An entry of a reference list: its label, its text, and links to what it cites."""
    first = item.first
    has_kind = first.label or first.kind != ReferenceKind.OTHER
    return markup(
        '<div class="card__item">\n{}\n{}\n{}</div>',
        reference_kind(first.kind, first.label) if has_kind else "",
        first.rendered_text or str(first).strip(),
        joined(map(_cited_by, item.citations)),
    )


def _cited_by(citation: Listed) -> SafeString:
    """A link to the page of a reference that says how many topics cite it. Its title is hidden
    where the entry itself has one."""
    reference = citation.reference
    is_hidden = citation.is_titled or not reference.is_titled
    return markup(
        '<a class="cited-by" href="{}">\n{}<span{}>: {}</span>\n</a>',
        reference.get_absolute_url(),
        citing_in_words(reference.topic_count)
        if reference.topic_count > 1
        else pgettext("link to its page", "Reference"),
        _HIDDEN if is_hidden else "",
        named(reference),
    )


def _links(references: Sequence[CitedReference]) -> SafeString | str:
    """The references that only the running text links to, which may be hundreds."""
    if not references:
        return ""
    listed = [(each.pk, each.title, each.topic_count) for each in references]
    addresses = reference_addresses((pk, title) for pk, title, _ in listed)
    in_others = {count: in_topics(count) if count > 1 else "" for _, _, count in listed}
    links = markup_of_each(
        '<li><a href="{}">{}</a>\n{}</li>',
        (
            (address, title_or_id(title, pk), in_others[count])
            for address, (pk, title, count) in zip(addresses, listed, strict=True)
        ),
    )
    return markup(
        '<div class="inline-links quiet">\n<p>{}</p>\n<ul>{}</ul>\n</div>\n',
        gettext("Also linked in the text"),
        links,
    )
