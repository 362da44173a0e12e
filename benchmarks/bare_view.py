"""A Django view without middleware that returns 10 KB: the unit of the costs of pages."""

from django.conf import settings

settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["127.0.0.1"])

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after the configuration
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

_BODY = b"x" * 10_240


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_BODY)


urlpatterns = [path("", _view)]
application = get_wsgi_application()
