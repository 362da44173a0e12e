"""Settings of the test run, independent of the developer's `.env` and shell."""

import os

OTHERS = {"SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "LANGUAGE_CODE", "TIME_ZONE"}

for name in list(os.environ):
    if name in OTHERS or (name.startswith("KB_") and name != "KB_REQUIRE_ALL"):
        del os.environ[name]
# DEBUG serves static files from their folders; pytest-django turns it off before the tests.
os.environ |= {"KB_ENV_FILE": "", "DEBUG": "true"}


def pytest_configure() -> None:
    # Imported here, because the settings read the environment that is set above.
    from django.conf import settings  # noqa: PLC0415

    # Real hashers are slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests write rows past the write door, which alone raises the version of the content.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
