from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache

from kb.same_origin import posted_from_here


@never_cache
@posted_from_here
def log_out(request: HttpRequest) -> HttpResponse:
    """Sign the reader out. Django's own view wants a token, with which no page could be shared by
    readers who are signed in."""
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)
