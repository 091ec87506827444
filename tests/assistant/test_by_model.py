"""Questions that a language model answers: what it may say, and what is done about what it says."""

import contextlib
import json
from collections.abc import Iterator

import pytest

from core.assistant import Assistant
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.entries import Entry
from core.errors import Unavailable
from core.generation.constraints import Constraints
from core.generation.port import Choice, Grammar, ModelTrouble, Request
from core.retrieval.retriever import Found, Hit
from core.translation import speaking
from core.types import EmptyReason, Progress
from tests.assistant.asking import (
    NO,
    OF_ANOTHER_WEEK,
    QUESTION,
    RIGHT,
    YES,
    ask,
    outcomes,
    with_model,
)
from tests.assistant.bakehouse import Bakehouse, rows
from tests.fakes.model import FakeModel


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


# -- the way of an answer --------------------------------------------------------------------------


def test_a_question_that_the_parser_does_not_read_is_answered_by_the_model(house):
    answer = ask(house, FakeModel(sql=RIGHT, reflect=YES))
    assert (answer.status, answer.source) == ("answered", "model")
    assert rows(answer.result)[0][0] == "OV-3"
    assert answer.made is not None
    assert "“scorch”; the model's reading is used" in answer.made.why
    assert (answer.made.model, outcomes(answer)) == ("fake", ["used"])
    assert answer.made.attempts[0].prompt_tokens > 0
    assert answer.chips
    assert answer.quality is not None
    assert answer.plan is not None


def test_the_parser_is_not_passed_over(house):
    model = FakeModel(sql=RIGHT, reflect=YES)
    answer = ask(house, model, "loaves by shop last week")
    assert answer.source == "parser"
    assert answer.made is not None
    assert "every word" in answer.made.why
    assert model.asked == []


def test_a_setting_puts_the_model_first(house):
    sql = RIGHT.replace("burnt", "loaves").replace("oven", "shop_name")
    answer = ask(house, FakeModel(sql=sql, reflect=YES), "loaves by shop last week", is_first=True)
    assert answer.source == "model"
    assert answer.made is not None
    assert "settings" in answer.made.why


@pytest.mark.parametrize(
    "question",
    [
        "delete all loaves",
        "how many loaves will we bake next week",
        "loaves of OV-99 last week",
    ],
)
def test_what_no_wording_could_answer_is_not_asked_of_a_model(house, question):
    model = FakeModel(sql=RIGHT, reflect=YES)
    answer = ask(house, model, question, is_first=True)
    assert answer.status in ("refused", "clarify")
    assert model.asked == []


def test_a_foreign_shop_is_not_asked_of_a_model(house):
    model = FakeModel(sql=RIGHT, reflect=YES)
    answer = ask(house, model, "loaves of North last week", user="clerk", is_first=True)
    assert answer.empty == EmptyReason.OUT_OF_SCOPE
    assert model.asked == []


def test_sql_that_no_query_says_runs_too(house):
    sql = (
        "SELECT oven, scorched FROM (SELECT oven, SUM(burnt) AS scorched, ROW_NUMBER() OVER "
        "(ORDER BY SUM(burnt) DESC) AS place FROM bakes WHERE day >= '2031-03-03' AND "
        "day < '2031-03-10' GROUP BY oven) t WHERE place <= 2 ORDER BY scorched DESC LIMIT 10"
    )
    answer = ask(house, FakeModel(sql=sql, reflect=YES))
    assert (answer.status, answer.source, len(rows(answer.result))) == ("answered", "model", 2)


def test_a_query_as_json_is_compiled_and_answered(house):
    said = {
        "table": "bakes",
        "measures": [{"agg": "sum", "column": "burnt"}],
        "by": [{"column": "oven"}],
        "time": {"from": "2031-03-03", "to": "2031-03-10"},
    }
    answer = ask(house, FakeModel(sql=json.dumps(said), reflect=YES), output="query")
    assert answer.status == "answered"
    assert answer.plan is not None
    assert answer.plan.measures[0].column == "burnt"


def test_what_is_being_written_is_shown(house):
    assistant = with_model(house, FakeModel(sql=RIGHT, reflect=YES))
    events = list(assistant.turn(QUESTION, house.policy.user("owner"), house.parts))
    written = [e.text for e in events if isinstance(e, Progress) and e.stage == "generate"]
    assert written[0] == ""
    assert written[-1] == RIGHT
    assert all(RIGHT.startswith(text) for text in written)


# -- reflection ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "outcome", "told"),
    [
        ("SELECT nonsense FROM bakes", "refused", "nonsense"),
        ("DROP TABLE bakes", "refused", ""),
        ("I am not sure.", "refused", ""),
        ("", "unread", "empty"),
        (OF_ANOTHER_WEEK, "implausible", "last week"),
        (RIGHT.replace("burnt)", "loaves)"), "used", ""),
        (RIGHT.replace("WHERE", "WHERE shop_name = 'South' AND"), "implausible", "South"),
    ],
)
def test_what_was_wrong_goes_back_to_the_model(house, first, outcome, told):
    model = FakeModel(sql=[first, RIGHT], reflect=YES)
    answer = ask(house, model)
    assert answer.status == "answered"
    assert outcomes(answer)[0] == outcome
    if outcome == "used":
        return
    assert outcomes(answer)[1] == "used"
    assert rows(answer.result)[0][0] == "OV-3"
    earlier = model.requests("sql")[1].earlier
    assert [e.reply for e in earlier] == [first]
    assert told in earlier[0].told


def test_an_error_of_the_engine_goes_back_with_its_words(house):
    wrong = "SELECT oven, SUM(heat + baked_at) AS x FROM bakes GROUP BY oven LIMIT 10"
    model = FakeModel(sql=[wrong, RIGHT], reflect=YES)
    answer = ask(house, model)
    assert outcomes(answer) == ["failed", "used"]
    assert "baked_at" in model.requests("sql")[1].earlier[0].told or "+" in (
        model.requests("sql")[1].earlier[0].told
    )


def test_the_model_itself_may_doubt_and_write_again(house):
    model = FakeModel(sql=[RIGHT.replace("burnt)", "loaves)"), RIGHT], reflect=[NO, YES])
    answer = ask(house, model)
    assert outcomes(answer) == ["doubted", "used"]
    assert "Use burnt." in model.requests("sql")[1].earlier[0].told
    assert answer.doubts == ()


def test_a_doubt_that_stays_is_shown(house):
    answer = ask(house, FakeModel(sql=[RIGHT, f"{RIGHT} "], reflect=NO))
    assert answer.status == "answered"
    assert any("not sure" in doubt for doubt in answer.doubts)
    assert any("not sure" in note for note in answer.notes)


def test_a_fault_that_stays_is_no_answer(house):
    replies = [OF_ANOTHER_WEEK.replace("LIMIT 10", f"LIMIT {n}") for n in range(10, 20)]
    model = FakeModel(sql=replies, reflect=YES)
    answer = ask(house, model)
    assert answer.status == "clarify"
    assert len(model.requests("sql")) == 4
    assert any("last week" in note for note in answer.notes)
    assert outcomes(answer) == ["implausible"] * 4
    assert answer.result is None


def test_a_role_of_the_base_tier_has_fewer_attempts(house):
    replies = [OF_ANOTHER_WEEK.replace("LIMIT 10", f"LIMIT {n}") for n in range(10, 20)]
    model = FakeModel(sql=replies, reflect=YES)
    object.__setattr__(house.policy.roles["clerk"], "reflections", 1)
    ask(house, model, user="clerk")
    assert len(model.requests("sql")) == 2


def test_a_model_that_repeats_itself_is_not_asked_for_ever(house):
    model = FakeModel(sql=OF_ANOTHER_WEEK, reflect=YES)
    assert ask(house, model).status == "clarify"
    assert len(model.requests("sql")) == 2


def test_no_attempt_begins_when_the_time_is_over(house):
    replies = [OF_ANOTHER_WEEK.replace("LIMIT 10", f"LIMIT {n}") for n in range(10, 20)]
    model = FakeModel(sql=replies, reflect=YES)
    ask(house, model, budget_s=1.5)
    assert len(model.requests("sql")) == 1
    assert all(t <= 1.5 for t in model.timeouts)


def test_no_rows_are_looked_at_twice_and_then_said(house):
    sql = RIGHT.replace("WHERE", "WHERE bread = 'Rye' AND heat > 900 AND")
    answer = ask(house, FakeModel(sql=[sql, sql.replace("900", "901")], reflect=YES))
    assert answer.status == "empty"
    assert answer.source == "model"
    assert answer.message


def test_the_evidence_of_a_verdict_is_small(house):
    model = FakeModel(sql=RIGHT, reflect=YES)
    ask(house, model)
    body = model.requests("reflect")[0].body
    assert "scorch" in body
    assert '"rows": 3' in body
    assert len(body) < 4_000


def test_no_verdict_is_no_doubt(house):
    for said in ("garbage", "{}", ModelTrouble("late", kind="late")):
        answer = ask(house, FakeModel(sql=RIGHT, reflect=said))
        assert (answer.status, answer.doubts) == ("answered", ())


# -- governance ------------------------------------------------------------------------------------


def test_what_may_not_be_run_is_refused_when_nothing_else_comes(house):
    model = FakeModel(sql="SELECT password FROM mysql.user", reflect=YES)
    answer = ask(house, model)
    assert answer.status == "refused"
    assert answer.rule
    assert answer.result is None
    assert answer.made is not None
    assert set(outcomes(answer)) == {"refused"}


def test_a_refusal_is_said_in_the_askers_language_and_goes_back_to_the_model_in_english(house):
    model = FakeModel(sql=["DROP TABLE bakes", "DROP TABLE bakes"], reflect=YES)
    with speaking("de"):
        answer = ask(house, model)
    assert answer.status == "refused"
    assert answer.message.startswith("Diese Abfrage wird nicht ausgeführt: es ist kein SELECT")
    earlier = model.requests("sql")[1].earlier
    assert earlier[0].told.startswith("This query is not run: it is not a SELECT")
    assert answer.made is not None
    assert all(a.why.startswith("This query is not run") for a in answer.made.attempts)


def test_a_model_that_obeys_a_planted_text_reads_no_other_shop(house):
    def obeys(request: Request) -> str:
        assert "North" not in request.prefix
        return "SELECT shop_name, SUM(burnt) AS b FROM bakes GROUP BY shop_name LIMIT 10"

    answer = ask(house, FakeModel(sql=obeys, reflect=YES), "Which shops scorch?", user="clerk")
    assert [r[0] for r in rows(answer.result)] == ["South"]


# -- when no reply comes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("down", "cannot be reached"),
        ("late", "did not answer in time"),
        ("busy", "too much to do"),
        ("resting", "does not answer at present"),
        ("wrong", "no reply that can be used"),
        ("denied", "log says why"),
    ],
)
def test_without_a_reply_the_parser_answers(house, kind, said):
    trouble = ModelTrouble("Is it running? Check GEMBA_LLM_URL.", kind=kind)
    answer = ask(house, FakeModel(sql=trouble), "loaves by shop last week", is_first=True)
    assert (answer.status, answer.source) == ("answered", "parser")
    assert answer.made is not None
    assert answer.made.by_fallback
    (note,) = [note for note in answer.notes if said in note]
    assert "Gemba's own reading" in note
    assert "GEMBA_" not in note  # settings are no matter of who asks


def test_without_a_reply_and_a_reading_gemba_asks_back(house):
    trouble = ModelTrouble("The model server cannot be reached.", kind="down")
    answer = ask(house, FakeModel(sql=trouble))
    assert answer.status == "clarify"
    assert answer.clarification is not None
    assert answer.clarification.unknown_words == ("scorch",)
    assert any("cannot be reached" in note for note in answer.notes)
    assert answer.made is not None
    assert "“scorch”." in answer.made.why  # and nothing of a reading that is used


def test_trouble_after_a_doubtful_answer_leaves_that_answer(house):
    model = FakeModel(sql=[RIGHT, ModelTrouble("gone", kind="down")], reflect=NO)
    answer = ask(house, model)
    assert answer.status == "answered"
    assert answer.doubts


def test_a_refusing_model_is_asked_back(house):
    answer = ask(house, FakeModel(sql="NONE", reflect=YES))
    assert answer.status == "clarify"
    assert outcomes(answer) == ["declined"]
    assert any("found no answer" in note for note in answer.notes)


def test_a_store_that_is_gone_is_said(house):
    def gone(*_: object, **__: object) -> None:
        raise Unavailable("The store cannot be reached.")

    house.store.run = gone
    answer = ask(house, FakeModel(sql=RIGHT, reflect=YES))
    assert answer.status == "failed"
    assert "store" in answer.message


# -- candidates and the stronger model -------------------------------------------------------------


def test_the_majority_of_candidates_by_rows_answers(house):
    other = RIGHT.replace("burnt)", "loaves)")
    same = RIGHT.replace("AS burnt", "AS total").replace("BY burnt", "BY total")

    def by_seed(request: Request) -> str:
        return {None: other, 1: RIGHT, 2: same}[request.seed]

    answer = ask(house, FakeModel(sql=by_seed, reflect=YES), candidates=3)
    assert answer.made is not None
    assert answer.made.agreed == (2, 3)
    assert sorted(outcomes(answer)) == ["agreed", "outvoted", "used"]
    assert rows(answer.result)[0] == ("OV-3", pytest.approx(rows(answer.result)[0][1]))


def test_a_candidate_that_is_missing_is_no_loss(house):
    def by_seed(request: Request) -> str:
        if request.seed is None:
            raise ModelTrouble("gone", kind="down")
        return RIGHT

    answer = ask(house, FakeModel(sql=by_seed, reflect=YES), candidates=3)
    assert answer.status == "answered"
    assert outcomes(answer) == ["used", "agreed"]


def test_what_several_candidates_wrote_runs_once(house, monkeypatch):
    ran = []
    run = house.store.run
    monkeypatch.setattr(house.store, "run", lambda *a, **k: [ran.append(a), run(*a, **k)][1])
    answer = ask(house, FakeModel(sql=RIGHT, reflect=YES))
    once, _ = len(ran), ran.clear()
    answer = ask(house, FakeModel(sql=RIGHT, reflect=YES), candidates=3)
    assert outcomes(answer) == ["used", "agreed", "agreed"]
    assert len(ran) == once


def test_hard_questions_go_to_the_stronger_model(house):
    hard = "Which ovens scorch more than usual, compared with the days when dough was sticky?"
    model = FakeModel(sql=RIGHT, hard=RIGHT, reflect=YES)
    answer = ask(house, model, hard, hard_from=0.3)
    assert model.requests("hard")
    assert not model.requests("sql")
    assert answer.made is not None
    assert answer.made.difficulty is not None
    assert answer.made.difficulty.score >= 0.3
    assert answer.made.difficulty.reasons
    easy = FakeModel(sql=RIGHT, hard=RIGHT, reflect=YES)
    ask(house, easy, hard_from=0.9)
    assert not easy.requests("hard")


# -- the prompt ------------------------------------------------------------------------------------


def test_two_questions_of_one_person_share_the_prefix_to_the_byte(house):
    model = FakeModel(sql=RIGHT, reflect=YES)
    ask(house, model)
    ask(house, model, "Which breads scorch in the South?")
    first, second = model.requests("sql")[0], model.requests("sql")[-1]
    assert first.prefix.encode() == second.prefix.encode()
    assert first.body != second.body
    assert "2031" not in first.prefix


def test_a_prompt_is_cut_to_the_room_that_the_model_has(house):
    tight = FakeModel(sql=RIGHT, reflect=YES, context=2_048 + 1_500 + 1_400)
    answer = ask(house, tight)
    if answer.status == "answered":
        request = tight.requests("sql")[0]
        assert tight.count("sql", request.prefix + request.body) <= tight.room("sql")
    none = FakeModel(sql=RIGHT, reflect=YES, context=2_100)
    answer = ask(house, none)
    assert answer.status == "clarify"
    assert none.asked == []
    assert any("too short" in note for note in answer.notes)


def test_examples_stand_in_the_spelling_of_the_grammar(house):
    pair = Entry(
        "1", "default", "bakery", "qa", "Burnt loaves by shop?",
        sql="SELECT shop_name, SUM(burnt) AS b FROM bakes GROUP BY shop_name ORDER BY b DESC",
        status="verified",
    )  # fmt: skip
    hit = Hit(pair, 1, 1.0, None, None)
    model = FakeModel(sql=RIGHT, reflect=YES)
    for output, shown in (("grammar", "GROUP BY 1 ORDER BY 2 DESC LIMIT"), ("sql", "ORDER BY b")):
        chosen = ModelOptions(output=output)
        found = Found(QUESTION, {"qa": (hit,)})
        turns = ModelTurns(house.queries, model, chosen, Constraints(), lambda *_args, f=found: f)
        list(
            Assistant(house.queries, models=turns).turn(
                QUESTION, house.policy.user("owner"), house.parts
            )
        )
        request = model.requests("sql")[-1]
        assert shown in request.body
        assert isinstance(request.constraint, Grammar if output == "grammar" else type(None))


# -- what is no question ---------------------------------------------------------------------------


def test_what_names_nothing_is_looked_at_first(house):
    model = FakeModel(sql=RIGHT, reflect=YES, intent="CLARIFY")
    answer = ask(house, model, "thank you, gorgeous")
    assert answer.status == "clarify"
    assert not model.requests("sql")
    assert isinstance(model.requests("intent")[0].constraint, Choice)
    assert any("does not look like a question" in note for note in answer.notes)


@pytest.mark.parametrize("said", ["NEW_QUERY", "banana", "", ModelTrouble("late", kind="late")])
def test_an_unknown_intent_is_a_question(house, said):
    model = FakeModel(sql=RIGHT, reflect=YES, intent=said)
    ask(house, model, "what scorches?")
    assert model.requests("sql")


def test_what_names_something_is_not_looked_at(house):
    model = FakeModel(sql=RIGHT, reflect=YES, intent="CLARIFY")
    assert ask(house, model).status == "answered"
    assert not model.requests("intent")
