"""The editors' desk. Nothing is written here: every change goes through `editing`."""

from digests.admin.digests import DigestAdmin
from digests.admin.imports import ImportRunAdmin
from digests.admin.references import ReferenceAdmin
from digests.admin.tags import TagAdmin
from digests.admin.topics import TopicAdmin

__all__ = ["DigestAdmin", "ImportRunAdmin", "ReferenceAdmin", "TagAdmin", "TopicAdmin"]
