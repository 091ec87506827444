"""The administrators' desk over semantic models: look, edit, try, publish, go back."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from core.assistant import Assistant
from core.drafting import editing
from core.drafting.difference import Difference, difference
from core.drafting.editing import Said
from core.drafting.seen import SeenTable, read_seen
from core.drafting.shelf import Record, Shelf, Version
from core.errors import ConfigError, GembaError, ModelError, Refused, UserFixable
from core.governance.policy import Policy
from core.models import Models
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.types import Answer, User

State = Literal["published", "draft", "broken"]
MAX_CHARACTERS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A model in the list. state: `published` in force without a draft, `draft` with one, `broken`
    where what is in force cannot be read. drafted: things that nobody confirmed yet. is_shipped: it
    comes with Gemba and is changed with it."""

    name: str
    label: str
    state: State
    in_force: bool
    is_shipped: bool
    drafted: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A model as it is edited. text: the draft, or what is in force where there is none. model:
    None where the text has problems, which are `file:line: text`. seen: table -> what was seen of
    its columns when it was drafted."""

    name: str
    text: str
    is_draft: bool
    is_shipped: bool
    model: SemanticModel | None
    problems: tuple[str, ...] = ()
    seen: Mapping[str, SeenTable] = field(default_factory=dict)


class ModelDesk:
    """Models for who administers. Raises Refused for others. Thread-safe."""

    def __init__(
        self,
        models: Models,
        assistant: Assistant,
        policy: Policy,
        record: Record,
        admit: Callable[[User], None],
    ) -> None:
        """admit: raises RateLimited for one who asks more often than may be."""
        self._models = models
        self._shelf = Shelf(models.files, record)
        self._assistant = assistant
        self._policy = policy
        self._admit = admit

    def listed(self, user: User) -> tuple[Listed, ...]:
        """All models, in force or drafted, broken ones too."""
        self._enter(user)
        return tuple(self._listed(name) for name in self._shelf.names())

    def _listed(self, name: str) -> Listed:
        in_force = name in self._shelf.files.names()
        has_draft = name in self._shelf.drafts()
        is_shipped = in_force and not self._shelf.files.is_own(name)
        try:
            text = self._shelf.text(name, of_draft=has_draft)
            model = self._models.read.model(name) if not has_draft else _read(name, text)
        except GembaError as error:
            state: State = "draft" if has_draft else "broken"
            return Listed(name, name, state, in_force, is_shipped, why=str(error).splitlines()[0])
        state = "draft" if has_draft else "published"
        return Listed(name, model.label, state, in_force, is_shipped, drafted_in(model))

    def open(self, name: str, user: User) -> Sheet:
        """The draft, or what is in force. Raises UserFixable for a name that is not there."""
        self._enter(user)
        if name not in self._shelf.names():
            raise UserFixable(_("There is no model {name}.").format(name=repr(name)))
        is_draft = name in self._shelf.drafts()
        text = self._shelf.text(name, of_draft=is_draft)
        is_shipped = name in self._shelf.files.names() and not self._shelf.files.is_own(name)
        problems = self._shelf.problems(text, name)
        model = None if problems else _read(name, text)
        seen = read_seen(self._shelf.seen(name))
        return Sheet(name, text, is_draft, is_shipped, model, problems, seen)

    # -- edits ---------------------------------------------------------------------------------

    def save_text(self, name: str, text: str, user: User, expected: str) -> None:
        """Keep the draft's text, with what is wrong in it too. expected: what it was when it was
        opened."""
        self._enter(user)
        if len(text) > MAX_CHARACTERS:
            raise UserFixable(_("The text is too long for a model."))
        has_draft = name in self._shelf.drafts()
        self._shelf.save_draft(name, text, user, expected=expected if has_draft else None)

    def set_table(self, name: str, table: str, said: Said, user: User) -> None:
        self._edit(name, user, lambda text: editing.with_table(text, table, said))

    def set_column(self, name: str, table: str, column: str, said: Said, user: User) -> None:
        self._edit(name, user, lambda text: editing.with_column(text, table, column, said))

    def set_metric(self, name: str, metric: str, said: Said, user: User) -> None:
        self._edit(name, user, lambda text: editing.with_metric(text, metric, said))

    def drop_metric(self, name: str, metric: str, user: User) -> None:
        self._edit(name, user, lambda text: editing.without_metric(text, metric))

    def confirm(self, name: str, user: User, table: str = "") -> None:
        """All that was drafted is right: of a table, or of the model."""
        self._edit(name, user, lambda text: editing.confirmed(text, table))

    def answer_proposal(
        self, name: str, table: str, column: str, user: User, *, takes: bool
    ) -> None:
        """Take over what a language model proposed, or throw it away."""
        self._edit(name, user, lambda text: editing.taken_over(text, table, column, takes=takes))

    def _edit(self, name: str, user: User, change: Callable[[str], str]) -> None:
        """Raises UserFixable for an edit that would make a problem that was not there; the draft is
        then as it was."""
        before = self.open(name, user)
        text = change(before.text)
        known = {_said(problem) for problem in before.problems}
        made = [p for p in self._shelf.problems(text, name) if _said(p) not in known]
        if made:
            raise UserFixable(_("This was not kept: {problem}").format(problem=_said(made[0])))
        expected = before.text if before.is_draft else None
        self._shelf.save_draft(name, text, user, expected=expected)

    # -- trying and publishing -----------------------------------------------------------------

    def preview(self, name: str, question: str, user: User) -> Answer:
        """What a question gives with the draft, under this person's own rights; nothing is kept of
        it. Raises ConfigError where the draft does not fit its data."""
        sheet = self.open(name, user)
        if sheet.model is None:
            raise UserFixable(
                _("The draft has problems and cannot be asked: {problem}").format(
                    problem=sheet.problems[0]
                )
            )
        self._admit(user)
        with self._models.trial(sheet.model) as parts:
            answers = [
                step
                for step in self._assistant.turn(question, user, parts)
                if isinstance(step, Answer)
            ]
        return answers[-1]

    def difference(self, name: str, user: User) -> Difference:
        """What the draft would change of what is in force."""
        self._enter(user)
        draft = self._shelf.text(name, of_draft=True)
        return difference(self._shelf.text(name, of_draft=False) or "{}", draft or "{}")

    def lines(self, name: str, user: User) -> str:
        """The same as lines of a unified difference."""
        self._enter(user)
        before = self._shelf.text(name, of_draft=False).splitlines()
        after = self._shelf.text(name, of_draft=True).splitlines()
        return "\n".join(difflib.unified_diff(before, after, "in force", "draft", lineterm="", n=2))

    def publish(self, name: str, user: User) -> Version:
        """Put the draft in force, where its data fit it."""
        sheet = self.open(name, user)
        if sheet.is_draft and sheet.model is not None:
            try:
                with self._models.trial(sheet.model):
                    pass
            except ConfigError as error:
                raise UserFixable(str(error)) from error
        return self._shelf.publish(name, user)

    def roll_back(self, name: str, number: int, user: User) -> Version:
        """Put an earlier version in force again."""
        self._enter(user)
        return self._shelf.roll_back(name, number, user)

    def drop_draft(self, name: str, user: User) -> None:
        """Throw the draft away; what is in force stays."""
        self._enter(user)
        self._shelf.drop_draft(name, user)

    def versions(self, name: str, user: User) -> tuple[Version, ...]:
        """The newest first."""
        self._enter(user)
        return self._shelf.versions(name)

    def _enter(self, user: User) -> None:
        role = self._policy.role(user)
        if role is None or not role.administers:
            raise Refused(_("Models are for administrators."), rule="ROLE")


def drafted_in(model: SemanticModel) -> int:
    """Things that were drafted and nobody confirmed yet."""
    columns = (c for t in model.tables.values() for c in t.columns.values())
    return (
        sum(c.drafted for c in columns)
        + sum(t.drafted for t in model.tables.values())
        + sum(m.drafted for m in model.metrics.values())
        + sum(r.drafted for r in model.relations)
        + sum(h.drafted for h in model.hierarchies)
    )


def _said(problem: str) -> str:
    """A problem without file and line."""
    return problem.split(": ", 1)[-1]


def _read(name: str, text: str) -> SemanticModel:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, "utf-8")
        try:
            return load_model(path)
        except ModelError as error:
            raise UserFixable(str(error)) from error
