"""A card runs under the rights of whoever looks, anew each time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import pypdf
import pytest
from PIL import Image

from core.boards import Card, CardTime
from core.errors import RateLimited, UserFixable
from core.semantic.query import Dimension, Filter, Measure, Op, SemanticQuery
from core.services import Services
from core.types import Answer, EmptyReason, User


def who(services: Services, name: str) -> User:
    return services.policy.user(name)


def pinned(services: Services, question: str, name: str = "engineer", **more: str) -> Card:
    user = who(services, name)
    board = services.boards.make("One", user)
    answer = services.answer(question, user)
    card = services.boards.pin(board.id, answer, user, **more)
    services.boards.delete(board.id, user)
    return card


def rows(answer: Answer) -> list[dict[str, object]]:
    assert answer.result is not None, answer.message
    return answer.result.table.to_pylist()


def test_everybody_sees_their_own_plants(services: Services) -> None:
    card = pinned(services, "OEE by plant last week")
    for name, plants in (
        ("engineer", {"Hamburg", "Austin"}),
        ("viewer", {"Hai Phong"}),
        ("admin", {"Hamburg", "Austin", "Hai Phong"}),
    ):
        answer = services.boards.run(card, who(services, name))
        assert answer.status == "answered"
        assert {row["plant_name"] for row in rows(answer)} == plants
        assert answer.governed is not None
        scopes = {v for p in answer.governed.predicates for v in p.values}
        assert scopes == set(who(services, name).plants)


def test_it_answers_as_the_question_would_if_the_viewer_asked(services: Services) -> None:
    card = pinned(services, "OEE by line last week")
    viewer = who(services, "viewer")
    asked = services.answer("OEE by line last week", viewer)
    shown = services.boards.run(card, viewer)
    assert rows(shown) == rows(asked)
    assert (shown.headline, shown.chart, shown.quality) == (
        asked.headline, asked.chart, asked.quality,
    )  # fmt: skip


def test_a_place_of_somebody_else_is_said_to_be_outside(services: Services) -> None:
    card = pinned(services, "Scrap rate by shift in Hamburg last week")
    answer = services.boards.run(card, who(services, "viewer"))
    assert (answer.status, answer.empty) == ("empty", EmptyReason.OUT_OF_SCOPE)
    assert answer.result is None


def test_personal_columns_are_masked_for_who_looks(services: Services) -> None:
    plan = SemanticQuery(
        "plant", "plant_obt", measures=(Measure(metric="run_hours"),),
        dimensions=(Dimension(column="operator_name"),),
        filters=(Filter("plant_id", Op.EQ, ("HPH",)),),
    )  # fmt: skip
    card = dataclasses.replace(pinned(services, "OEE last week"), plan=plan, time=CardTime("all"))
    names = {
        name: {row["operator_name"] for row in rows(services.boards.run(card, who(services, name)))}
        for name in ("admin", "viewer")
    }
    assert len(names["admin"]) > 1
    assert names["viewer"] == {None}


def test_each_run_is_in_the_audit_and_none_in_the_history(services: Services) -> None:
    card = pinned(services, "OEE by line last week")
    viewer = who(services, "viewer")
    before = len(services.history(viewer))
    answer = services.boards.run(card, viewer)
    queries = [e for e in services.audit.entries(limit=20) if e.get("answer") == answer.id]
    assert {e["user"] for e in queries} == {"viewer"}
    assert len(services.history(viewer)) == before


def test_limits_of_questions_hold_for_cards(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = pinned(services, "OEE by line last week")

    def full(_: User) -> None:
        raise RateLimited("Too many questions; ask again in 5 s.", retry_after_s=5)

    monkeypatch.setattr(services.turns, "_admit", full)
    answer = services.boards.run(card, who(services, "viewer"))
    assert (answer.status, answer.rule, answer.result) == ("refused", "RATE", None)


def test_it_moves_with_the_clock(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    card = pinned(services, "OEE by line last week")
    parts = services.parts()
    earlier = dataclasses.replace(
        parts.facts,
        tables={
            name: dataclasses.replace(
                facts,
                overall=dataclasses.replace(facts.overall, last=dt.datetime(2026, 5, 20, 13, 50)),
            )
            for name, facts in parts.facts.tables.items()
        },
    )
    changed = dataclasses.replace(parts, facts=earlier)
    monkeypatch.setattr(services.boards, "_parts", lambda _user, _model: changed)
    answer = services.boards.run(card, who(services, "engineer"))
    assert answer.plan is not None
    assert answer.plan.time is not None
    assert answer.plan.time.start == dt.datetime(2026, 5, 11)
    assert "11 to 17 May 2026" in answer.headline


def test_what_the_model_lost_is_named_in_the_card(services: Services) -> None:
    card = pinned(services, "OEE by line last week")
    assert card.plan is not None
    for lost, plan in (
        ("old_metric", card.plan.with_(measures=(Measure(metric="old_metric"),))),
        ("old_column", card.plan.with_(dimensions=(Dimension(column="old_column"),))),
        ("old_table", card.plan.with_(table="old_table")),
    ):
        answer = services.boards.run(
            dataclasses.replace(card, plan=plan), who(services, "engineer")
        )
        assert answer.status == "clarify"
        assert repr(lost) in answer.message
    for broken in (
        dataclasses.replace(card, plan=None),
        dataclasses.replace(card, model="gone"),
    ):
        answer = services.boards.run(broken, who(services, "engineer"))
        assert answer.status == "failed"
        assert answer.message


def test_sql_is_governed_anew_for_who_looks(services: Services) -> None:
    engineer, viewer = who(services, "engineer"), who(services, "viewer")
    sql = "SELECT plant_name, MAX(energy_kwh) - MIN(energy_kwh) AS d FROM plant_obt GROUP BY 1"
    *_, answer = services.run_sql(sql, engineer)
    assert isinstance(answer, Answer)
    board = services.boards.make("SQL", engineer)
    card = services.boards.pin(board.id, dataclasses.replace(answer, plan=None), engineer)
    assert (card.kind, card.sql) == ("sql", sql), "as its author wrote it, without their scope"
    shown = services.boards.run(card, viewer)
    assert {row["plant_name"] for row in rows(shown)} == {"Hai Phong"}
    assert services.boards.time_of(card).startswith("fixed")


def test_a_picture_that_was_wished_for_stays(services: Services) -> None:
    card = pinned(services, "OEE by line last week as a table")
    assert card.chart == "table"
    answer = services.boards.run(card, who(services, "engineer"))
    assert answer.chart is not None
    assert answer.chart.type == "table"


def test_another_persons_answer_is_not_pinned(services: Services) -> None:
    answer = services.answer("OEE last week", who(services, "engineer"))
    viewer = who(services, "viewer")
    board = services.boards.make("Mine", viewer)
    with pytest.raises(UserFixable, match="someone else"):
        services.boards.pin(board.id, answer, viewer)


def test_a_board_on_paper_is_the_viewers_own_and_audited(services: Services) -> None:
    engineer, viewer = who(services, "engineer"), who(services, "viewer")
    board = services.boards.make("Früh-Runde", engineer)
    for question in ("OEE by plant last week", "Top 5 downtime reasons in Hamburg in June"):
        services.boards.pin(board.id, services.answer(question, engineer), engineer)
    with pytest.raises(UserFixable, match="not there"):
        services.boards.export(board.id, "pdf", viewer)
    services.boards.share(board.id, is_shared=True, user=engineer)
    assert services.audit.entries(limit=1)[0]["act"] == "share"
    reader = pypdf.PdfReader(io.BytesIO(services.boards.export(board.id, "pdf", viewer)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "Früh-Runde" in text
    assert "Hai Phong" in text
    assert "Austin" not in text
    assert "outside the plants that you may see" in text
    last = services.audit.entries(limit=1)[0]
    assert (last["event"], last["what"], last["user"]) == ("export", "board", "viewer")
    picture = Image.open(io.BytesIO(services.boards.export(board.id, "png", engineer)))
    assert picture.width > 1_000


def test_a_card_of_a_verified_question_says_so_while_it_is_verified(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = who(services, "engineer")
    question = "Which pumps vibrated most last week?"
    board = services.boards.make("Verified", user)
    asked = services.answer(question, user)
    assert asked.verified is not None
    card = services.boards.pin(board.id, asked, user)
    assert card.kind == "plan"
    shown = services.boards.run(card, user)
    assert (shown.verified, shown.source) == (asked.verified, "verified")
    pdf = services.boards.export(board.id, "pdf", user)
    printed = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert f"verified by {asked.verified.by}" in " ".join(printed.split())
    other = services.boards.pin(board.id, asked, user, time="last month")
    assert services.boards.run(other, user).verified is None
    monkeypatch.setattr(services.knowledge, "pairs", lambda *_: ())
    monkeypatch.setattr(services._verified, "_pairs", lambda *_: ())
    monkeypatch.setattr(services._verified, "_opened", {})
    assert services.boards.run(card, user).verified is None
    services.boards.delete(board.id, user)
