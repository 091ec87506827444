"""The machine of intents: what each is taken for, and that no walk leaves its states."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dialogue.intents import AFTER, ALLOWED, Intent, State, after, intent_of, state_of, taken
from core.dialogue.past import Past, past_turn
from core.types import Answer, Status, User

HAS_ANSWER = {State.ANSWERED, State.BETWEEN}
steps = st.lists(st.tuples(st.sampled_from(Intent), st.sampled_from(get_args(Status))), max_size=12)


def test_the_tables_are_whole() -> None:
    assert set(ALLOWED) == {(s, i) for s in State for i in Intent}
    assert set(AFTER) == {(s, status) for s in State for status in get_args(Status)}


@pytest.mark.parametrize("state", State)
def test_what_goes_on_wants_an_answer(state: State) -> None:
    for intent in (Intent.DATA_FILTER, Intent.VISUAL_UPDATE):
        expected = intent if state in HAS_ANSWER else Intent.NEW_QUERY
        assert taken(state, intent) is expected
    assert taken(state, Intent.RESET) is Intent.RESET
    assert taken(state, Intent.NEW_QUERY) is Intent.NEW_QUERY
    is_asking = state in {State.ASKING, State.BETWEEN}
    assert taken(state, Intent.CLARIFY) is (Intent.CLARIFY if is_asking else Intent.NEW_QUERY)


@pytest.mark.parametrize("token", ["", "OTHER", "DROP TABLE", "new query", "DATA_FILTERS", "ß"])
def test_a_word_that_is_no_intent_is_a_new_question(token: str) -> None:
    assert intent_of(token) is None
    assert all(taken(state, intent_of(token)) is Intent.NEW_QUERY for state in State)


def test_an_intent_is_read_in_any_case() -> None:
    assert intent_of(" data_filter\n") is Intent.DATA_FILTER


@given(steps)
def test_no_walk_leaves_the_states_and_an_answer_is_at_hand_where_one_is_needed(
    walk: list[tuple[Intent, Status]],
) -> None:
    state, has_answer = State.BLANK, False
    for asked, status in walk:
        intent = taken(state, asked)
        if intent in (Intent.DATA_FILTER, Intent.VISUAL_UPDATE):
            assert has_answer
        state = after(state, intent, status)
        assert state in State
        has_answer = intent is not Intent.RESET and (has_answer or status in ("answered", "empty"))
        assert (state in HAS_ANSWER) == has_answer


@given(steps)
def test_the_state_is_the_same_from_the_turns_that_are_kept(
    walk: list[tuple[Intent, Status]],
) -> None:
    user = User("someone", "owner", ())
    state, turns = State.BLANK, []
    for asked, status in walk:
        intent = taken(state, asked)
        state = after(state, intent, status)
        answer = Answer(
            id="a",
            question="q",
            user=user,
            model="m",
            source=None,
            status=status,
            intent=intent.value,
        )
        turns.append(past_turn(answer))
    assert state_of(Past(tuple(turns))) is state
