"""Descriptions of the site for scripts and language models: JSON Schema and llms.txt."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Digest
from digests.pages.caching import cached_page
from digests.pages.parts.counted import topics_counted
from digests.pages.parts.rows import listed_digests, named
from digests.pages.variants.answering import Format
from digests.pages.variants.listed_rows import day
from digests.pages.variants.markdown_text import escaped, link, section

NEWEST = 30
_SCHEMA = Path(__file__).resolve().parent.parent.parent / "schema.json"


@cached_page
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of every JSON variant."""
    return HttpResponse(_SCHEMA.read_bytes(), content_type="application/schema+json")


@cached_page
def llms(request: HttpRequest) -> HttpResponse:
    """Describe the site in one page of Markdown, in the form of https://llmstxt.org."""
    title = escaped(settings.KB_SITE_NAME)
    newest = [f"- {_digest(request, digest)}" for digest in listed_digests(request.user)[:NEWEST]]
    pages = (
        (_("All digests"), "digest_list"),
        (_("All tags"), "tag_list"),
        (_("All references"), "reference_list"),
        (_("Feeds"), "feeds"),
    )
    parts = [
        f"# {title}",
        "> "
        + _("%(kb_site_name)s: digests of our group chats, topic by topic.")
        % {"kb_site_name": title},
        _(
            "A digest is what was said in a day, as topics; a topic has points, references and "
            "tags, and its address never changes."
        ),
        *section(_("How to read it"), (f"- {line}" for line in _how_to_read(request))),
        *section(_("Newest digests"), newest or [_("There is no digest yet.")]),
        *section(_("Lists"), (f"- {link(name, _at(request, view))}" for name, view in pages)),
    ]
    return HttpResponse("\n\n".join(parts) + "\n", content_type="text/plain; charset=utf-8")


def _digest(request: HttpRequest, digest: Digest) -> str:
    url = request.build_absolute_uri(Format.MARKDOWN.address(digest.get_absolute_url()))
    return f"{link(named(digest), url)}: {day(digest)}, {topics_counted(digest.topic_count)}"


def _how_to_read(request: HttpRequest) -> list[str]:
    return [
        _(
            "Every digest, topic, tag, reference and search is also there as Markdown and as JSON: "
            "at its address with `.md` or `.json` for the slash at its end, or for whoever sends "
            "`Accept: text/markdown` or `Accept: application/json`."
        ),
        _("Lists have pages: `?page=2`, and `next` and `previous` in the JSON."),
        _(
            'To search: `%(address)s?q=…`. All words must be there; `"…"` for a phrase, `-word` '
            "to leave one out, `tag:RAG`, `label:结论`, `kind:论文`, `ref:arxiv:2305.18290`, "
            "`after:2024-07`; `&sort=newest` for the newest first."
        )
        % {"address": _at(request, "search.json")},
        link(_("The JSON Schema"), _at(request, "schema")),
    ]


def _at(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(f"digests:{name}"))
