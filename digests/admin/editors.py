from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def editor(request: HttpRequest) -> User:
    """The signed-in user. Raises PermissionDenied without one, for the type checker."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
