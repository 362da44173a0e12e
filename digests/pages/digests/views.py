from unicodedata import normalize

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Digest
from digests.pages.caching import cached_page
from digests.pages.digests.queries import DigestInFull, digest_in_full
from digests.pages.parts.about import About, description
from digests.pages.parts.listed import by_month, digest_rows, digests_with_tags
from digests.pages.parts.paging import page_of, page_of_cited
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import listed_digests, named
from digests.pages.variants.answering import Format

DIGESTS_ON_PAGE = 20


@cached_page
def digest_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, digest_rows(listed_digests(request.user)), DIGESTS_ON_PAGE)
    about = About(_("Digests"), feed=reverse("digests:digests_feed"), page=page)
    months = by_month(digests_with_tags(request.user, page.object_list))
    return render(
        request, "digests/digest_list.html", {"about": about, "page": page, "months": months}
    )


@cached_page
def digest(request: HttpRequest, slug: str) -> HttpResponse:
    full = digest_in_full(request.user, slug)
    if full is None:
        return renamed_digest(request, slug, Format.HTML)
    context = {
        "about": _about(full),
        "digest": full.digest,
        "full": full,
        "markdown": Format.MARKDOWN.address(full.digest.get_absolute_url()),
        "references": page_of_cited(request, full.preamble_cites),
    }
    return render(request, "digests/digest.html", context)


def renamed_digest(request: HttpRequest, slug: str, form: Format) -> HttpResponse:
    """Redirect to the digest that is meant: its slug ends like the address of a format, is spelt
    in NFC, or was this one."""
    digests = Digest.objects.visible_to(request.user)
    if form is not Format.HTML and (digest := digests.filter(slug=form.address(slug)).first()):
        return permanently_at(request, digest.get_absolute_url())
    named = digests.filter(slug=normalize("NFC", slug)).first() if not slug.isascii() else None
    digest = named or get_object_or_404(digests, aliases__slug__in=[slug, normalize("NFC", slug)])
    return permanently_at(request, form.address(digest.get_absolute_url()))


def _about(full: DigestInFull) -> About:
    digest = full.digest
    titles = description(named(entry.topic) for entry in full.topics)
    return About(
        named(digest),
        titles or description([digest.preamble_text]),
        feed=reverse("digests:digests_feed"),
        within=((_("Digests"), reverse("digests:digest_list")),),
        variants=digest.get_absolute_url(),
        published=digest.published_at,
        edited=digest.edited_at,
    )
