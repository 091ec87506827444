"""A shift's sheet for the people of a plant: made, written on, signed and printed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from core.assistant import Queries
from core.assistant.evidence import measure_quality
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.errors import Refused, UserFixable
from core.handover.build import Asked, axis_of, build_sheet
from core.handover.notes import Note, NoteStore, SheetKey, Signed
from core.handover.page import sheet_pdf
from core.handover.sheet import Sheet
from core.printing import png_of
from core.semantic.facts import present
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.shifts import Shift, ended_shifts, shift_on
from core.translation import gettext as _
from core.types import DataQuality, Result, User

#: Shifts that can be chosen, the newest first.
_OFFERED: Final = 9
_PURPOSE: Final = "shift handover"
#: Parts of a model for a person. Raises Refused for a model that the role may not use.
PartsOf = Callable[[User, str | None], ModelParts]
Record = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant of a person. id: scope value; name: for people."""

    id: str
    name: str


class HandoverDesk:
    """Sheets of one installation. Thread-safe. Every call checks the plant against the person's
    own: Refused for another, UserFixable for a model without a sheet."""

    def __init__(
        self,
        folder: Path,
        parts: PartsOf,
        queries: Queries,
        record: Record,
        admit: Callable[[User], None],
    ) -> None:
        """record: writes to the audit. admit: counts a question, raises RateLimited."""
        self._parts = parts
        self._queries = queries
        self._record = record
        self._admit = admit
        self._notes = NoteStore(folder)

    def plants(self, user: User, model: str | None = None) -> tuple[Plant, ...]:
        """Those of this person that have rows; none for a model without a sheet."""
        parts = self._parts(user, model)
        said = parts.model.handover
        if said is None:
            return ()
        table = parts.model.default_table
        names = {
            scope: entry.text
            for entry in parts.facts.values
            if entry.table == table and entry.column == said.plant
            for scope in entry.scopes
        }
        return tuple(Plant(p, names[p]) for p in user.plants if p in names)

    def shifts(self, plant: str, user: User, model: str | None = None) -> tuple[Shift, ...]:
        """Shifts of a plant that have ended, the newest first."""
        parts = self._parts_of(plant, user, model)
        time = axis_of(parts.model)[1]
        today, now = present(parts.model, parts.facts.tables, None, (plant,))[:2]
        return ended_shifts(time.shift_hours, today, now, most=_OFFERED)

    def sheet(
        self, plant: str, user: User, *, shift: Shift | None = None, model: str | None = None
    ) -> Sheet:
        """The sheet of a shift, of the one that ended last without `shift`. Raises RateLimited and
        what governance and the engine raise."""
        parts = self._parts_of(plant, user, model)
        self._admit(user)
        name = next(p.name for p in self.plants(user, model) if p.id == plant)
        offered = self.shifts(plant, user, model)
        chosen = shift or next(iter(offered), None)
        if chosen is None:
            raise UserFixable(_("No shift of this plant has ended yet."))
        time = axis_of(parts.model)[1]
        chosen = shift_on(chosen.day, chosen.name, time.shift_hours)
        until = present(parts.model, parts.facts.tables, None, (plant,))[1]
        errand = Errand(secrets.token_hex(6), user, f"{_PURPOSE} {name} {chosen.name} {chosen.day}")

        def run(query: SemanticQuery) -> Result:
            return self._queries.evidence(query, parts.model, parts.engine, errand, parts.facts)

        def grade(query: SemanticQuery) -> DataQuality | None:
            return measure_quality(query, parts.model, parts.facts, user, run)

        return build_sheet(Asked(plant, name, chosen, until), parts.model, run, grade)

    def model_of(self, sheet: Sheet, user: User) -> SemanticModel:
        """The model that names what is on a sheet."""
        return self._parts_of(sheet.plant, user, sheet.model).model

    # -- notes -------------------------------------------------------------------------------

    def notes(self, key: SheetKey, user: User) -> tuple[tuple[Note, ...], Signed | None]:
        """The notes of a sheet, and who signed it."""
        self._parts_of(key.plant, user, key.model)
        return self._notes.notes(key, user), self._notes.signed(key, user)

    def write(self, key: SheetKey, text: str, user: User) -> Note:
        """Add a note."""
        self._parts_of(key.plant, user, key.model)
        note = self._notes.add(key, text, user)
        self._audit("handover_note", key, user, note=note.id, act="write")
        return note

    def rewrite(self, key: SheetKey, note: str, text: str, user: User) -> None:
        """Give one's own note another text; none takes it away."""
        self._parts_of(key.plant, user, key.model)
        if text.strip():
            self._notes.change(key, note, text, user)
        else:
            self._notes.remove(key, note, user)
        self._audit(
            "handover_note", key, user, note=note, act="change" if text.strip() else "remove"
        )

    def sign(self, key: SheetKey, user: User) -> None:
        """Sign the sheet off; its notes stay as they are from then on."""
        self._parts_of(key.plant, user, key.model)
        self._audit("handover_sign", key, user)
        self._notes.sign(key, user)

    def export(
        self, sheet: Sheet, fmt: Literal["pdf", "png"], user: User, *, language: str = ""
    ) -> bytes:
        """The sheet as a file; it is in the audit before it leaves."""
        parts = self._parts_of(sheet.plant, user, sheet.model)
        key = key_of(sheet)
        notes, signed = self.notes(key, user)
        by = user.display_name or user.name
        pdf = sheet_pdf(sheet, notes, signed, parts.model, by=by, language=language)
        content = pdf if fmt == "pdf" else png_of(pdf)
        self._audit("export", key, user, format=fmt, what="handover")
        return content

    def close(self) -> None:
        """Close the file."""
        self._notes.close()

    def _parts_of(self, plant: str, user: User, model: str | None) -> ModelParts:
        parts = self._parts(user, model)
        axis_of(parts.model)
        if plant not in {p.id for p in self.plants(user, model)}:
            raise Refused(_("This plant is not one of yours."), rule="SCOPE")
        return parts

    def _audit(self, event: str, key: SheetKey, user: User, **body: Any) -> None:
        self._record(
            event,
            user=user.name,
            tenant=user.tenant,
            model=key.model,
            plant=key.plant,
            day=key.day.isoformat(),
            shift=key.shift,
            **body,
        )


def key_of(sheet: Sheet) -> SheetKey:
    """Under which a sheet's notes are kept."""
    return SheetKey(sheet.model, sheet.plant, sheet.shift.day, sheet.shift.name)
