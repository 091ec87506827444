"""A risk answer as it is kept: its passport, its card on a board, its file."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import UserFixable
from core.risk.weights import Weights
from core.semantic.asset_question import AssetQuestion
from core.services import Services
from core.types import Answer, User

QUESTION = "riskiest pumps in Hamburg"


@pytest.fixture
def admin(services: Services) -> User:
    return services.policy.user("admin")


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.result is not None
    return answer.result.table.to_pylist()


def test_its_passport_says_what_it_was_made_from(services: Services, admin: User) -> None:
    answer = services.answer(QUESTION, admin)
    kept = services.passport(answer.id, admin)
    assert kept is not None
    assert kept.plan is None
    assert kept.beside == answer.beside
    assert kept.beside is not None
    assert kept.beside.asked.values("asset_class") == ("pump",)
    assert [name for _scope, name in kept.beside.shown] == [r["asset"] for r in rows(answer)]
    assert len(kept.beside.statements) == 3
    assert not any("IN ('AUS'" in sql for sql in kept.beside.statements)
    assert kept.governed.count("plant_id IN ('AUS', 'HAM', 'HPH')") == 3
    assert {p.column for p in kept.scope.predicates} == {"plant_id"}
    assert kept.headline == answer.headline
    assert kept.rows is not None
    assert kept.rows.count == len(rows(answer))


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "why is the risk of PMP-03 so high",
        "warum ist das Risiko von PMP-03 so hoch?",
        "điểm rủi ro của PMP-03",
    ],
)
def test_it_runs_again_with_the_same_rows(services: Services, admin: User, question: str) -> None:
    answer = services.answer(question, admin)
    again = services.rerun(answer.id, admin)
    assert again.verdict == "same", (again.why, again.difference)
    assert again.changes == ()
    assert again.count == len(rows(answer))
    assert services.reread(answer.id, admin, "some-talk") is not None


def test_other_weights_are_told_with_what_they_changed(services: Services, admin: User) -> None:
    answer = services.answer(QUESTION, admin)
    seen = services.risk.weights(admin)["HAM"].version
    services.risk.save("HAM", Weights(0, 0, 0, 0, 100), admin, seen=seen, note="trial")
    try:
        again = services.rerun(answer.id, admin)
    finally:
        services.risk.save("HAM", None, admin, seen=seen + 1, note="back")
    assert again.verdict == "differ"
    assert again.difference is not None
    assert ("Weights of HAM", "35, 20, 15, 15, 15", "0, 0, 0, 0, 100") in [
        (c.what, c.before, c.after) for c in again.changes
    ]
    assert services.rerun(answer.id, admin).verdict == "same"


def test_who_sees_less_sees_its_passport_without_figures(services: Services, admin: User) -> None:
    answer = services.answer(QUESTION, admin)
    fewer = User(admin.name, "viewer", ("HPH",), admin.tenant)
    kept = services.passport(answer.id, fewer)
    assert kept is not None
    assert kept.headline == ""
    assert kept.rows is None
    again = services.rerun(answer.id, fewer)
    assert again.passport.headline == ""
    assert again.difference is None
    assert again.count == 0
    assert not any("Weights" in change.what for change in again.changes)


def test_a_question_outside_ones_plants_is_kept_without_rows(services: Services) -> None:
    viewer = services.policy.user("viewer")
    answer = services.answer(QUESTION, viewer)
    assert answer.empty == "out_of_scope"
    kept = services.passport(answer.id, viewer)
    assert kept is not None
    assert kept.governed == ""
    assert services.rerun(answer.id, viewer).verdict == "same"


def test_a_card_runs_again_under_the_rights_of_whoever_looks(
    services: Services, admin: User
) -> None:
    board = services.boards.make("Risk", admin)
    for question in ("riskiest assets", QUESTION):
        services.boards.pin(board.id, services.answer(question, admin), admin)
    kept = services.boards.board(board.id, admin)
    assert kept is not None
    everywhere, hamburg = kept.cards
    assert everywhere.kind == "asked"
    assert everywhere.asked == AssetQuestion("risk")
    assert services.boards.time_of(everywhere) == "as of each look"
    own = services.boards.run(hamburg, admin)
    assert rows(own) == rows(services.answer(QUESTION, admin))
    viewer = services.policy.user("viewer")
    seen = services.boards.run(everywhere, viewer)
    assert seen.status == "answered"
    assert rows(seen) == rows(services.answer("riskiest assets", viewer))
    assert services.boards.run(hamburg, viewer).empty == "out_of_scope"
    services.boards.share(board.id, is_shared=True, user=admin)
    assert services.boards.export(board.id, "pdf", viewer)[:4] == b"%PDF"


def test_a_card_keeps_the_picture_that_was_wished_for(services: Services, admin: User) -> None:
    services.answer(QUESTION, admin, session="card-talk", is_kept=False)
    table = services.answer("as a table", admin, session="card-talk", is_kept=False)
    assert table.chart is not None
    assert table.chart.type == "table"
    board = services.boards.make("Tables", admin)
    card = services.boards.pin(board.id, table, admin)
    shown = services.boards.run(card, admin)
    assert shown.chart is not None
    assert shown.chart.type == "table"


def test_a_card_of_a_topic_or_column_that_is_gone_says_so(services: Services, admin: User) -> None:
    for asked in (AssetQuestion("weather"), AssetQuestion("risk", (("colour", ("red",)),))):
        *_, answer = services.turns.run_asked(asked, admin)
        assert isinstance(answer, Answer)
        assert answer.status == "clarify"
        assert "anew" in answer.message


def test_its_rows_go_into_a_file(services: Services, admin: User) -> None:
    answer = services.answer(QUESTION, admin)
    assert answer.result is not None
    text = services.export(answer, "csv", admin).decode("utf-8-sig")
    assert text.count("\n") >= len(rows(answer)) + 1
    assert services.export(answer, "xlsx", admin)[:2] == b"PK"


def test_an_unknown_passport_is_none(services: Services, admin: User) -> None:
    assert services.passport("0" * 12, admin) is None
    with pytest.raises(UserFixable):
        services.rerun("0" * 12, admin)
