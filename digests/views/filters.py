from django import forms

from digests.models import Tag


class TagFilter(forms.Form):
    """Of a list whose rows have tags."""

    tag = forms.CharField(max_length=100, required=False)

    def chosen(self) -> tuple[Tag | None, bool]:
        """The tag, and whether one was asked for that there is not. One query, if one was."""
        self.full_clean()
        slug = self.cleaned_data.get("tag", "")
        tag = Tag.objects.filter(slug=slug).first() if slug else None
        return tag, tag is None and bool(self.data.get("tag"))
