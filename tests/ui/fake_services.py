"""Services that answer every state believably and at once, for looking at and testing pages."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.assistant.talk import Change
from core.conversations import Conversations, ConversationStore
from core.conversations.beats import Beats
from core.corpus import SavedQuestion
from core.dialogue.choices import Choices
from core.errors import Refused, UserFixable
from core.governance.access import Access, access_of
from core.governance.govern import govern
from core.governance.policy import Account, Role, load_policy
from core.history import Run
from core.ingest.desk import ImportDesk
from core.inspection.report import Report
from core.models import model_file
from core.passports.passport import Passport, Rerun
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.sessions.address import read_address
from core.sessions.frames import Frame
from core.sessions.link import Link
from core.settings import Settings
from core.types import Answer, CancelToken, Progress, Result, User
from tests.ui.fake_answers import DATA_TO, answer_to
from tests.ui.fake_desk import FakeCorpus, FakeDesk
from tests.ui.fake_model_answers import LONG_SQL, model_answer_to
from tests.ui.fake_passports import FakePassports
from tests.ui.fake_reports import answer_to_sql, report_on

USERS = {
    "admin": User("admin", "admin", ("HAM", "AUS", "HPH"), display_name="Admin"),
    "engineer": User("engineer", "engineer", ("HAM", "AUS"), display_name="Engineer"),
    "viewer": User("viewer", "viewer", ("HPH",), display_name="Viewer"),
}
SUGGESTIONS = (
    "Which pumps vibrated most last week?",
    "Daily OEE per plant in June",
    "Top 5 downtime reasons last month",
    "Compare energy per unit in May and June",
    "Scrap rate by shift this month",
    "How many high priority alarms yesterday?",
)
#: Longer than a busy machine takes to bring a press on Stop to the server.
_ENDLESS_S = 600.0


class Policy:
    """The roles of the policy file, for the people of these tests."""

    def __init__(self) -> None:
        self.users = dict(USERS)
        self.roles = dict(load_policy().roles)

    def role(self, user: User) -> Role | None:
        return self.roles.get(user.role)

    def user(self, name: str) -> User:
        if name not in self.users:
            raise UserFixable(f"There is no user {name!r}. Ask an admin to add the name.")
        return self.users[name]

    @property
    def accounts(self) -> Mapping[str, User]:
        return self.users


class FakeServices:
    """`delay_s`: how long a question that holds "slow" or "writes" takes; it watches the cancel
    token. Where it holds "until told" too, it takes until a file `told` comes into the data folder,
    and takes that away; where it holds "endless", until a test stops it. `writing`: what is written
    meanwhile for the latter. `model_state`: for the foot, and whether it is well."""

    def __init__(self, data_dir: Path, delay_s: float = 6.0) -> None:
        self.settings = Settings(data_dir=data_dir)
        self.policy = Policy()
        self.delay_s = delay_s
        self.asked: list[tuple[str, str, str]] = []
        self.loaded: dict[str, SemanticModel] = {}
        self.verdicts: list[tuple[str, str, str, str, str]] = []
        self.cancelled = threading.Event()
        self.models: tuple[str, ...] = ("plant",)
        self.asked_models: list[str | None] = []
        self.inspected: list[tuple[str, str, str | None]] = []
        self.ran: list[tuple[str, str, str | None]] = []
        self.runs: list[Run] = []
        self.saved: list[SavedQuestion] = []
        self.exported: list[tuple[str, str]] = []
        self.corpus = FakeCorpus()
        self.passports = FakePassports()
        self.acts: list[tuple[str, dict[str, Any]]] = []
        self.writing = LONG_SQL
        self.model_state = ("Question parser", True)
        self.rows: dict[str, Result] = {}
        #: How many of them are kept, the first ones; None for all.
        self.keeps_rows: int | None = None
        #: What reading an answer's rows again gives.
        self.stored: dict[str, Result] = {}
        self.changes: list[Change | None] = []
        self.offers: Choices | None = None
        self.conversations = Conversations(
            ConversationStore(self.settings.state_dir), Beats(Link(read_address("")))
        )
        self.remembers = True

    def imports(self, user: User) -> ImportDesk:
        if user.role != "admin":
            raise Refused("Importing files is for administrators.", rule="ROLE")

        def record(event: str, **body: Any) -> None:
            self.acts.append((event, body))

        return ImportDesk(self.settings, user, record, lambda _: None)

    def model_names(self, user: User) -> tuple[str, ...]:
        role = self.policy.role(user)
        return tuple(m for m in self.models if role is not None and role.may_use(m))

    def data_to(self, user: User, model: str) -> dt.datetime | None:
        return DATA_TO

    def model(self, name: str) -> SemanticModel:
        if name not in self.loaded:
            self.loaded[name] = load_model(model_file(name))
        return self.loaded[name]

    def ask(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        turn: str = "",
        model: str | None = None,
        cancel: CancelToken | None = None,
        change: Change | None = None,
    ) -> Iterator[Progress | Answer]:
        self.changes.append(change)

        def work(stop: CancelToken) -> Iterator[Progress | Answer]:
            return self._asked(question, user, session=session, model=model, cancel=stop)

        if not session:
            yield from self._asked(question, user, session="", model=model, cancel=cancel)
            return
        name = model or "plant"
        yield from self.conversations.follow(user, session, turn, question, name, cancel, work)

    def choices(self, answer: Answer, user: User) -> Choices | None:
        return self.offers if answer.plan is not None else None

    def kept_rows(self, user: User, conversation: str, answer: Answer) -> Frame | None:
        found = self.rows.get(answer.id)
        if found is None:
            return None
        return Frame(found.table.slice(0, self.keeps_rows), found.row_count)

    def reread(self, answer_id: str, user: User, conversation: str) -> Result | None:
        return self.stored.get(answer_id)

    def _asked(
        self,
        question: str,
        user: User,
        *,
        session: str,
        model: str | None,
        cancel: CancelToken | None,
    ) -> Iterator[Progress | Answer]:
        self.asked.append((user.name, session, question))
        self.asked_models.append(model)
        yield Progress("understand", "Reading the question", 0.0)
        if "slow" in question:
            yield Progress("execute", "Asking the store", 12.0)
            if self._is_stopped(cancel, self._takes(question), "until told" in question):
                return
        if "writes" in question and (yield from self._written(cancel)):
            return
        if "crash" in question:
            raise RuntimeError("secret table name")
        yield Progress("explain", "Choosing the chart", 20.0)
        answer = answer_to(question, user)
        answer = model_answer_to(answer) or answer
        if answer.sql:
            self._remember(answer, question, answer.sql)
        if answer.result is not None:
            self.rows[answer.id] = answer.result
        self.passports.keep(answer, session)
        yield answer

    def _written(self, cancel: CancelToken | None) -> Generator[Progress, None, bool]:
        """A model writes `writing` for `delay_s`; whether Stop came first."""
        steps = 40
        for step in range(1, steps + 1):
            text = self.writing[: len(self.writing) * step // steps]
            yield Progress("generate", "Writing the query", 30.0, text)
            if self._is_stopped(cancel, self.delay_s / steps):
                return True
        return False

    def _takes(self, text: str) -> float:
        return _ENDLESS_S if "endless" in text or "until told" in text else self.delay_s

    def _is_stopped(
        self, cancel: CancelToken | None, delay_s: float, is_told: bool = False
    ) -> bool:
        """Wait as a slow store does; whether Stop came first. is_told: until the sign comes."""
        sign = self.settings.data_dir / "told"
        until = time.monotonic() + delay_s
        while time.monotonic() < until:
            if cancel is not None and cancel.is_set():
                self.cancelled.set()
                return True
            if is_told and sign.exists():
                sign.unlink()
                return False
            time.sleep(0.01)
        return False

    def _remember(self, answer: Answer, question: str, sql: str) -> None:
        rows = answer.result.row_count if answer.result else 0
        kind = "question" if question else "sql"
        self.runs.append(
            Run(
                answer.id, answer.user.name, DATA_TO, answer.model, kind, question, sql,
                answer.status, rows, 12.0, 1_204_000,
            )
        )  # fmt: skip

    def inspect_sql(self, sql: str, user: User, *, model: str | None = None) -> Report:
        self.inspected.append((user.name, sql, model))
        return report_on(sql, user)

    def run_sql(
        self,
        sql: str,
        user: User,
        *,
        model: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        self.ran.append((user.name, sql, model))
        yield Progress("govern", "Checking what may be read", 0.0)
        if "slow" in sql:
            yield Progress("execute", "Reading the data", 12.0)
            if self._is_stopped(cancel, self._takes(sql)):
                return
        answer = answer_to_sql(sql, user, model or "plant")
        self._remember(answer, "", sql)
        self.passports.keep(answer, "")
        yield answer

    def history(self, user: User, *, everyone: bool = False, limit: int = 100) -> tuple[Run, ...]:
        sees_all = everyone and self._administers(user)
        mine = [r for r in reversed(self.runs) if sees_all or r.user == user.name]
        return tuple(mine[:limit])

    def past_run(self, answer_id: str, user: User) -> Run | None:
        found = (r for r in self.history(user, everyone=True, limit=10_000))
        return next((r for r in found if r.answer_id == answer_id), None)

    def passport(self, answer_id: str, user: User) -> Passport | None:
        return self.passports.passport(answer_id, user)

    def rerun(self, answer_id: str, user: User, *, cancel: CancelToken | None = None) -> Rerun:
        return self.passports.rerun(answer_id, user)

    def save_question(
        self, question: str, sql: str, user: User, *, model: str | None = None
    ) -> SavedQuestion:
        govern(sql, user, load_policy(), load_model(model_file("plant")))
        if not question.strip():
            raise UserFixable("Write the question that this SQL answers.")
        saved = SavedQuestion(
            user.name, DATA_TO, model or "plant", " ".join(question.split()), sql, "open"
        )
        self.saved.insert(0, saved)
        return saved

    def saved_questions(self, user: User, *, everyone: bool = False) -> tuple[SavedQuestion, ...]:
        sees_all = everyone and self._administers(user)
        return tuple(q for q in self.saved if sees_all or q.author == user.name)

    def access(self, user: User) -> tuple[Access, ...]:
        names = [user.name]
        if self._administers(user):
            names += [name for name in self.policy.users if name != user.name]
        people = [self.policy.users[name] for name in names]
        policy, models = load_policy(), [load_model(model_file("plant"))]
        return tuple(
            access_of(Account(u.name, u.role, u.plants, u.display_name), policy, models)
            for u in people
        )

    def _administers(self, user: User) -> bool:
        role = self.policy.role(user)
        return role is not None and role.administers

    def suggestions(self, user: User, model: str | None = None) -> tuple[str, ...]:
        return SUGGESTIONS

    def catalogue(self, user: User, model: str | None = None) -> Sequence[Mapping[str, Any]]:
        return [
            _row(
                "metric",
                "OEE",
                "1",
                ("overall equipment effectiveness",),
                "Availability x performance x quality",
            ),
            _row("metric", "Scrap rate", "1", ("reject rate",), "Scrap over all units made"),
            _row(
                "measure",
                "Vibration",
                "mm/s",
                ("vibrating", "RMS velocity"),
                "Mean over the interval",
            ),
            _row("measure", "Temperature", "Cel", ("temp", "heat"), "Mean over the interval"),
            _row("dimension", "Plant", None, ("site", "works"), "Where the asset stands"),
            _row("dimension", "Shift", None, ("crew time",), "Early, Late or Night"),
            _row("value", "Hamburg", None, ("HAM",), "Plant"),
            _row("value", "Austin", None, ("AUS",), "Plant"),
        ]

    def desk(self, user: User, model: str | None = None) -> FakeDesk:
        return FakeDesk(self.corpus, user, self._administers(user))

    def status(self) -> Mapping[str, Any]:
        state, is_ok = self.model_state
        return {
            "ok": True,
            "model_state": state,
            "model_ok": is_ok,
            "data_to": DATA_TO,
            "sessions_ok": self.remembers,
        }

    def feedback(self, answer_id: str, user: User, verdict: str, reason: str, text: str) -> None:
        self.verdicts.append((answer_id, user.name, verdict, reason, text))

    def export(self, answer: Answer, fmt: str, user: User) -> bytes:
        assert answer.result is not None
        if answer.user.name != user.name:
            raise Refused("This answer belongs to someone else.", rule="A1")
        self.exported.append((user.name, fmt))
        lines = [",".join(answer.result.table.column_names)]
        lines += [",".join(str(v) for v in row.values()) for row in answer.result.table.to_pylist()]
        return "\n".join(lines).encode()


def _row(
    kind: str, label: str, unit: str | None, synonyms: tuple[str, ...], text: str
) -> dict[str, Any]:
    return {"kind": kind, "label": label, "unit": unit, "synonyms": synonyms, "description": text}
