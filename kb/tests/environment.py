"""The settings that tests run with, whatever the developer's `.env` and shell say."""

import os

OTHERS = {"SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "LANGUAGE_CODE", "TIME_ZONE"}

for name in list(os.environ):
    if name in OTHERS or (name.startswith("KB_") and name != "KB_REQUIRE_ALL"):
        del os.environ[name]
# DEBUG serves static files as they lie there; pytest-django turns it off before the tests.
os.environ |= {"KB_ENV_FILE": "", "DEBUG": "true"}


def pytest_configure() -> None:
    # Not at the top: the settings have to find the environment from above.
    from django.conf import settings  # noqa: PLC0415

    # The real hashers are slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
