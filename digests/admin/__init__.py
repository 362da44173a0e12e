"""The editors' admin. It writes no rows itself: every change goes through `changes.editing`."""

from django.conf import settings
from django.contrib import admin
from taggit.models import Tag as UnusedTag

from digests.admin import accounts, conflicts, digests, imports, references, tags, topics

# django-taggit registers its own Tag, which this project does not use.
admin.site.unregister(UnusedTag)

admin.site.site_header = admin.site.site_title = settings.KB_SITE_NAME

__all__ = ["accounts", "conflicts", "digests", "imports", "references", "tags", "topics"]
