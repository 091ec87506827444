"""What answers say of the conversation's memory, and what is drawn from it: over the demo plant."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.execution.engine import DuckDBEngine
from core.services import Services
from core.sessions import sessions as kept_sessions
from core.sessions.frames import pack
from core.sessions.notices import AWAY, AWAY_IN_PART
from core.settings import Settings
from core.types import Answer, User
from core.ui.conversations import Conversations
from tests.conversations.conftest import own_server, server
from tests.fakes.llm_server import FaultyServer
from tests.sessions.redis_server import RedisServer

__all__ = ["own_server", "server"]
Start = Callable[..., Services]
QUESTION = "energy by asset last week"
ROWS = 72


@pytest.fixture
def start(plant_folder: Callable[[Path], Path], tmp_path: Path) -> Iterator[Start]:
    """Starts services over the plant, with further settings."""
    plant_folder(tmp_path)
    started: list[Services] = []

    def begin(**more: Any) -> Services:
        started.append(Services.open(Settings(data_dir=tmp_path, **more)))
        return started[-1]

    yield begin
    for one in started:
        one.close()


class Asked:
    """Asks as the admin, and counts what is asked of the store."""

    def __init__(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services = services
        self.user: User = services.policy.user("admin")
        self.of_store = 0
        for name in ("run", "explain", "fetch"):
            monkeypatch.setattr(DuckDBEngine, name, self._counted(getattr(DuckDBEngine, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            self.of_store += 1
            return call(*args, **more)

        return counted

    def __call__(self, text: str, session: str = "c1") -> Answer:
        return self.services.answer(text, self.user, session=session)


def notices(answer: Answer) -> list[str]:
    return [note for note in answer.notes if "onversation" in note]


# -- another picture -------------------------------------------------------------------------------


def test_another_picture_asks_neither_the_store_nor_a_model(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer() as model:
        services = start(llm_url=model.url, llm_narration="all")
        ask = Asked(services, monkeypatch)
        first = ask(QUESTION)
        assert model.asked  # it puts the findings of a query into words
        before = (ask.of_store, len(model.asked))
        said = ("as a table", "as bars", "title: Energy", "add a line at 4000", "sort by name")
        for text in (*said, "hiển thị dạng bảng", "als Balken"):
            answer = ask(text)
            assert (answer.status, answer.intent, answer.source) == (
                "answered", "VISUAL_UPDATE", "cache",
            ), text  # fmt: skip
            assert answer.result is not None
            assert first.result is not None
            assert answer.result.row_count == first.result.row_count
        assert (ask.of_store, len(model.asked)) == before


def test_a_picture_that_asks_the_store_is_a_new_query(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Asked(start(), monkeypatch)
    first = ask(QUESTION)
    ask.services.sessions._link.run(lambda client: client.flushall())
    before = ask.of_store
    answer = ask("as a table")
    assert ask.of_store > before
    assert (answer.status, answer.intent, answer.follows) == ("answered", "NEW_QUERY", first.id)
    kept = ask.services.conversations.load(ask.user, "c1")
    assert kept is not None
    assert [t.answer.intent for t in kept.turns if t.answer] == ["NEW_QUERY", "NEW_QUERY"]
    # its rows are there again
    assert ask("as bars").intent == "VISUAL_UPDATE"


def test_rows_of_other_columns_are_not_drawn(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another version of Gemba may have named or written them."""
    ask = Asked(start(), monkeypatch)

    def others(rows: pa.Table) -> Iterator[pa.Table]:
        name, figure = rows.column_names
        yield rows.rename_columns([figure, name])
        yield rows.append_column("more", rows.column(figure))
        yield rows.select([figure, name])
        yield rows.set_column(1, figure, rows.column(figure).cast("string"))

    for number in range(4):
        talk = f"c{number}"
        first = ask(QUESTION, talk)
        assert first.result is not None
        rows = first.result.table
        ask.services.sessions.keep_rows(ask.user, talk, first.id, list(others(rows))[number])
        assert ask.services.kept_rows(ask.user, talk, first) is None
        answer = ask("as a table", talk)
        assert answer.intent == "NEW_QUERY"
        assert answer.result is not None
        assert answer.result.table.schema == rows.schema


# -- rows that are too many ------------------------------------------------------------------------


def test_how_many_rows_are_kept_is_told_and_no_part_of_them_is_drawn_as_all(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_sessions, "pack", partial(pack, ceiling=1_500))
    ask = Asked(start(), monkeypatch)
    first = ask(QUESTION)
    assert first.result is not None
    assert first.result.row_count == ROWS
    frame = ask.services.kept_rows(ask.user, "c1", first)
    assert frame is not None
    assert 0 < frame.table.num_rows < ROWS
    said = f"The conversation keeps the first {frame.table.num_rows} of these {ROWS} rows"
    assert [n.startswith(said) for n in notices(first)] == [True]
    drawn = ask("as a table")
    assert (drawn.intent, notices(drawn)) == ("NEW_QUERY", notices(first))
    assert drawn.result is not None
    assert drawn.result.row_count == ROWS
    # a figure of what is kept whole says nothing of it
    assert notices(ask("energy last week", "c2")) == []
    # who opens the conversation later is told with the rows
    held = Conversations().get(ask.services, ask.user, "c1")
    assert held is not None
    turn = held.turns[0]
    assert turn.answer is not None
    assert notices(turn.answer) == notices(first)
    assert turn.job.rows_then == ROWS
    assert turn.job.read_again()
    assert turn.job.rows_then == 0
    assert turn.answer is not None
    assert turn.answer.result is not None
    assert turn.answer.result.row_count == ROWS


def test_rows_of_which_none_fits_are_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sessions, "pack", partial(pack, ceiling=100))
    ask = Asked(start(), monkeypatch)
    assert [n[:25] for n in notices(ask(QUESTION))] == ["The conversation keeps no"]
    german = ask("Energie je Anlage letzte Woche", "c2")
    assert any(f"keine dieser {ROWS} Zeilen" in note for note in german.notes)


# -- a server that is lost -------------------------------------------------------------------------


def test_while_the_server_is_lost_each_answer_says_so_and_it_comes_back(
    start: Start, own_server: Callable[..., RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_server()
    ask = Asked(start(redis_url=server.url()), monkeypatch)
    first = ask(QUESTION)
    ask("energy by plant last week", "c2")
    assert notices(first) == []
    server.kill()
    narrowed = ask("only Hamburg")
    assert (narrowed.status, narrowed.follows) == ("answered", first.id)
    drawn = ask("as a table")
    assert (drawn.status, drawn.intent) == ("answered", "NEW_QUERY")
    asked_back = ask("only the scorching ones")
    refused = ask("delete all alarms", "c2")
    for answer in (narrowed, drawn, asked_back, refused):
        assert notices(answer) == [AWAY_IN_PART], answer.question
    assert (asked_back.status, refused.status) == ("clarify", "refused")
    assert notices(ask("OEE by line in May", "c3")) == [AWAY]
    server.start()
    until = time.monotonic() + 30
    while ask.services.sessions.past(ask.user, "c1").is_away:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert notices(ask("energy by asset in Hamburg in May")) == []
    drawn = ask("as a table")
    assert (drawn.intent, drawn.source, notices(drawn)) == ("VISUAL_UPDATE", "cache", [])


def test_a_notice_does_not_stay_with_rows_that_are_drawn_again(
    start: Start, own_server: Callable[..., RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a server that was back while its answer was made."""
    server = own_server()
    ask = Asked(start(redis_url=server.url()), monkeypatch)
    with monkeypatch.context() as patch:
        past = ask.services.sessions.past
        patch.setattr(
            ask.services.sessions, "past", lambda *a: type(past(*a))(past(*a).turns, is_away=True)
        )
        assert notices(ask(QUESTION)) == [AWAY]
    drawn = ask("as a table")
    assert (drawn.intent, notices(drawn)) == ("VISUAL_UPDATE", [])


def test_an_answer_that_was_not_taken_says_so(
    start: Start, own_server: Callable[..., RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_server("--maxmemory-policy", "noeviction")
    ask = Asked(start(redis_url=server.url()), monkeypatch)
    assert notices(ask(QUESTION)) == []
    with server.admin() as admin:
        admin.config_set("maxmemory", "1mb")
    assert [n[:42] for n in notices(ask("only Hamburg"))] == [
        "The conversation's memory did not take thi"
    ]
    with server.admin() as admin:
        admin.config_set("maxmemory", "0")
    assert notices(ask("energy by plant last week")) == []
