from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kb.theme import Theme, chosen_theme

MAX_ADDRESS = 8 * 1024  # characters: the usual limit of web servers


def site(request: HttpRequest) -> dict[str, Any]:
    address = request.get_full_path()
    # Not "site_name", which Django's LoginView sets to the host.
    return {
        "kb_site_name": settings.KB_SITE_NAME,
        "kb_theme": chosen_theme(request),
        "kb_themes": list(Theme),
        # Forms redirect here. A longer query is dropped, because every form would repeat it.
        "kb_here": address if len(address) <= MAX_ADDRESS else request.path,
    }
