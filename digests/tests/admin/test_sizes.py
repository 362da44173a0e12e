"""The admin with many rows: what a page shows and reads has bounds, and it says where they are."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digests.admin import deleting, paging, searching
from digests.admin.references import ReferenceAdmin
from digests.admin.topics import TopicAdmin
from digests.models import Conflict, Digest, ImportedTopic, ImportRun, Point, Reference, Tag, Topic
from digests.models.imports import ImportedDigest, ImportedFile
from digests.search import index
from digests.tests import builders
from digests.tests.forms import fields_of
from digests.tests.statements import longest_statement
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

LISTED: Sequence[type[Model]] = (Digest, Topic, Reference, Tag, Conflict, ImportRun, ImportedFile)


def _list(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _titles(client: Client, model: type[Model], **query: str) -> list[str]:
    return [str(row) for row in client.get(_list(model), query).context["cl"].result_list]


def _messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def _build(number: int) -> None:
    """Rows of every listed table."""
    (digest,) = builders.digests(1, before=number)
    topic = builders.topic(digest, f"题 {number}", tags=[f"tag {number}"])
    builders.citation(topic, builders.reference(f"arxiv:{number}"))
    Conflict.objects.create(topic=topic, field="body", theirs="…")
    run = ImportRun.objects.create(origin=f"{number}")
    ImportedFile.objects.create(run=run, digest=digest, path="x.md", status="created")


def test_a_list_shows_25_rows_and_costs_the_same_queries_however_many_there_are(
    admin_client: Client,
) -> None:
    costs = []
    for count in (30, 60):
        for number in range(count - 30, count):
            _build(number)
        queries = []
        for model in LISTED:
            with CaptureQueriesContext(connection) as captured:
                page = admin_client.get(_list(model))
            assert len(page.context["cl"].result_list) == 25
            queries.append(len(captured))
        costs.append(queries)
    assert costs[0] == costs[1]


def test_a_list_leaves_long_texts_in_the_database(admin_client: Client) -> None:
    _build(0)
    long = {*Digest.LONG_TEXTS, *Topic.LONG_TEXTS, "base", "theirs"}
    for model in (Digest, Topic, Conflict):
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(_list(model))
        selected = {part for query in captured for part in query["sql"].split('"')[1::2]}
        assert not long & selected


@pytest.mark.parametrize("query", [{}, {"status": "live"}, {"digest__published_at__year": "2024"}])
def test_the_pages_of_topics_are_the_whole_list_in_its_order(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    monkeypatch.setattr(paging, "_SORTED", 0)
    monkeypatch.setattr(TopicAdmin, "list_per_page", 4)
    for number, digest in enumerate(builders.digests(9)):
        for place in range((number * 5) % 11):
            status = TopicStatus.ARCHIVED if (number + place) % 3 == 0 else TopicStatus.LIVE
            builders.topic(digest, f"{number}-{place}", status=status)
    topics = Topic.objects.newest_first()
    wanted = [str(topic) for topic in (topics.live() if "status" in query else topics)]
    paged: list[str] = []
    for number in range(1, -(-len(wanted) // 4) + 1):
        page = _titles(admin_client, Topic, p=str(number), **query)
        assert len(page) <= 4
        paged += page
    assert paged == wanted


@pytest.mark.parametrize("query", [{}, {"o": "3"}, {"o": "2.-3"}, {"kind__exact": "paper"}])
def test_the_pages_of_references_are_the_whole_list_in_its_order(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    for number in range(14):
        kind = "code" if number < 3 else "paper"
        key = f"url:{number * 5 % 14:02}"
        builders.reference(key, cited_title=key, kind=kind, topic_count=number % 4)
    wanted = _titles(admin_client, Reference, **query)
    assert len(wanted) == (11 if "kind__exact" in query else 14)
    monkeypatch.setattr(paging, "_SORTED", 0)
    monkeypatch.setattr(ReferenceAdmin, "list_per_page", 4)
    numbers = range(1, -(-len(wanted) // 4) + 1)
    pages = [_titles(admin_client, Reference, p=str(number), **query) for number in numbers]
    assert {len(page) for page in pages[:-1]} == {4}
    assert [title for page in pages for title in page] == wanted


def test_a_list_by_one_column_is_in_the_order_of_an_index(admin_client: Client) -> None:
    for number in range(6):
        key = f"url:{number * 5 % 6}"
        builders.reference(key, cited_title=key, topic_count=number % 2)
    usual = _titles(admin_client, Reference)
    assert _titles(admin_client, Reference, o="-3") == usual
    assert _titles(admin_client, Reference, o="3") == usual[::-1]
    with CaptureQueriesContext(connection) as captured:
        assert _titles(admin_client, Reference, o="2.-3") == sorted(usual)
    assert any(
        query["sql"].endswith('ORDER BY "digests_reference"."key" ASC') for query in captured
    )


@pytest.mark.parametrize("order", ["0", "1", "99", "x"])
def test_an_address_that_names_no_column_to_sort_by_gives_the_usual_order(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    for number, digest in enumerate(reversed(builders.digests(3))):
        for place in range(3):
            builders.topic(digest, f"{number}-{place}", position=2 - place, number=place)
    for number in (2, 1, 3):
        builders.reference(f"url:{number}", cited_title=f"{number}", topic_count=number)
    assert _titles(admin_client, Reference, o=order) == ["3", "2", "1"]
    usual = _titles(admin_client, Topic)
    monkeypatch.setattr(paging, "_SORTED", 0)
    monkeypatch.setattr(TopicAdmin, "list_per_page", 4)
    for of_topics in (order, "2"):
        pages = [_titles(admin_client, Topic, p=str(number), o=of_topics) for number in (1, 2, 3)]
        assert [title for page in pages for title in page] == usual


@pytest.mark.parametrize("model", [Digest, Topic, Reference])
def test_the_last_page_of_a_list_skips_no_more_rows_than_the_second(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, model: type[Model]
) -> None:
    monkeypatch.setattr(paging, "_SORTED", 0)
    for number, digest in enumerate(builders.digests(60)):
        builders.topic(digest)
        builders.reference(f"url:{number}")
    skipped = []
    for page in ("2", "3"):
        with CaptureQueriesContext(connection) as captured:
            _titles(admin_client, model, p=page)
        offsets = re.findall(r"OFFSET (\d+)", " ".join(query["sql"] for query in captured))
        skipped.append(max((int(offset) for offset in offsets), default=0))
    assert skipped[1] < skipped[0]


def test_topics_are_found_as_on_the_site_and_hidden_ones_by_their_markdown(
    admin_client: Client,
) -> None:
    (digest,) = builders.digests(1)
    builders.topic(digest, "强化学习", body="* **问题**: 奖励\n", tags=["RAG"])
    builders.topic(digest, "强 化 学", body="* **问题**: 化学\n")
    hidden = {"body": "* **结论**: 强化学习\n", "status": TopicStatus.ARCHIVED}
    builders.topic(digest, "旧", **hidden)
    index.refresh(digests=[digest.pk])
    assert _titles(admin_client, Topic, q="强化学习") == ["强化学习", "旧"]
    assert _titles(admin_client, Topic, q="tag:RAG 奖励") == ["强化学习"]
    assert _titles(admin_client, Topic, q="强化学习", status="archived") == ["旧"]
    assert _titles(admin_client, Topic, q="没有") == []


def test_references_are_found_by_title_address_and_key_cited_or_not(admin_client: Client) -> None:
    topic = builders.topic(builders.digest())
    cited = builders.reference("arxiv:2302.04761", cited_title="Toolformer")
    builders.citation(topic, cited)
    builders.reference("url:example.org/x", cited_title="Gone", url="https://example.org/x")
    index.refresh(topics=[topic.pk], references=[cited.pk])
    for text in ("toolformer", "arxiv:2302.04761", "https://arxiv.org/pdf/2302.04761v2"):
        assert _titles(admin_client, Reference, q=text) == ["Toolformer"]
    assert _titles(admin_client, Reference, q="gone") == ["Gone"]


def test_a_search_with_too_many_hits_says_that_it_shows_some(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_FOUND", 3)
    digests = builders.digests(4)
    for digest in digests:
        builders.topic(digest)
    index.refresh(digests=[digest.pk for digest in digests])
    with longest_statement() as longest:
        page = admin_client.get(_list(Topic), {"q": "优化器"})
    assert page.context["cl"].result_count == 3
    assert any("3" in message for message in _messages(page))
    assert longest.parameters < 10
    gone = digests[0].topics.get().pk
    Topic.objects.filter(pk=gone).delete()
    index.refresh(topics=[gone])
    assert not _messages(admin_client.get(_list(Topic), {"q": "优化器"}))


def _links(client: Client, model: type[Model], **query: str) -> list[str]:
    html = client.get(_list(model), query).content.decode()
    (nav,) = html.split('<nav class="toplinks">')[1:2] or [""]
    texts = (part.split("</a>")[0] for part in nav.split("</nav>")[0].split('">')[1:])
    return [text.removeprefix("&lsaquo; ") for text in texts]


def test_a_list_leads_to_the_periods_between_its_first_and_its_last_day(
    admin_client: Client,
) -> None:
    assert not _links(admin_client, Digest)
    for number, day in enumerate(("2022-11-30", "2024-02-03")):
        moment = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        builders.topic(builders.digest(f"{number}", published_at=moment))
    for model, field in ((Digest, "published_at"), (Topic, "digest__published_at")):
        assert _links(admin_client, model) == ["2022", "2023", "2024"]
        year = {f"{field}__year": "2024"}
        assert len(_links(admin_client, model, **year)) == 1 + 2
        month = {**year, f"{field}__month": "2"}
        days = _links(admin_client, model, **month)
        assert days[0] == "2024"
        assert len(days) == 1 + 3
        assert len(_titles(admin_client, model, **month, **{f"{field}__day": "3"})) == 1
        assert not _titles(admin_client, model, **month, **{f"{field}__day": "2"})


def test_the_box_of_a_row_is_that_of_django(admin_client: Client) -> None:
    topic = builders.topic(builders.digest(), '甲 "乙" <丙>')
    desk = TopicAdmin(Topic, admin.site)
    assert desk.action_checkbox(topic) == ModelAdmin.action_checkbox(desk, topic)


def _choose_all(client: Client, model: type[Model], **query: str) -> Any:
    first = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    chosen = {"action": "delete_selected", "select_across": "1", "_selected_action": first}
    return client.post(f"{_list(model)}?{urlencode(query)}", chosen, follow=True)


def _answer(client: Client, model: type[Model], question: Any, **query: str) -> Any:
    """Confirm a question as it was shown. Each name of its form stands there once."""
    fields = fields_of(question.content.decode().split('<div id="content"')[1])
    assert fields["post"] == "yes"
    return client.post(f"{_list(model)}?{urlencode(query)}", fields, follow=True)


def test_the_question_about_all_rows_of_a_list_names_some_and_holds_a_field_for_none(
    admin_client: Client,
) -> None:
    for number, digest in enumerate(builders.digests(30)):
        builders.topic(digest, f"甲{number}", tags=["RAG", f"tag {number}"])
    for model in (Tag, Topic, Digest):
        before = model._default_manager.count()
        question = _choose_all(admin_client, model)
        shown = question.content.decode().split('<div id="content"')[1]
        assert shown.count("/change/") == 25
        assert f"另有 {before - 25} 个" in shown
        assert shown.count('type="hidden"') <= 6
        response = _answer(admin_client, model, question)
        assert f"{before}" in _messages(response)[0]
        assert not (Topic.objects.live() if model is Topic else model._default_manager).exists()


def test_a_list_of_more_rows_than_a_form_has_fields_can_be_deleted(admin_client: Client) -> None:
    Tag.objects.bulk_create(Tag(name=f"t{n}", slug=f"t{n}") for n in range(1_100))
    response = _answer(admin_client, Tag, _choose_all(admin_client, Tag))
    assert response.status_code == 200
    assert not Tag.objects.exists()


def test_what_a_filter_leaves_out_is_not_deleted_with_all_rows(admin_client: Client) -> None:
    names = ["甲一", "甲二", "乙"]
    Tag.objects.bulk_create(Tag(name=name, slug=name) for name in names)
    question = _choose_all(admin_client, Tag, q="甲")
    _answer(admin_client, Tag, question, q="甲")
    assert [tag.name for tag in Tag.objects.all()] == ["乙"]


def test_rows_that_come_to_a_list_after_the_question_are_asked_for_first(
    admin_client: Client,
) -> None:
    builders.digests(3)
    question = _choose_all(admin_client, Digest)
    builders.digest("new")
    again = _answer(admin_client, Digest, question)
    assert Digest.objects.count() == 4
    assert "/change/" in again.content.decode()
    _answer(admin_client, Digest, again)
    assert not Digest.objects.exists()


@pytest.mark.parametrize("is_whole_list", [True, False])
def test_what_a_request_has_no_time_for_is_asked_for_anew(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, is_whole_list: bool
) -> None:
    monkeypatch.setattr(deleting, "PORTION", 2)
    monkeypatch.setattr(deleting, "SECONDS", 0)
    ids = [digest.pk for digest in builders.digests(3)]
    if is_whole_list:
        first = _answer(admin_client, Digest, _choose_all(admin_client, Digest))
    else:
        data = {"action": "delete_selected", "_selected_action": ids, "post": "yes"}
        first = admin_client.post(_list(Digest), data)
    assert Digest.objects.count() == 1
    assert len(_messages(first)) == 2
    last = _answer(admin_client, Digest, first)
    assert not Digest.objects.exists()
    assert len(_messages(last)) == 1


def test_whoever_may_not_delete_what_goes_with_a_row_cannot_confirm_it_for_a_whole_list(
    client: Client,
) -> None:
    user = User.objects.create_user("some", is_staff=True)
    names = ["delete_digest", "view_digest"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    builders.topic(builders.digest())
    html = _choose_all(client, Digest).content.decode()
    assert 'name="post"' not in html
    chosen = {"action": "delete_selected", "_selected_action": Digest.objects.get().pk}
    assert client.post(_list(Digest), {**chosen, "post": "yes"}).status_code == 403
    assert Digest.objects.exists()


def test_a_question_counts_what_goes_with_a_row_and_reads_none_of_it(admin_client: Client) -> None:
    costs = []
    for number in range(2):
        digest = builders.digest(f"{number}")
        for place in range(1 + 20 * number):
            builders.topic(digest, f"题 {place}", tags=["RAG"])
        address = reverse("admin:digests_digest_delete", args=[digest.pk])
        with CaptureQueriesContext(connection) as captured:
            html = admin_client.get(address).content.decode()
        costs.append(len(captured))
    assert "话题: 21" in html
    assert f"要点: {Point.objects.filter(topic__digest=digest).count()}" in html
    assert "题 3" not in html
    tag = reverse("admin:digests_tag_delete", args=[Tag.objects.get().pk])
    assert "话题的标签: 22" in admin_client.get(tag).content.decode()
    assert costs[1] <= costs[0]


def test_whoever_may_not_delete_topics_may_delete_no_digest_with_topics(client: Client) -> None:
    user = User.objects.create_user("some", is_staff=True)
    names = ["delete_digest", "view_digest"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    digest = builders.topic(builders.digest()).digest
    address = reverse("admin:digests_digest_delete", args=[digest.pk])
    assert 'name="post"' not in client.get(address).content.decode()
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Digest.objects.exists()


def test_a_topic_names_each_run_once_that_changed_it_or_read_its_file(admin_client: Client) -> None:
    topic = builders.topic(builders.digest())
    runs = [ImportRun.objects.create(origin=f"{number}") for number in range(3)]
    for run in runs[:2]:
        topic.revisions.create(run=run, values={})
        topic.revisions.create(run=run, values={})
    for run in runs[1:]:
        ImportedFile.objects.create(run=run, digest=topic.digest, path="x")
    html = admin_client.get(reverse("admin:digests_topic_change", args=[topic.pk])).content.decode()
    places = [html.index(f"/admin/digests/importrun/{run.pk}/change/") for run in reversed(runs)]
    assert places == sorted(places)
    assert sum(html.count(f"/admin/digests/importrun/{run.pk}/change/") for run in runs) == 3


def test_an_account_is_offered_the_rights_that_the_admin_asks_for(admin_client: Client) -> None:
    user = User.objects.get()
    LogEntry.objects.bulk_create(
        LogEntry(user=user, action_flag=1, object_repr=f"Zeile {number}") for number in range(30)
    )
    for row in (user, Group.objects.get()):
        address = reverse(f"admin:auth_{row._meta.model_name}_change", args=[row.pk])
        html = admin_client.get(address).content.decode()
        assert "Can import digests" in html
        assert "Can add point" not in html
    html = admin_client.get(reverse("admin:auth_user_delete", args=[user.pk])).content.decode()
    assert ": 30" in html
    assert "Zeile" not in html.split('<div id="content"')[1]


def test_topics_that_are_gone_from_their_file_are_listed_once(admin_client: Client) -> None:
    (digest,) = builders.digests(1)
    base = ImportedDigest.objects.create(digest=digest, title="", published_at=builders.DAY)
    for position in (None, 0):
        topic = builders.topic(digest, f"{position}")
        ImportedTopic.objects.create(imported_digest=base, topic=topic, position=position)
    assert _titles(admin_client, Topic, status="gone") == ["None"]
