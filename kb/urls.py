from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from kb.accounts import OwnPasswordView, log_out
from kb.same_origin import posted_from_here
from kb.theme import set_theme
from kb.throttle import throttled

change_admin_password = admin.site.admin_view(admin.site.password_change, cacheable=True)

urlpatterns = [
    # Before the admin's own views of these addresses.
    path("admin/login/", throttled(admin.site.login)),
    path("admin/password_change/", throttled(change_admin_password)),
    path("admin/", admin.site.urls),
    path("accounts/login/", throttled(auth_views.LoginView.as_view()), name="login"),
    path("accounts/logout/", log_out, name="logout"),
    path("accounts/password_change/", throttled(OwnPasswordView.as_view()), name="password_change"),
    # Open without a login, because the login page offers both.
    path("i18n/", login_not_required(posted_from_here(set_language)), name="set_language"),
    path("theme/", login_not_required(set_theme), name="set_theme"),
    path("", include("digests.urls")),
]

handler500 = "kb.failed_requests.failed"
