from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.utils.cache import add_never_cache_headers


def permanently_at(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """Redirect to the right spelling of an address, with the query of the request.

    The 301 must not be cached, because browsers keep it for good by default: a title that was
    changed and changed back would become a loop.
    """
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    add_never_cache_headers(response)
    return response
