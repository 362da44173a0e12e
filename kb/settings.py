"""All settings. Those that differ between installations are read from the environment.

A variable for one of Django's settings has its name; the project's own start with KB_.
`.env.example` lists them all.
"""

import os
import secrets
from pathlib import Path

import django_stubs_ext

from kb.env import SQLITE, Environment

# Makes generics such as ModelAdmin[Topic] valid at run time; the type checker requires them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG", default=False)
# For development a new secret at each start is enough; it only ends the sessions.
SECRET_KEY = env.text("SECRET_KEY", default=secrets.token_urlsafe(50) if DEBUG else None)

KB_SITE_NAME = env.text("KB_SITE_NAME", default="群聊知识库")
KB_LOGIN_REQUIRED = env.flag("KB_LOGIN_REQUIRED", default=False)
KB_HTTPS = env.flag("KB_HTTPS", default=not DEBUG)


# Application

INSTALLED_APPS = [
    "kb",
    "taggit",
    "markdownx",
    "csp",
    "digests",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.forms",  # lets FORM_RENDERER find the templates of Django's own widgets
    # Before staticfiles, so that runserver leaves the static files to WhiteNoise too.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "digests.pages.home.visits.VisitMiddleware",
    "digests.pages.caching.public.PublicPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kb.middleware.LanguageMiddleware",
    "kb.bodies.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kb.sessions.LastingSessionMiddleware",
    "kb.kept.KeptFormMiddleware",
    *(
        [
            "kb.middleware.PrivateMiddleware",
            "kb.members.MembersMiddleware",
        ]
        if KB_LOGIN_REQUIRED
        else []
    ),
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kb.failed_requests.UnsavedFormMiddleware",
]

ROOT_URLCONF = "kb.urls"
WSGI_APPLICATION = "kb.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kb.context.site",
            ],
        },
    },
]
# Widgets are rendered by TEMPLATES too, because the project replaces django-markdownx's template.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


# Database

database = env.database("DATABASE_URL", default="sqlite:///db.sqlite3")
# A thread keeps its connection, since opening one takes longer than a cached page. In development
# runserver has a thread for each request.
database["CONN_MAX_AGE"] = 0 if DEBUG else None
given = database.get("OPTIONS", {})
if database["ENGINE"] == SQLITE:
    if database["NAME"] != ":memory:":
        # A relative path would depend on the working directory.
        database["NAME"] = str(BASE_DIR / database["NAME"])
    # IMMEDIATE takes the write lock when a transaction begins. A transaction that reads first and
    # writes later would fail at once with "database is locked", whatever the timeout.
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Each connection keeps statements and pages of its own, and each thread of each process
        # has one. 128 statements, as Python keeps by default, took 1.8 MB. Negative: kilobytes.
        "cached_statements": 32,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA cache_size=-500;",
    }
else:
    # Connections are checked before use, because the server may have been restarted.
    database["CONN_HEALTH_CHECKS"] = True
    # Of the server, which libpq would else take from the variable.
    parameters = given.get("options") or os.environ.get("PGOPTIONS", "")
    # Seconds to wait for a server that does not answer, and milliseconds for one that fell silent:
    # each request that waits has one of a few threads.
    given = {"connect_timeout": 3, "tcp_user_timeout": 10_000, **given}
    options = {
        # The server plans a statement once that a connection has sent five times.
        "server_side_binding": True,
        "prepare_threshold": 5,
        # Milliseconds for which a writer waits for another, as long as on SQLite. PostgreSQL's own
        # default is for ever. To compile a plan takes seconds, longer than our statements run.
        "options": f"-c lock_timeout=20000 {parameters} -c jit=off",
    }
DATABASES = {"default": {**database, "OPTIONS": {**given, **options}}}


# Copies of pages

cache_url = env.redis("KB_CACHE_URL")
if cache_url:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": cache_url,
            "TIMEOUT": 24 * 60 * 60,
            # A page is made faster than a reader would wait for a Redis that is gone.
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "digests.pages.caching.memory.MemoryCache",
            "TIMEOUT": 24 * 60 * 60,
            "OPTIONS": {"MAX_BYTES": 3 * 1024 * 1024},  # for each process
        }
    }


# Language and time

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", list(dict(LANGUAGES)), default="zh-hans")
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = KB_HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["kb.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.time_zone("TIME_ZONE", default="Asia/Shanghai")


# Accounts

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    # Refuses nothing. Django tells validators, and nothing else, that a password was changed.
    {"NAME": "kb.accounts.FeedKeyValidator"},
]


# Security

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

SECURE_SSL_REDIRECT = KB_HTTPS
# A load balancer checks the process directly by HTTP, not through the proxy that serves HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Any client can send this header: the proxy in front must set or remove it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KB_HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if KB_HTTPS else 0
# W005, W021: HSTS for subdomains and the preload list are decisions of the domain's owner, not of
# one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = KB_HTTPS
CSRF_COOKIE_SECURE = KB_HTTPS
CSRF_FAILURE_VIEW = "kb.kept.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}
# Bytes. An editor may send 256 KB of Markdown, and percent-encoding triples Chinese text.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The limit of one upload in the admin.
DATA_UPLOAD_MAX_NUMBER_FILES = 500
# Bytes of a request with files, of which nothing is written to the disk: 5 MB of files, the fields
# beside them, and the names of files. `kb.bodies` refuses more.
FILE_UPLOAD_MAX_MEMORY_SIZE = 7 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/uploads/"
MEDIA_ROOT = BASE_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "digests.pages.editor.storage.WholeFileStorage"},
    "staticfiles": {
        # Hashed names need collectstatic after every change, which would hinder development.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
# In development, files are served from their folders. WhiteNoise's own default follows DEBUG too,
# but reads it after a test runner has turned it off.
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
# Only the site's own pages load its files.
WHITENOISE_ALLOW_ALL_ORIGINS = False


# Tags and the editor

TAGGIT_CASE_INSENSITIVE = True
MARKDOWNX_MARKDOWNIFY_FUNCTION = "digests.rendering.preview"
MARKDOWNX_URLS_PATH = "/editor/preview/"
MARKDOWNX_UPLOAD_URLS_PATH = "/editor/upload/"


# Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "one_line": {"()": "kb.errors.OneLine"},
        "without_traceback": {"()": "kb.logs.WithoutTraceback"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_traceback"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # No handlers of Django's own, which send mail if DEBUG is off.
        "django": {"handlers": [], "level": "WARNING"},
        # Django logs each 404 as a warning, which would fill the log.
        "django.request": {"level": "ERROR", "filters": ["one_line"]},
    },
}


# script/test reads KB_REQUIRE_ALL.
env.refuse_unknown(besides=["KB_REQUIRE_ALL"])
