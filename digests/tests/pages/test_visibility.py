"""Every query of a page, feed, variant, sitemap or search begins with ``visible_to``."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from digests import models, pages
from digests.models import ContentVersion, FeedToken, SearchDocument
from digests.search import results

_ROOMS = [Path(str(room.__file__)).parent for room in (pages, results)]
_MODULES = sorted(module for room in _ROOMS for module in room.rglob("*.py"))
_MODELS = {model.__name__: model for model in apps.get_app_config("digests").get_models()}
_EXCEPTIONS = {
    ContentVersion.__name__: "a number that tells nothing of any row",
    FeedToken.__name__: "a reader's own key, which is found by itself",
    SearchDocument.__name__: "it names rows, which are then read with the word",
}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
_RELATED = {
    relation.get_accessor_name()
    for model in _MODELS.values()
    for relation in model._meta.related_objects
    if relation.multiple
} | {field.name for model in _MODELS.values() for field in model._meta.many_to_many}
_SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def unseen(tree: ast.AST) -> Iterator[str]:
    """Expressions that query a manager, or a model by a shortcut, without ``visible_to``."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Attribute(attr=manager) as of, attr=word):
                asks = manager in _MANAGERS or (manager in _RELATED and hasattr(_ANY, word))
                if asks and word != "visible_to" and ast.unparse(of.value) not in _EXCEPTIONS:
                    yield ast.unparse(node)
            case ast.Call(func=ast.Name(id="prefetch_related_objects")):
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=model), *_]):
                if name in _SHORTCUTS and model in _MODELS:
                    yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="prefetch_related")) if node.args:
                yield ast.unparse(node)


_ANY = models.Topic.objects


def test_every_query_of_a_page_begins_with_what_its_reader_may_see() -> None:
    assert len(_MODULES) > 40
    found = {str(module): list(unseen(ast.parse(module.read_text("utf-8")))) for module in _MODULES}
    assert {module: asked for module, asked in found.items() if asked} == {}


def test_that_test_sees_what_it_is_for() -> None:
    seen = "Topic.objects.visible_to(user).filter(pk=1), FeedToken.objects.renew(user)"
    assert list(unseen(ast.parse(seen))) == []
    for asked in (
        "Topic.objects.filter(pk=1)",
        "Topic.objects.all()",
        "digest.topics.live()",
        "tag.tagged_topics.values('pk')",
        "topic.points.all()",
        "Tag._default_manager.order_by('pk')",
        "get_object_or_404(Reference, pk=1)",
        "topics.prefetch_related('citations')",
        "prefetch_related_objects(topics, 'citations')",
    ):
        assert list(unseen(ast.parse(asked))), asked


def test_every_exception_is_needed_and_every_other_model_has_the_word() -> None:
    text = "\n".join(module.read_text("utf-8") for module in _MODULES)
    assert {name for name in _EXCEPTIONS if f"{name}.objects" not in text} == set()
    asked = {name for name in _MODELS if f"{name}.objects" in text} - _EXCEPTIONS.keys()
    without = {name for name in asked if not hasattr(_MODELS[name]._default_manager, "visible_to")}
    assert without == set()
