from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digests import text
from digests.models import Tag
from digests.queries.tag_list import by_letter, letters, listed_tags
from digests.queries.tags import digests_tagged, topics_tagged
from digests.views.addresses import permanently_at
from digests.views.paging import page_of

TAGS_ON_PAGE = 200
TOPICS_ON_PAGE = 20
DIGESTS_ON_PAGE = 10


class TagListForm(forms.Form):
    q = forms.CharField(max_length=100, required=False)
    order = forms.ChoiceField(choices=[("name", "name")], required=False)


@require_safe
def tag_list(request: HttpRequest) -> HttpResponse:
    form = TagListForm(request.GET)
    form.full_clean()  # what it cannot read is left out
    name, by_name = form.cleaned_data.get("q", ""), bool(form.cleaned_data.get("order"))
    tags = listed_tags(name, by_name=by_name)
    initials = letters(tags, TAGS_ON_PAGE) if by_name else []
    count = sum(letter.count for letter in initials) if by_name else None
    page = page_of(request, tags, TAGS_ON_PAGE, count=count)
    context = {"page": page, "name": name, "by_name": by_name, "letters": initials}
    if by_name:
        context["by_letter"] = by_letter(page.object_list)
    return render(request, "digests/tag_list.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tags = Tag.objects.with_digest_count()
    found = tags.filter(slug=slug).first() or get_object_or_404(tags, slug=text.slug_or_hash(slug))
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    topics = page_of(request, topics_tagged(found), TOPICS_ON_PAGE, count=found.topic_count)
    digests = page_of(
        request, digests_tagged(found), DIGESTS_ON_PAGE, "digests", count=found.digest_count
    )
    context = {"tag": found, "topics": topics, "digests": digests}
    return render(request, "digests/tag.html", context)
