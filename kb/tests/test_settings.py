import importlib.util
import re
import runpy
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.exceptions import ImproperlyConfigured

from kb.tests import environment

ROOT = Path(__file__).resolve().parent.parent.parent


class Load(Protocol):
    def __call__(self, **variables: str) -> dict[str, Any]: ...


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load settings.py again with a secret and these variables alone."""

    def load(**variables: str) -> dict[str, Any]:
        for name in (*environment.OTHERS, "DEBUG", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"SECRET_KEY": "s" * 50} | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "kb/settings.py"))

    return load


@pytest.mark.parametrize("name", ["DEBUG", "KB_LOGIN_REQUIRED", "KB_HTTPS"])
@pytest.mark.parametrize("value", ["ture", ""])
def test_a_flag_that_is_neither_true_nor_false_is_refused_by_name(
    load: Load, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f'"{name}" invalid'):
        load(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGUAGE_CODE", "zh-cn"),
        ("TIME_ZONE", "Asia/Shangai"),
        ("TIME_ZONE", "../etc/passwd"),
        ("TIME_ZONE", ""),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "db.sqlite3"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", ""),
        ("KB_ENV_FILE", "/no/such/file"),
        ("KB_CACHE_URL", "memcached://localhost"),
        ("KB_CACHE_URL", "localhost:6379"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(load: Load, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f'"{name}"'):
        load(**{name: value})


def test_a_misspelt_variable_of_ours_is_refused(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match="did you mean KB_LOGIN_REQUIRED"):
        load(KB_LOGIN_REQUIRD="true")


def test_a_password_is_not_in_the_message(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        load(DATABASE_URL="postgres//user:hunter2@host/name")
    assert "hunter2" not in str(error.value)


def test_a_redis_is_the_cache_if_its_package_is_there(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load()["CACHES"]["default"]["OPTIONS"]["MAX_BYTES"] == 3 * 1024 * 1024
    url = "redis://:hunter2@localhost:6379/0"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="pip install redis") as error:
        load(KB_CACHE_URL=url)
    assert "hunter2" not in str(error.value)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    cache = load(KB_CACHE_URL=url)["CACHES"]["default"]
    assert cache["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert cache["LOCATION"] == url


def test_a_secret_is_required_outside_debug(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match='"SECRET_KEY"'):
        load(SECRET_KEY="")


def test_in_debug_a_secret_is_made_up(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load()["SECRET_KEY"] == "s" * 50
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.delenv("SECRET_KEY")
    assert len(runpy.run_path(str(ROOT / "kb/settings.py"))["SECRET_KEY"]) >= 50


def test_debug_is_off_unless_asked(load: Load) -> None:
    assert load()["DEBUG"] is False
    assert load(DEBUG="true")["DEBUG"] is True


def test_https_is_on_outside_debug(load: Load) -> None:
    settings = load()
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("variables", [{"DEBUG": "true"}, {"KB_HTTPS": "false"}])
def test_https_is_off_in_debug_and_where_it_is_said(load: Load, variables: dict[str, str]) -> None:
    settings = load(**variables)
    assert not settings["SECURE_SSL_REDIRECT"]
    assert not settings["SESSION_COOKIE_SECURE"]
    assert not settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] == 0
    # Without a proxy in front, nothing removes a forged header.
    assert settings["SECURE_PROXY_SSL_HEADER"] is None


def test_a_login_is_required_where_it_is_said(load: Load) -> None:
    middleware = {
        "kb.middleware.PrivateMiddleware",
        "kb.members.MembersMiddleware",
    }
    assert not middleware & set(load()["MIDDLEWARE"])
    assert middleware <= set(load(KB_LOGIN_REQUIRED="true")["MIDDLEWARE"])


def test_words_are_separated_by_commas(load: Load) -> None:
    assert load()["ALLOWED_HOSTS"] == []
    assert load(ALLOWED_HOSTS="localhost, [::1],")["ALLOWED_HOSTS"] == ["localhost", "[::1]"]


def test_sqlite_lies_in_the_project_wherever_it_is_started(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    database = load()["DATABASES"]["default"]
    assert database["NAME"] == str(ROOT / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert load(DATABASE_URL="sqlite:////data/kb")["DATABASES"]["default"]["NAME"] == "/data/kb"


def test_sqlite_stays_open_in_threads_that_stay(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load()["DATABASES"]["default"]["CONN_MAX_AGE"] is None
    assert load(DEBUG="true")["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


def test_postgresql_stays_connected_and_is_found_over_a_socket(load: Load) -> None:
    database = load(DATABASE_URL="postgresql://kb@/name?host=/run/socket")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["NAME"] == "name"
    assert database["OPTIONS"]["host"] == "/run/socket"
    assert database["CONN_MAX_AGE"] is None
    assert database["CONN_HEALTH_CHECKS"]


def test_a_request_waits_three_seconds_for_postgresql_or_as_long_as_its_address_says(
    load: Load,
) -> None:
    def seconds(url: str) -> int:
        return int(load(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]["connect_timeout"])

    assert seconds("postgresql://kb@/name") == 3
    assert seconds("postgresql://kb@/name?connect_timeout=20") == 20


def test_postgresql_compiles_no_plan_waits_for_no_lock_for_ever_and_keeps_other_parameters(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parameters(url: str) -> str:
        return str(load(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]["options"])

    wait = "-c lock_timeout=20000"
    assert parameters("postgresql://kb@/name") == f"{wait}  -c jit=off"
    given = "postgresql://kb@/name?options=-c%20work_mem%3D8MB"
    assert parameters(given) == f"{wait} -c work_mem=8MB -c jit=off"
    monkeypatch.setenv("PGOPTIONS", "-c geqo=off")
    assert parameters("postgresql://kb@/name") == f"{wait} -c geqo=off -c jit=off"


def test_the_file_says_what_the_environment_does_not(load: Load, tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("KB_SITE_NAME=from the file\nTIME_ZONE=Europe/Paris\n")
    settings = load(KB_ENV_FILE=str(file), TIME_ZONE="UTC")
    assert settings["KB_SITE_NAME"] == "from the file"
    assert settings["TIME_ZONE"] == "UTC"


@pytest.mark.parametrize("line", ["KB_LOGIN_REQUIRED", "KB_LOGIN_REQUIRD=true"])
def test_a_slip_in_the_file_is_refused(load: Load, tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings"
    file.write_text(line)
    with pytest.raises(ImproperlyConfigured, match=line.partition("=")[0]):
        load(KB_ENV_FILE=str(file))


def test_the_example_can_be_read(load: Load, tmp_path: Path) -> None:
    """Load .env.example with a secret, and with its commented defaults active."""
    file = tmp_path / "settings"
    file.write_text(
        re.sub("(?m)^#(?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text(encoding="utf-8"))
    )
    assert load(KB_ENV_FILE=str(file))["DATABASES"] == load()["DATABASES"]
