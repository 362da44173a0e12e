"""Everything that is stored of a parsed text, derived once when it is written.

Each text is stored once: the parts of a body hold the positions of its points instead of copies.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it.utils import EnvType

from digests.parsing import model, parse_body
from digests.rendering import holes
from digests.rendering.plain_text import LinkedText, plain_text
from digests.rendering.safe_html import clean_html, clean_title_html
from digests.rendering.sentences import Sentence, sentences_by_url
from digests.rendering.shown import StoredPart, body_html, label_html
from digests.vocabulary import PointKind

# Version of the renderer. Raise it with every change of what is stored for the same Markdown,
# because stored rows are stale then.
RENDERER_VERSION = 12


@dataclass(frozen=True)
class RenderedPoint:
    """A point to be stored. ``text`` is its Markdown, ``html`` has holes, ``plain`` is the text
    that readers see.

    ``ordinal`` counts the points of this kind in their topic, from 1.
    """

    label: str
    kind: PointKind
    ordinal: int
    text: str
    html: str
    plain: str


@dataclass(frozen=True)
class RenderedEntry:
    """An entry of a reference list as written. ``html`` is without its label, ``plain`` with it."""

    html: str
    plain: str


@dataclass(frozen=True)
class RenderedBody:
    """The values that are stored of a body, without the tokens.

    ``title`` is empty if the heading has no markup. ``prose`` is the plain text outside the points.
    ``entries`` are those of reference lists, in the order of `ParsedCitation.item`. ``sentences``
    are those with a link in the running text. ``plain`` is the whole text, points included.
    """

    title: str
    parts: list[StoredPart]
    plain: str
    prose: str
    points: tuple[RenderedPoint, ...]
    entries: tuple[RenderedEntry, ...]
    citations: tuple[model.ParsedCitation, ...]
    sentences: dict[str, list[Sentence]]

    @property
    def html(self) -> str:
        """The whole text as HTML with holes, without permalinks."""
        return body_html(self.parts, self.points)


def render(body: model.ParsedBody) -> RenderedBody:
    """Derive the stored values of a body. Entries of reference lists are left out of its parts.

    Footnotes come last, wherever they stand in the source.
    """
    writer = _Writer.of(body)
    cited = {citation.url for citation in body.citations if citation.item is None}
    return RenderedBody(
        title=_title_html(body),
        parts=writer.parts,
        plain="\n".join(filter(None, writer.plain)),
        prose="\n".join(filter(None, writer.prose)),
        points=tuple(writer.points),
        entries=tuple(_entry(item) for item in body.items),
        citations=body.citations,
        sentences=sentences_by_url(writer.texts, cited),
    )


def _title_html(body: model.ParsedBody) -> str:
    """HTML of a heading with links; empty if plain text says the same."""
    children = body.title[0].children or [] if body.title else []
    if all(child.type == "text" for child in children):
        return ""
    return clean_title_html(children)


def preview(text: str) -> SafeString:
    """Render a body that is being edited as readers will see it, with its references at the end."""
    body = parse_body(text)
    writer, lists = _Writer.of(body), _Writer({})
    for run in _runs(body.items):
        lists.add(run)
    html = body_html([*writer.parts, *lists.parts], writer.points)
    return holes.fill(html, holes.Place("preview-"))


@dataclass
class _Writer:
    """Writer of the parts of a body in their order, which numbers footnotes at their first mark."""

    env: EnvType
    parts: list[StoredPart] = field(default_factory=list)
    points: list[RenderedPoint] = field(default_factory=list)
    # Plain texts in their order: all of them, and in ``prose`` those outside the points.
    plain: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    texts: list[LinkedText] = field(default_factory=list)
    ordinals: Counter[PointKind] = field(default_factory=Counter)

    @classmethod
    def of(cls, body: model.ParsedBody) -> "_Writer":
        shown = [
            part
            for part in body.parts
            if not (isinstance(part, model.ListedItem) and part.is_cited)
        ]
        own = _footnotes_of(shown)
        of_text = {label: note.tokens[1:-1] for label, note in own.items()}
        footnotes = {label: [token] for label, token in body.shared_footnotes.items()} | of_text
        writer = cls({"footnotes": footnotes, "numbers": {}, "marked": []})
        apart = set(map(id, own.values()))
        for run in _runs(part for part in shown if id(part) not in apart):
            writer.add(run)
        writer.add_footnotes(own)
        return writer

    def add(self, run: Sequence[model.Part]) -> None:
        """Add consecutive parts of one type.

        Points form one list, and so do items. An element of raw HTML may span several blocks of
        prose, but not leave a point.
        """
        match run[0]:
            case model.ParsedPoint():
                first = len(self.points)
                for point in (part for part in run if isinstance(part, model.ParsedPoint)):
                    self.add_point(point)
                self.parts.append([first, len(self.points)])
            case model.ListedItem(group=group):
                self.add_list(group, [part for part in run if isinstance(part, model.ListedItem)])
            case model.Prose():
                tokens = [token for part in run for token in part.tokens]
                self.add_html(clean_html(tokens, self.env))
                self.add_text(plain_text(tokens, self.env))

    def add_point(self, point: model.ParsedPoint) -> None:
        html = clean_html(point.tokens, self.env)
        words = plain_text(point.tokens, self.env)
        self.texts.append(words)
        self.plain += [point.label, words.text]
        self.ordinals[point.kind] += 1
        ordinal = self.ordinals[point.kind]
        self.points.append(
            RenderedPoint(point.label, point.kind, ordinal, point.text, html, words.text)
        )

    def add_html(self, html: str) -> None:
        if self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += html
        elif html:
            self.parts.append(html)

    def add_text(self, text: LinkedText) -> None:
        self.texts.append(text)
        self.plain.append(text.text)
        self.prose.append(text.text)

    def add_list(self, group: str, items: Sequence[model.ListedItem]) -> None:
        """Add a list of references of which nothing is cited, under its name."""
        self.add_text(LinkedText(group))
        entries = []
        for item in items:
            entries.append(f"<li>{label_html(item.label)}{clean_html(item.tokens, self.env)}</li>")
            self.add_text(plain_text(item.tokens, self.env, label=item.label))
        name = f'<p class="group">{escape(group)}</p>' if group else ""
        self.add_html(f'{name}<ul class="references">{"".join(entries)}</ul>')

    def add_footnotes(self, own: Iterable[str]) -> None:
        """Add footnotes in the order of their first marks, then those of the text's ``own`` without
        a mark."""
        numbers: dict[str, int] = self.env["numbers"]
        notes: dict[int, tuple[str, LinkedText]] = {}
        for label in chain(self.env["marked"], own):
            is_marked = label in numbers  # also by a mark in another footnote
            number = numbers.setdefault(label, len(numbers) + 1)
            if number not in notes:
                tokens = self.env["footnotes"][label]
                html = holes.footnote(number, clean_html(tokens, self.env), is_marked=is_marked)
                notes[number] = html, plain_text(tokens, self.env)
        in_order = [notes[number] for number in sorted(notes)]
        if items := "".join(html for html, _ in in_order):
            self.add_html(f'<ol class="footnotes">{items}</ol>')
        for _, text in in_order:
            self.add_text(text)


def _runs(parts: Iterable[model.Part]) -> Iterator[list[model.Part]]:
    def key(part: model.Part) -> tuple[type[model.Part], str]:
        return type(part), part.group if isinstance(part, model.ListedItem) else ""

    return (list(run) for _, run in groupby(parts, key=key))


def _entry(item: model.ListedItem) -> RenderedEntry:
    env: EnvType = {}
    html = clean_html(item.tokens, env)
    return RenderedEntry(html, plain_text(item.tokens, env, label=item.label).text)


def _footnotes_of(parts: Iterable[model.Part]) -> dict[str, model.Prose]:
    """Footnotes by label. A second one with the same label stays in the text."""
    found: dict[str, model.Prose] = {}
    for part in parts:
        if isinstance(part, model.Prose) and part.tokens[0].type == "footnote_open":
            found.setdefault(part.tokens[0].meta["label"], part)
    return found
