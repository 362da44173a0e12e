"""Configuration of the web server: ``gunicorn --config python:kb.gunicorn``.

The master loads the site and its dictionaries once, and the workers that it forks share them. What
a worker writes to becomes its own copy, and to count a reference to an object is to write to it.
"""

import ctypes
import gc
import os
from importlib import import_module
from typing import Any

wsgi_app = "kb.wsgi"
preload_app = True
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 3
loglevel = "warning"
# No header of a client becomes part of the path or the scheme, as it does by default if the client,
# or a proxy that passes everything on, is on the same machine. Django reads X-Forwarded-Proto.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# Nobody asks for it, and it is a socket in a folder of the user's.
control_socket_disable = True

# Parameters of mallopt, as malloc.h of glibc numbers them.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def when_ready(_server: Any) -> None:
    """Load in the master what a worker would load at its first request."""
    from django.conf import settings  # noqa: PLC0415 - the settings are read when wsgi is loaded

    import_module(settings.ROOT_URLCONF)
    _load_dictionaries()
    _close_connections()
    _return_freed_memory()
    # The collector marks every object that it visits; those that are frozen it never visits.
    gc.collect()
    gc.freeze()


def _load_dictionaries() -> None:
    from digests import pinyin, text  # noqa: PLC0415 - models need the settings
    from digests.search.language import tokenizer  # noqa: PLC0415

    for load in (text.cut, tokenizer.fold, pinyin.spelled):
        load("中文")


def _close_connections() -> None:
    """Close what the loading may have opened: two processes on one connection read each other's
    answers, and SQLite loses its locks."""
    from django.db import connections  # noqa: PLC0415

    for connection in connections.all(initialized_only=True):
        connection.close()


def _return_freed_memory() -> None:
    """Have glibc give memory back once it is free. By default each thread has a heap of its own,
    and what a page of half a megabyte needed stays with each of them."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # musl and macOS do not have it
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_TRIM_THRESHOLD, 128 * 1024)
        libc.mallopt(_M_MMAP_THRESHOLD, 64 * 1024)
        libc.malloc_trim(0)
