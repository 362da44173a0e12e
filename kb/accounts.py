from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from digests.models import FeedToken
from kb.same_origin import posted_from_here


@never_cache
@posted_from_here
def log_out(request: HttpRequest) -> HttpResponse:
    """Sign the reader out. Django's own view wants a token, with which no page could be shared by
    readers who are signed in."""
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


class FeedKeyValidator:
    """Ends a reader's key for feeds with their password, whoever changes it and where.

    Django calls `password_changed` when a new password is saved, but not when it only hashes the
    old one anew.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Accept every password."""

    def get_help_text(self) -> str:
        return _("Your key for feeds, if you have one, ends with the old password.")

    def password_changed(self, password: str, user: AbstractBaseUser) -> None:
        FeedToken.objects.filter(user=user.pk).delete()


@method_decorator(never_cache, name="dispatch")
class OwnPasswordView(PasswordChangeView):
    """The page on which readers change their own password. Their other sessions end."""

    # The admin's page has Django's name for a template.
    template_name = "registration/own_password.html"
    success_url = reverse_lazy("digests:home")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password was changed."))
        return response
