from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kb.theme import Theme, chosen_theme


def site(request: HttpRequest) -> dict[str, Any]:
    # Not "site_name", which Django's LoginView sets to the host.
    return {
        "kb_site_name": settings.KB_SITE_NAME,
        "kb_theme": chosen_theme(request),
        "kb_themes": list(Theme),
    }
