"""Costs of a reader's first visit: requests, bytes, and layout shift."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, Response
from pytest_django.live_server_helper import LiveServer

from digests.models import Topic
from digests.tests.browser.visits import visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEED = Path(settings.BASE_DIR, "seeds", "2024-07-10.md")
SHIFTS = """new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 500);
})"""


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 1280])
def test_a_topic_takes_four_requests_and_30_kb_and_stands_still(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    call_command("import_digests", SEED, quiet=True)
    topic = Topic.objects.get(title__startswith="Step-DPO")
    responses: list[Response] = []
    with visit(browser, live_server.url, "light", width) as (page, _console):
        page.on("response", lambda response: responses.append(response))
        page.goto(topic.get_absolute_url(), wait_until="networkidle")
        sizes = {response.url: on_the_wire(response) for response in responses}
        shifted = page.evaluate(SHIFTS)
    assert len(sizes) <= 4, sizes
    assert sum(sizes.values()) <= 30_000, sizes
    assert shifted == 0


def on_the_wire(response: Response) -> int:
    """Bytes with the headers. Files are compressed in advance where the site runs; here they are
    not, so gzip, the weaker way, stands for it."""
    return response.request.sizes()["responseHeadersSize"] + len(gzip.compress(response.body()))
