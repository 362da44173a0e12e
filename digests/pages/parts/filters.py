from django import forms

from digests.models import Reader, Tag
from digests.text import slug_or_hash


class TagFilter(forms.Form):
    """A filter for a tag, on lists whose rows have tags."""

    tag = forms.CharField(max_length=100, required=False)

    def chosen(self, user: Reader) -> tuple[Tag | None, bool]:
        """The chosen tag, and True if a tag was given that does not exist. One query if one was
        given.

        A tag is found by its slug, or by its name, as in the address of its page.
        """
        self.full_clean()
        written = self.cleaned_data.get("tag", "")
        slugs = [written, slug_or_hash(written)] if written else []
        tags = Tag.objects.visible_to(user).filter(slug__in=slugs)
        tag = min(tags, key=lambda tag: slugs.index(tag.slug), default=None)
        return tag, tag is None and bool(self.data.get("tag"))
