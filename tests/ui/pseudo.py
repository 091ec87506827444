"""A language that wraps each text in ⟦ ⟧, and what a page shows beside such texts and its data."""

from __future__ import annotations

import dataclasses
import gettext as gnu
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Dataframe, Element

OPEN, CLOSE = "⟦", "⟧"
#: Fields of Streamlit's messages that nobody reads.
_UNSEEN = frozenset(
    ("id", "icon", "key", "form_id", "element_id", "url", "page", "page_script_hash", "mime",
     "language", "element_type", "type", "color", "config", "spec", "columns", "data", "format",
     "page_name", "deferred_file_id", "autocomplete", "url_path", "source", "query_string",
     "query_param_key")
)  # fmt: skip
_BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_ESCAPED = re.compile(r"\\(.)")
_DIRECTIVE = re.compile(r":material/\w+:|:[a-z]+(-[a-z]+)?\[|(?<!\\)\]|\*\*")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Pseudo(gnu.NullTranslations):
    """Each text of the code, in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"

    def pgettext(self, context: str, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"


def texts_in(value: object) -> Iterator[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name, None))
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from texts_in(key)
            yield from texts_in(held)
    elif isinstance(value, list | tuple | set | frozenset):
        for held in value:
            yield from texts_in(held)
    elif isinstance(value, pa.Table):
        for column in value.columns:
            if pa.types.is_string(column.type):
                yield from (str(cell) for cell in column.unique().to_pylist())


def shown(app: AppTest) -> Iterator[str]:
    """Every text that the page shows, as it is sent to the browser."""
    yield from _of(app._tree)


def _of(node: Block | Element) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if isinstance(proto, Message):
        yield from _strings(proto, has_rows=not isinstance(node, Dataframe))
    if isinstance(node, Block):
        for child in node.children.values():
            yield from _of(child)


def _strings(message: Message, *, has_rows: bool = True) -> Iterator[str]:
    """has_rows: cells are texts of the page too, as a still table's are."""
    name = message.DESCRIPTOR.name
    # SQL, an id, an address; what hands the browser its cookie
    if name in ("Code", "Html", "ComponentInstance", "BidiComponent"):
        return
    for field, value in message.ListFields():
        if field.name == "columns" and field.type == field.TYPE_STRING:
            yield from _labels(value)
        if field.name == "data" and field.type == field.TYPE_BYTES and has_rows:
            yield from _cells(value)
        if field.name in _UNSEEN:
            continue
        if field.type not in (field.TYPE_STRING, field.TYPE_MESSAGE):
            continue
        held = [value] if isinstance(value, str | Message) else value
        if field.type == field.TYPE_STRING:
            yield from held
        elif field.type == field.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
            for one in held:
                yield from _strings(one, has_rows=has_rows)


def _labels(columns: str) -> Iterator[str]:
    for column in json.loads(columns or "{}").values():
        yield str(column.get("label") or "")


def _cells(data: bytes) -> Iterator[str]:
    table = pa.ipc.open_stream(data).read_all()
    yield from (name for name in table.column_names if not name.startswith("__"))
    yield from texts_in(table)


def longest_first(data: Iterable[str]) -> list[str]:
    """Data as `said_by_nobody` wants it: each once, its blanks single."""
    return sorted({" ".join(d.split()) for d in set(data)}, key=len, reverse=True)


def said_by_nobody(text: str, known: Sequence[str]) -> str:
    """What is left of a text without what is translated and without data; empty where no words
    are. known: the data, longest first."""
    if text.lstrip().startswith("<style>"):  # with which the sign-in library hides its cookie jar
        return ""
    rest = _ESCAPED.sub(r"\1", _DIRECTIVE.sub("", text))
    while _BRACKETED.search(rest):
        rest = _BRACKETED.sub(" ", rest)
    rest = " ".join(rest.split())
    if not _WORD.search(rest):
        return ""
    for one in known:
        if len(one) > 1 and one in rest:
            rest = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", " ", rest)
    return " ".join(rest.split()) if _WORD.search(rest) else ""
