from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def editor(request: HttpRequest) -> User:
    """Who is at the desk, which nobody enters without an account."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
