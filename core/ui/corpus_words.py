"""The corpus in words: statuses, kinds, acts, fields, and entries as lines and badges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core.corpus import FieldChange, Stored
from core.entries import Entry, EntryStatus, Kind
from core.ui.text import moment, number, plain

KINDS: Mapping[Kind, str] = {"qa": "Question", "doc": "Note", "ddl": "Data"}
KIND_ICONS: Mapping[Kind, str] = {"qa": "forum", "doc": "sticky_note_2", "ddl": "table"}
STATUSES: Mapping[EntryStatus, str] = {
    "candidate": "Candidate",
    "approved": "Approved",
    "verified": "Verified",
    "rejected": "Rejected",
    "deprecated": "Deprecated",
}
STATUS_ICONS: Mapping[EntryStatus, str] = {
    "candidate": "hourglass_empty",
    "approved": "check",
    "verified": "verified",
    "rejected": "block",
    "deprecated": "archive",
}
CASES: Mapping[str, str] = {
    "down": "Wrong",
    "up": "Right",
    "correction": "Corrected",
    "saved": "Saved SQL",
    "clarified": "Asked back",
    "reflection": "Doubted",
    "unanswered": "No answer",
}
CASE_ICONS: Mapping[str, str] = {
    "down": "thumb_down",
    "up": "thumb_up",
    "correction": "edit",
    "saved": "bookmark",
    "clarified": "help",
    "reflection": "psychology_alt",
    "unanswered": "search_off",
}
STATES: Mapping[str, str] = {
    "open": "Open",
    "accepted": "Accepted",
    "fixed": "Fixed",
    "rejected": "Rejected",
}
#: What was done, as it is told afterwards.
DONE: Mapping[str, str] = {
    "add": "Added",
    "edit": "Changed",
    "approve": "Approved",
    "reject": "Rejected",
    "verify": "Verified",
    "deprecate": "Deprecated",
    "restore": "Restored",
    "delete": "Deleted",
    "merge": "Merged",
    "import": "Imported",
    "accept": "Accepted a report",
    "fix": "Fixed a report",
    "dismiss": "Rejected a report",
    "undo": "Undone",
    "seed": "Taken from the files",
    "publish": "Published",
    "rollback": "Rolled back",
    "purge": "Deleted for good",
}
FIELDS: Mapping[str, str] = {
    "text": "Text",
    "title": "Title",
    "sql": "SQL",
    "paraphrases": "Other wordings",
    "plants": "Plants",
    "language": "Language",
    "status": "Status",
    "verified_by": "Verified by",
    "verified_at": "Verified on",
    "author": "Author",
    "kind": "Type",
    "source": "From",
}
SOURCES: Mapping[str, str] = {
    "model": "semantic model",
    "seed": "files",
    "user": "written here",
    "feedback": "a report",
    "import": "an import",
}
#: Whose wordings are proposed, by `Proposal.came`.
PROPOSED: Mapping[str, str] = {
    "model": "The language model proposes:",
    "lexicon": "From the names that Gemba knows:",
    "no reply": "The language model did not reply. From the names that Gemba knows:",
    "none fit": "Nothing that the language model proposed asks the same. "
    "From the names that Gemba knows:",
}
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "vi": "Tiếng Việt"}
_LINE_CHARS = 120
_VALUE_CHARS = 600


def name(entry: Entry) -> str:
    """What an entry is called, on one line; not for Markdown."""
    return short(entry.title or entry.text) or "Empty"


def short(text: str, most: int = _LINE_CHARS) -> str:
    """The text on one line, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat.rfind(" ", most // 2, most)
    return flat[: cut if cut > 0 else most] + " …"


def day(at: dt.datetime | None) -> str:
    """`30 Jun 2026`; empty for none."""
    return f"{at.day} {at:%b %Y}" if at is not None else ""


def when(at: dt.datetime) -> str:
    """Day and time, which are UTC."""
    return moment(at) + " UTC"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 entry`, `1,200 entries`; for Markdown when the words are."""
    return f"{number(count, 0)} {one if count == 1 else many or one + 's'}"


def entries(count: int) -> str:
    """So many entries."""
    return counted(count, "entry", "entries")


def line(stored: Stored) -> str:
    """What is said under an entry in a list; for Markdown."""
    entry = stored.entry
    icon = "delete" if stored.is_deleted else STATUS_ICONS[entry.status]
    status = "Deleted" if stored.is_deleted else STATUSES[entry.status]
    said = [", ".join(entry.plants) or "all plants"]
    if entry.hits:
        said.append(f"{counted(entry.hits, 'use')}")
    if entry.author:
        said.append(entry.author)
    if stored.is_staged:
        said.append("not published")
    return f":material/{icon}: {plain(status)} · {plain(' · '.join(said))}"


def badges(stored: Stored) -> str:
    """The badge row of an entry, always in the same order; Markdown."""
    entry = stored.entry
    parts = [_badge("gray", KIND_ICONS[entry.kind], KINDS[entry.kind])]
    if stored.is_deleted:
        parts.append(_badge("gray", "delete", "Deleted"))
    elif entry.status == "verified":
        by = f" by {entry.verified_by}" if entry.verified_by else ""
        on = f" on {day(entry.verified_at)}" if entry.verified_at else ""
        parts.append(_badge("blue", "verified", f"Verified{by}{on}"))
    else:
        parts.append(_badge("gray", STATUS_ICONS[entry.status], STATUSES[entry.status]))
    parts.append(_badge("gray", "location_on", ", ".join(entry.plants) or "All plants"))
    live = "Live" if stored.live_version is not None else "Not live"
    if stored.is_staged:
        live += ", change not published"
    parts.append(_badge("gray", "podcasts", live))
    if stored.seed_differs:
        parts.append(_badge("gray", "difference", "Files say otherwise"))
    return " ".join(parts)


def origin(stored: Stored) -> str:
    """Author, source, version, use; for Markdown."""
    entry = stored.entry
    said = [
        f"Version {entry.version}",
        f"from {SOURCES.get(entry.source, entry.source)}",
        *([f"by {entry.author}"] if entry.author else []),
        f"changed by {stored.changed_by} on {when(stored.changed_at)}",
        f"used {counted(entry.hits, 'time')}",
    ]
    if stored.used_at is not None:
        said.append(f"last on {when(stored.used_at)}")
    return plain(" · ".join(said))


def value(field: str, given: Any) -> str:
    """A field's value of a difference; not for Markdown."""
    if given is None or given == "" or given == ():
        return "–"
    if field == "status":
        return STATUSES.get(given, str(given))
    if field == "language":
        return LANGUAGES.get(given, str(given))
    if isinstance(given, dt.datetime):
        return when(given)
    if isinstance(given, tuple | list):
        return "; ".join(str(part) for part in given)
    return str(given)


def difference(changes: Sequence[FieldChange]) -> dict[str, list[str]]:
    """A table of what changed, in Markdown cells; a long value is cut."""
    return {
        "Field": [f"**{plain(FIELDS.get(c.field, c.field))}**" for c in changes],
        "Before": [plain(short(value(c.field, c.before), _VALUE_CHARS)) for c in changes],
        "After": [plain(short(value(c.field, c.after), _VALUE_CHARS)) for c in changes],
    }


def between(before: Entry | None, after: Entry | None) -> tuple[FieldChange, ...]:
    """What is not the same in two contents of an entry; all that is there when one is None."""
    fields = ("status", "title", "text", "sql", "paraphrases", "plants", "language")
    pairs = ((f, getattr(before, f, None), getattr(after, f, None)) for f in fields)
    return tuple(FieldChange(f, a, b) for f, a, b in pairs if (a or None) != (b or None))


def _badge(colour: str, icon: str, label: str) -> str:
    return f":{colour}-badge[:material/{icon}: {plain(label)}]"
