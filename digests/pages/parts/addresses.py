from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.utils.cache import add_never_cache_headers


def permanently_at(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """Send the reader on to the right spelling of an address, with the query they came with.

    Browsers keep a 301 for good unless told: a title changed and changed back would be a loop.
    """
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    add_never_cache_headers(response)
    return response
