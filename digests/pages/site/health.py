from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digests.missing_migrations import missing_migrations


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer load balancers and monitors: 200 if this process reaches its database, and that has
    all migrations."""
    try:
        is_complete = not missing_migrations(DEFAULT_DB_ALIAS)
    except Error:
        return JsonResponse({"status": "unavailable", "database": "unavailable"}, status=503)
    if not is_complete:
        return JsonResponse({"status": "unavailable", "database": "migrations missing"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
