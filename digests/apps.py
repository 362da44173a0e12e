from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from digests.checks import check_migrations


class DigestsConfig(AppConfig):
    name = "digests"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Knowledge base")

    def ready(self) -> None:
        checks.register(check_migrations, checks.Tags.database)
