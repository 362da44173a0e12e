"""System checks for settings that are valid one by one, but wrong together."""

from typing import Any

from django.conf import settings
from django.core import checks


def check_allowed_hosts(**kwargs: Any) -> list[checks.CheckMessage]:
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    return [
        checks.Error(
            "ALLOWED_HOSTS is empty: every request would be answered with status 400.",
            hint="Set it to the host names of the site, separated by commas.",
            id="kb.E001",
        )
    ]


def check_wildcard_host(**kwargs: Any) -> list[checks.CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        checks.Warning(
            "ALLOWED_HOSTS holds *: a visitor decides which host the site's links name.",
            hint="List the host names of the site.",
            id="kb.W001",
        )
    ]
