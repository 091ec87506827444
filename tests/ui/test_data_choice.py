"""Which data are asked: chosen in the frame, remembered, and a conversation belongs to them."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import guard
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS
from tests.ui.test_chat import address_of, ask, press, text


@pytest.fixture
def two(site: Site) -> Site:
    site.services.models = ("plant", "steel")
    return site


def choose(app: AppTest, name: str) -> AppTest:
    app.selectbox[0].set_value(name).run()
    assert not app.exception, app.exception
    return app


def test_data_are_called_by_their_own_name(two: Site) -> None:
    app = two.signed_in()
    assert app.selectbox[0].options == ["Demo plant", "Steel works"]
    assert "What is happening in your plant" in text(app)
    choose(app, "steel")
    assert "What do you want to know of Steel works?" in text(app)


def test_a_choice_is_remembered_for_the_person(two: Site) -> None:
    choose(two.signed_in(), "steel")
    assert two.signed_in().selectbox[0].value == "steel"
    assert two.signed_in("viewer").selectbox[0].value == "plant"


def test_another_choice_begins_a_new_conversation(two: Site) -> None:
    app = ask(two.signed_in(), SUGGESTIONS[0])
    first = address_of(app)
    assert "Demo plant" in text(app)
    choose(app, "steel")
    assert "c" not in app.query_params
    ask(app, SUGGESTIONS[1])
    assert address_of(app) != first
    assert two.services.asked_models == ["plant", "steel"]


def test_a_conversation_that_is_opened_chooses_its_data(two: Site) -> None:
    app = ask(two.signed_in(), SUGGESTIONS[0])
    choose(app, "steel")
    press(app, SUGGESTIONS[0])
    assert app.session_state[guard.MODEL] == "plant"
    ask(app, "and in May?")
    assert two.services.asked_models == ["plant", "plant"]


def test_of_data_that_one_may_not_use_a_conversation_is_only_read(two: Site) -> None:
    app = choose(two.signed_in(), "steel")
    ask(app, SUGGESTIONS[0])
    role = two.services.policy.roles["engineer"]
    two.services.policy.roles["engineer"] = dataclasses.replace(role, models=("plant",))
    guard.models.clear()
    app.run()
    assert not app.exception, app.exception
    assert "about data that are not there any more" in app.info[0].value
    assert not app.chat_input
    assert not app.selectbox
