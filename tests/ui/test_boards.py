"""The pages of boards and of shift handovers, over the real services, in process."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from core.boards import Card
from core.services import Services
from core.types import Answer, User
from tests.ui import test_signin
from tests.ui.conftest import PASSWORDS, SHELL


def said(app: AppTest) -> str:
    """All text on the page, without what keeps it from being Markdown."""
    return test_signin.said(app).replace("\\", "")


def opened(name: str, page: str, board: str = "") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=60).run()
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORDS[name])
    app.button[0].click().run()
    if board:
        app.query_params["b"] = board
    app.switch_page(f"../../pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


def board_of(services: Services, *questions: str) -> str:
    user = services.policy.user("engineer")
    board = services.boards.make("Morning", user)
    for question in questions:
        services.boards.pin(board.id, services.answer(question, user), user)
    return board.id


def test_a_card_of_a_verified_question_has_its_badge(services: Services) -> None:
    board = board_of(services, "Which pumps vibrated most last week?", "scrap by asset on 3 June")
    app = opened("engineer", "boards", board)
    assert said(app).count("Verified by ") == 1


def test_an_empty_list_says_what_a_board_is_and_makes_one(services: Services) -> None:
    app = opened("engineer", "boards")
    assert "No board yet" in said(app)
    app.text_input(key="boards.name").set_value("Line 2")
    next(b for b in app.button if b.label == "Make it").click().run()
    assert [b.name for b in services.boards.boards(services.policy.user("engineer"))] == ["Line 2"]
    assert "No cards yet" in said(app)


def test_a_card_says_its_time_age_and_quality(services: Services) -> None:
    app = opened("engineer", "boards", board_of(services, "OEE by line last week"))
    text = said(app)
    assert "Line 4 had the highest OEE last week" in text
    assert "as of 30 Jun 2026, 23:50" in text
    assert "Good" in text
    assert "refreshed 0 s ago" in text


def test_one_failing_card_does_not_break_the_board(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(services, "OEE by line last week", "OEE by plant last week")
    first = services.boards.board(board, services.policy.user("engineer"))
    assert first is not None
    run = services.boards.run

    def broken(card: Card, user: User) -> Answer:
        return run(dataclasses.replace(card, plan=None) if card == first.cards[0] else card, user)

    monkeypatch.setattr(services.boards, "run", broken)
    text = said(opened("engineer", "boards", board))
    assert "This card has no answer" in text
    assert "Pin the answer anew" in text
    assert "Hamburg had the highest OEE last week" in text


def test_a_link_opens_for_others_only_once_it_is_shared(services: Services) -> None:
    board = board_of(services, "OEE by plant last week")
    text = said(opened("viewer", "boards", board))
    assert "This board is not there" in text
    services.boards.share(board, is_shared=True, user=services.policy.user("engineer"))
    app = opened("viewer", "boards", board)
    assert "Shared by engineer" in said(app)
    assert "Hai Phong" in said(app)
    assert "Hamburg" not in said(app)


def test_a_rerun_of_the_page_does_not_run_the_cards_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(services, "OEE by line last week")
    ran: list[str] = []
    run = services.boards.run
    monkeypatch.setattr(
        services.boards, "run", lambda card, user: (ran.append(card.id), run(card, user))[1]
    )
    app = opened("engineer", "boards", board)
    app.run()
    assert len(ran) == 1
    app.button(key="board.refresh").click().run()
    assert len(ran) == 2


def test_a_sheet_is_in_the_plants_language_and_takes_notes(services: Services) -> None:
    app = opened("viewer", "handover")
    text = said(app)
    assert "Bàn giao ca Hai Phong" in text
    assert "Ca chiều" in text
    app.text_area(key="handover.new").set_value("Kiểm tra OVN-03")
    next(b for b in app.button if b.label == "Add").click().run()
    assert "Kiểm tra OVN-03" in said(app)
    app.selectbox(key="handover.language").set_value("en").run()
    assert "Shift handover Hai Phong" in said(app)
    app.checkbox(key="handover.sure").check().run()
    app.button(key="handover.sign").click().run()
    assert "Signed by Viewer" in said(app)
    assert not [a for a in app.text_area if a.key == "handover.new"]
