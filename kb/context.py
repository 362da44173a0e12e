from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    # Not "site_name", which Django's LoginView sets to the host.
    return {"kb_site_name": settings.KB_SITE_NAME}
