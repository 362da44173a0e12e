from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digests.models import Reference
from digests.queries.references import digests_citing, topics_citing
from digests.views.addresses import permanently_at
from digests.views.paging import page_of
from digests.vocabulary import ReferenceKind

REFERENCES_ON_PAGE = 50
TOPICS_ON_PAGE = 20
DIGESTS_ON_PAGE = 10


class ReferenceFilter(forms.Form):
    kind = forms.ChoiceField(choices=ReferenceKind.choices, required=False)


@require_safe
def reference_list(request: HttpRequest) -> HttpResponse:
    form = ReferenceFilter(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    references = Reference.objects.cited().most_cited_first()
    if kind:
        references = references.filter(kind=kind)
    page = page_of(request, references, REFERENCES_ON_PAGE)
    context = {"page": page, "form": form, "kind": kind, "kinds": ReferenceKind.choices}
    return render(request, "digests/reference_list.html", context)


@require_safe
def reference(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = get_object_or_404(Reference.objects.with_digest_count(), pk=pk)
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    topics = page_of(request, topics_citing(found), TOPICS_ON_PAGE, count=found.topic_count)
    digests = page_of(
        request, digests_citing(found), DIGESTS_ON_PAGE, "digests", count=found.digest_count
    )
    context = {"reference": found, "topics": topics, "digests": digests}
    return render(request, "digests/reference.html", context)
