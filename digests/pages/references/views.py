from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from digests import identity
from digests.bibliography import FORMATS, Format
from digests.models import Reference
from digests.pages.caching import cached_page
from digests.pages.parts.about import About, description
from digests.pages.parts.listed import ListedDigest, ListedTopic, digest_rows
from digests.pages.parts.months import months_of
from digests.pages.parts.newest import TOPICS_ON_PAGE
from digests.pages.parts.paging import page_of, page_of_count, rows_of
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import LATEST, named
from digests.pages.references import queries
from digests.pages.references.queries import listed_references
from digests.pages.references.variants import cited_in, reference_json
from digests.vocabulary import ReferenceKind, VotedField

REFERENCES_ON_PAGE = 50
REFERENCES_IN_FILE = 5_000
DIGESTS_ON_PAGE = 10


class ReferenceFilter(forms.Form):
    kind = forms.ChoiceField(choices=ReferenceKind.choices, required=False)
    host = forms.CharField(max_length=253, required=False)
    year = forms.IntegerField(min_value=1900, max_value=9998, required=False)

    def clean_host(self) -> str:
        return str(self.cleaned_data["host"]).lower().removeprefix("www.")

    @property
    def chosen(self) -> dict[str, Any]:
        """The valid filters that are not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _narrowed(chosen: Mapping[str, Any], **more: str | int) -> str:
    """The query of the list with these filters."""
    return f"?{urlencode({**chosen, **more})}"


@cached_page
def reference_list(request: HttpRequest) -> HttpResponse:
    form = ReferenceFilter(request.GET)
    chosen = form.chosen
    pks, hosts = queries.first_listed(listed_references(request.user, **chosen))
    if "host" in chosen:  # then the hosts are those of the list without that filter
        others = {name: value for name, value in chosen.items() if name != "host"}
        hosts = queries.first_listed(listed_references(request.user, **others))[1]
    page = page_of_count(request, min(len(pks), queries.MOST_LISTED), REFERENCES_ON_PAGE)
    references = Reference.objects.visible_to(request.user).in_bulk(pks[rows_of(page)])
    page.object_list = [references[pk] for pk in pks[rows_of(page)] if pk in references]
    address = QueryDict(mutable=True)
    address.update({name: str(value) for name, value in chosen.items()})
    kind = ReferenceKind(chosen["kind"]) if "kind" in chosen else None
    title = [kind.label if kind else "", chosen.get("host"), chosen.get("year"), _("References")]
    context = {
        "about": About(" · ".join(str(part) for part in title if part), page=page),
        **{"page": page, "form": form, "chosen": chosen, "address": address, "kind": kind},
        "is_cut": len(pks) > queries.MOST_LISTED,
        "kinds": [(kind, _narrowed(chosen, kind=kind.value)) for kind in ReferenceKind],
        "hosts": [(host, count, _narrowed(chosen, host=host)) for host, count in hosts],
        "years": [
            (year, _narrowed(chosen, year=year)) for year in queries.years_of_digests(request.user)
        ],
        "formats": FORMATS.values(),
        "most_in_file": REFERENCES_IN_FILE,
    }
    return render(request, "digests/reference_list.html", context)


@cached_page
def reference_list_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The filtered list from its beginning as a bibliography file; 404 if a filter is invalid."""
    form = ReferenceFilter(request.GET)
    if not form.is_valid():
        raise Http404
    references = listed_references(request.user, **form.chosen)[:REFERENCES_IN_FILE]
    return _file(references, FORMATS[suffix], "references")


@cached_page
def reference(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    user = request.user
    found = queries.reference_at(user, pk)
    if found.pk != pk or slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    topics = page_of_count(request, found.topic_count, TOPICS_ON_PAGE)
    latest = queries.newest_citing.latest(user, found)
    shown = queries.newest_citing.page(
        user, found, found.topic_count, rows_of(topics), latest.values()
    )
    citing_digests = digest_rows(queries.digests_citing(user, found))
    digests = page_of(request, citing_digests, DIGESTS_ON_PAGE, "digests")
    whole = [ListedDigest(*row) for row in digests.object_list]
    in_topics, in_digests = queries.how_cited(user, found, shown, whole)
    context = {
        "about": _about(found, shown, topics),
        **{"reference": found, "topics": topics, "digests": digests},
        **{"in_topics": in_topics, "in_digests": in_digests},
        "archived": identity.archive_entry(found.key),
        "months": months_of(latest.values()),
        "urls": queries.spellings(user, found, VotedField.URL),
        "titles": queries.spellings(user, found, VotedField.TITLE),
        "together": queries.cited_together_with(user, found, list(latest)),
        "latest": LATEST if found.topic_count > len(latest) else None,
        "formats": FORMATS.values(),
    }
    return render(request, "digests/reference.html", context)


def _about(reference: Reference, topics: Iterable[ListedTopic], page: Page[Any]) -> About:
    counted = cited_in(reference) if reference.topic_count else ""
    titles = [named(topic) for topic in topics]
    return About(
        named(reference),
        description([named(reference), counted, *titles]),
        feed=reverse("digests:reference_feed", args=[reference.pk, reference.slug]),
        within=((_("References"), reverse("digests:reference_list")),),
        variants=reverse("digests:reference_short", args=[reference.pk]),
        page=page,
    )


@cached_page
def reference_file(request: HttpRequest, pk: int, suffix: str, slug: str = "") -> HttpResponseBase:
    found = queries.reference_at(request.user, pk)
    if f"{slug}.{suffix}" == f"{found.slug}.json":  # a slug may end in .csl
        return reference_json(request, pk=pk, slug=found.slug)
    if found.pk != pk or slug != found.slug:
        address = reverse("digests:reference_file", args=[found.pk, found.slug, suffix])
        return permanently_at(request, address)
    references = Reference.objects.visible_to(request.user).filter(pk=pk)
    return _file(references, FORMATS[suffix], found.slug)


def _file(references: QuerySet[Reference], format_: Format, name: str) -> StreamingHttpResponse:
    disposition = content_disposition_header(True, f"{name}.{format_.suffix}")
    return StreamingHttpResponse(
        format_.write(queries.publications(references)),
        content_type=format_.content_type,
        headers={"Content-Disposition": disposition or "attachment"},
    )
