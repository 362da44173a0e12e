import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

application = get_wsgi_application()

from digests.pages.caching import build_id  # noqa: E402 - models need the settings above

# Now, because an upgrade may replace the files while this process still runs the old ones.
build_id()
