"""A passport, and what running it again found, in plain words and as JSON objects."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import StrEnum
from typing import Any, Final

from core.passports.passport import Difference, Passport, Rerun, RowChange, Verdict
from core.semantic.display import format_moment, format_number, format_window
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.types import Source

#: What a run found, in one sentence.
SAID: Final[dict[Verdict, str]] = {
    "same": marked("The same rows."),
    "reordered": marked("The same rows, in another order."),
    "differ": marked("The rows differ."),
    "unknown": marked("It ran, and cannot be compared."),
    "cannot": marked("It cannot run any more."),
}
_CAME: Final[dict[Source, str]] = {
    "verified": marked("a verified question"),
    "parser": marked("the built-in question parser"),
    "model": marked("the language model"),
    "cache": marked("the rows of the answer before"),
    "sql": marked("SQL that a person wrote"),
}
_HASH: Final = 12
_KINDS: Final = {"came": marked("new"), "went": marked("gone"), "changed": marked("changed")}


def lines(kept: Passport) -> list[tuple[str, str]]:
    """What a passport says, as label and text, in the order that a reader needs."""
    made = _(_CAME[kept.source]) if kept.source is not None else "Gemba"
    found = [
        (
            _("Asked"),
            _("by {name} on {moment} UTC").format(name=kept.user, moment=format_moment(kept.at)),
        ),
        (_("Made by"), made),
    ]
    if kept.session:
        found.append((_("Conversation"), kept.session))
    if kept.follows:
        found.append((_("Goes on from"), kept.follows))
    if kept.plan is not None and kept.plan.time is not None:
        found.append((_("Time"), format_window(kept.plan.time)))
    found.append((_("Role"), kept.scope.role))
    found.append((_("Plants"), ", ".join(kept.scope.plants) or _("none")))
    if kept.scope.masked:
        found.append((_("Masked"), ", ".join(kept.scope.masked)))
    if kept.beside is not None:
        found += [(_(what).format(of=of), how) for what, of, how in kept.beside.made_of]
    newest = kept.watermark.newest
    if newest is not None:
        found.append((_("Data to"), format_moment(newest)))
    if kept.rows is not None:
        rows = _("{n}, cut") if kept.rows.is_cut else "{n}"
        found.append((_("Rows"), rows.format(n=format_number(kept.rows.count, 0))))
        found.append((_("Hash of the rows"), kept.rows.content[0][:_HASH]))
    return [*found, *_versions(kept)]


def _versions(kept: Passport) -> list[tuple[str, str]]:
    of = kept.versions
    found = [
        (
            _("Semantic model"),
            _("{model}, version {version}").format(
                model=kept.model, version=of.semantic_model[:_HASH]
            ),
        ),
        (_("Corpus"), _("version {version}").format(version=of.corpus)),
        (
            _("Rules"),
            _("version {version}, policy {policy}").format(
                version=of.rules, policy=of.policy[:_HASH]
            ),
        ),
        ("Gemba", of.gemba),
    ]
    if of.language_model:
        found.append(
            (
                _("Language model"),
                _("{model}, prompt {prompt}").format(model=of.language_model, prompt=of.prompt),
            )
        )
    return found


def counted(found: Difference) -> str:
    """How many rows differ: `2 changed, 1 gone`."""
    counts = (
        (found.changed, ngettext("{n} changed", "{n} changed", found.changed)),
        (found.came, ngettext("{n} new", "{n} new", found.came)),
        (found.went, ngettext("{n} gone", "{n} gone", found.went)),
    )
    return ", ".join(text.format(n=format_number(count, 0)) for count, text in counts if count)


def row_name(change: RowChange) -> str:
    """What a row is called; empty where it is the only one."""
    return ", ".join(change.key)


def kind_name(change: RowChange) -> str:
    """`changed`, `new` or `gone`."""
    return _(_KINDS[change.kind])


def as_json(value: Passport | Rerun) -> dict[str, Any]:
    """The object that `passport --json` prints."""
    found = _plain(value)
    assert isinstance(found, dict)
    return found


def as_text(kept: Passport) -> str:
    """A passport for a terminal."""
    head = [f"Passport {kept.id}", kept.question or "(SQL)"]
    if kept.headline:
        head.append(kept.headline)
    said = lines(kept)
    width = max(len(label) for label, _text in said)
    body = [f"  {label:<{width}}  {text}" for label, text in said]
    sql = ["", kept.governed] if kept.governed else []
    return "\n".join([*head, "", *body, *sql])


def rerun_as_text(done: Rerun) -> str:
    """What running it again found, for a terminal."""
    said = [SAID[done.verdict]]
    if done.why:
        said.append(done.why)
    said += done.notes
    if done.difference is not None:
        said += _difference(done.difference)
    if done.changes:
        said += ["", "Changed since:"]
        said += [f"  {c.what}: {c.before} -> {c.after}" for c in done.changes]
    elif done.verdict != "cannot":
        said.append("Nothing else has changed since.")
    return "\n".join(said)


def _difference(found: Difference) -> list[str]:
    said = [f"{counted(found)}:"]
    for change in found.rows:
        cells = "; ".join(_cell(change, *cell) for cell in change.cells)
        name = row_name(change)
        said.append(f"  {kind_name(change)}: {f'{name}: ' if name else ''}{cells}")
    rest = found.changed + found.came + found.went - len(found.rows)
    if rest:
        said.append(f"  and {rest:,} more")
    said += [f"  Sum of {s.label}: {s.before} -> {s.after}" for s in found.sums]
    return said


def _cell(change: RowChange, label: str, before: str, after: str) -> str:
    if change.kind == "changed":
        return f"{label} {before} -> {after}"
    return f"{label} {before or after}"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, dt.timedelta) else value
