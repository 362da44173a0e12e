from pytest_django import Settings

from kb.checks import check_allowed_hosts, check_wildcard_host


def test_hosts_are_needed_outside_debug(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = []
    settings.DEBUG = False
    assert [message.id for message in check_allowed_hosts()] == ["kb.E001"]
    settings.DEBUG = True
    assert check_allowed_hosts() == []


def test_named_hosts_are_fine(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["kb.example.org"]
    assert check_allowed_hosts() == []
    assert check_wildcard_host() == []


def test_any_host_at_all_is_warned_of(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert [message.id for message in check_wildcard_host()] == ["kb.W001"]


def test_each_message_says_what_to_do(settings: Settings) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = []
    messages = check_allowed_hosts()
    settings.ALLOWED_HOSTS = ["*"]
    assert all(message.hint for message in [*messages, *check_wildcard_host()])
