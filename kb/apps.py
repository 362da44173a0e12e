from django.apps import AppConfig
from django.core import checks

from kb.checks import check_allowed_hosts, check_wildcard_host


class KbConfig(AppConfig):
    name = "kb"

    def ready(self) -> None:
        checks.register(check_allowed_hosts, checks.Tags.security)
        checks.register(check_wildcard_host, checks.Tags.security, deploy=True)
