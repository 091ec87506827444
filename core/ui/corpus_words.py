"""The corpus in words: statuses, kinds, acts, fields, and entries as lines and badges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core.corpus import FieldChange, Stored
from core.entries import Entry, EntryStatus, Kind
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui.text import date, moment, number, plain

KINDS: Mapping[Kind, str] = {"qa": marked("Question"), "doc": marked("Note"), "ddl": marked("Data")}
KIND_ICONS: Mapping[Kind, str] = {"qa": "forum", "doc": "sticky_note_2", "ddl": "table"}
STATUSES: Mapping[EntryStatus, str] = {
    "candidate": marked("Candidate"),
    "approved": marked("Approved"),
    "verified": marked("Verified"),
    "rejected": marked("Rejected"),
    "deprecated": marked("Deprecated"),
}
STATUS_ICONS: Mapping[EntryStatus, str] = {
    "candidate": "hourglass_empty",
    "approved": "check",
    "verified": "verified",
    "rejected": "block",
    "deprecated": "archive",
}
CASES: Mapping[str, str] = {
    "down": marked("Wrong"),
    "up": marked("Right"),
    "correction": marked("Corrected"),
    "saved": marked("Saved SQL"),
    "clarified": marked("Asked back"),
    "reflection": marked("Doubted"),
    "unanswered": marked("No answer"),
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
    "open": marked("Open"),
    "accepted": marked("Accepted"),
    "fixed": marked("Fixed"),
    "rejected": marked("Rejected"),
}
#: What was done, as it is told afterwards.
DONE: Mapping[str, str] = {
    "add": marked("Added"),
    "edit": marked("Changed"),
    "approve": marked("Approved"),
    "reject": marked("Rejected"),
    "verify": marked("Verified"),
    "deprecate": marked("Deprecated"),
    "restore": marked("Restored"),
    "delete": marked("Deleted"),
    "merge": marked("Merged"),
    "import": marked("Imported"),
    "accept": marked("Accepted a report"),
    "fix": marked("Fixed a report"),
    "dismiss": marked("Rejected a report"),
    "undo": marked("Undone"),
    "seed": marked("Taken from the files"),
    "publish": marked("Published"),
    "rollback": marked("Rolled back"),
    "purge": marked("Deleted for good"),
}
FIELDS: Mapping[str, str] = {
    "text": marked("Text"),
    "title": marked("Title"),
    "sql": "SQL",
    "paraphrases": marked("Other wordings"),
    "plants": marked("Plants"),
    "language": marked("Language"),
    "status": marked("Status"),
    "verified_by": marked("Verified by"),
    "verified_at": marked("Verified on"),
    "author": marked("Author"),
    "kind": marked("Type"),
    "source": marked("From"),
}
SOURCES: Mapping[str, str] = {
    "model": marked("semantic model"),
    "seed": marked("files"),
    "user": marked("written here"),
    "feedback": marked("a report"),
    "import": marked("an import"),
}
#: Whose wordings are proposed, by `Proposal.came`.
PROPOSED: Mapping[str, str] = {
    "model": marked("The language model proposes:"),
    "lexicon": marked("From the names that Gemba knows:"),
    "no reply": marked("The language model did not reply. From the names that Gemba knows:"),
    "none fit": marked(
        "Nothing that the language model proposed asks the same. From the names that Gemba knows:"
    ),
}
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "vi": "Tiếng Việt"}
_LINE_CHARS = 120
_VALUE_CHARS = 600


def name(entry: Entry) -> str:
    """What an entry is called, on one line; not for Markdown."""
    return short(entry.title or entry.text) or _("Empty")


def short(text: str, most: int = _LINE_CHARS) -> str:
    """The text on one line, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat.rfind(" ", most // 2, most)
    return flat[: cut if cut > 0 else most] + " …"


def day(at: dt.datetime | None) -> str:
    """`30 Jun 2026`, as the language writes it; empty for none."""
    return date(at) if at is not None else ""


def when(at: dt.datetime) -> str:
    """Day and time, which are UTC."""
    return moment(at) + " UTC"


def entries(count: int) -> str:
    """`1 entry`, `1,200 entries`."""
    return ngettext("{n} entry", "{n} entries", count).format(n=number(count, 0))


def people(count: int) -> str:
    """`1 person`, `2 people`."""
    return ngettext("{n} person", "{n} people", count).format(n=number(count, 0))


def asked(count: int) -> str:
    """`asked once` or how often."""
    return ngettext("asked {n} time", "asked {n} times", count).format(n=number(count, 0))


def more(count: int) -> str:
    """How many more there are than are shown."""
    return ngettext("And {n} more.", "And {n} more.", count).format(n=number(count, 0))


def line(stored: Stored) -> str:
    """What is said under an entry in a list; for Markdown."""
    entry = stored.entry
    icon = "delete" if stored.is_deleted else STATUS_ICONS[entry.status]
    status = _("Deleted") if stored.is_deleted else _(STATUSES[entry.status])
    said = [", ".join(entry.plants) or _("all plants")]
    if entry.hits:
        said.append(ngettext("{n} use", "{n} uses", entry.hits).format(n=number(entry.hits, 0)))
    if entry.author:
        said.append(entry.author)
    if stored.is_staged:
        said.append(_("not published"))
    return f":material/{icon}: {plain(status)} · {plain(' · '.join(said))}"


def badges(stored: Stored) -> str:
    """The badge row of an entry, always in the same order; Markdown."""
    entry = stored.entry
    parts = [_badge("gray", KIND_ICONS[entry.kind], _(KINDS[entry.kind]))]
    if stored.is_deleted:
        parts.append(_badge("gray", "delete", _("Deleted")))
    elif entry.status == "verified":
        parts.append(_badge("blue", "verified", _verified(entry)))
    else:
        parts.append(_badge("gray", STATUS_ICONS[entry.status], _(STATUSES[entry.status])))
    parts.append(_badge("gray", "location_on", ", ".join(entry.plants) or _("All plants")))
    live = _("Live") if stored.live_version is not None else _("Not live")
    if stored.is_staged:
        live += _(", change not published")
    parts.append(_badge("gray", "podcasts", live))
    if stored.seed_differs:
        parts.append(_badge("gray", "difference", _("Files say otherwise")))
    return " ".join(parts)


def _verified(entry: Entry) -> str:
    """That it is verified, with by whom and when as far as that is known."""
    by, on = entry.verified_by, day(entry.verified_at)
    if by and on:
        return _("Verified by {name} on {day}").format(name=by, day=on)
    if by:
        return _("Verified by {name}").format(name=by)
    return _("Verified on {day}").format(day=on) if on else _("Verified")


def origin(stored: Stored) -> str:
    """Author, source, version, use; for Markdown."""
    entry = stored.entry
    said = [
        _("Version {n}").format(n=entry.version),
        _("from {source}").format(source=_(SOURCES.get(entry.source, entry.source))),
        *([_("by {name}").format(name=entry.author)] if entry.author else []),
        _("changed by {name} on {day}").format(name=stored.changed_by, day=when(stored.changed_at)),
        ngettext("used {n} time", "used {n} times", entry.hits).format(n=number(entry.hits, 0)),
    ]
    if stored.used_at is not None:
        said.append(_("last on {day}").format(day=when(stored.used_at)))
    return plain(" · ".join(said))


def value(field: str, given: Any) -> str:
    """A field's value of a difference; not for Markdown."""
    if given is None or given == "" or given == ():
        return "–"
    if field == "status":
        return _(STATUSES.get(given, str(given)))
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
        _("Field"): [f"**{plain(_(FIELDS.get(c.field, c.field)))}**" for c in changes],
        _("Before"): [plain(short(value(c.field, c.before), _VALUE_CHARS)) for c in changes],
        _("After"): [plain(short(value(c.field, c.after), _VALUE_CHARS)) for c in changes],
    }


def between(before: Entry | None, after: Entry | None) -> tuple[FieldChange, ...]:
    """What is not the same in two contents of an entry; all that is there when one is None."""
    fields = ("status", "title", "text", "sql", "paraphrases", "plants", "language")
    pairs = ((f, getattr(before, f, None), getattr(after, f, None)) for f in fields)
    return tuple(FieldChange(f, a, b) for f, a, b in pairs if (a or None) != (b or None))


def _badge(colour: str, icon: str, label: str) -> str:
    return f":{colour}-badge[:material/{icon}: {plain(label)}]"
