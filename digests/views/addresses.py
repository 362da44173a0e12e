from django.http import HttpRequest, HttpResponsePermanentRedirect


def permanently_at(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """Send the reader on to the right spelling of an address, with the query they came with."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
