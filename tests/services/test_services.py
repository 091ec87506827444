"""Services over the demo plant: exports of one's own, the audit before anything leaves."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import Refused, Unavailable, UserFixable
from core.services import Services
from core.settings import Settings
from core.types import Answer, Progress


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("services"))
    built = Services.open(Settings(data_dir=folder))
    yield built
    built.close()


@pytest.fixture(scope="module")
def answer(services: Services) -> Answer:
    return services.answer("energy by plant last week", services.policy.user("engineer"))


def test_progress_then_one_answer(services: Services) -> None:
    user = services.policy.user("admin")
    *before, last = services.ask("OEE by plant in May", user)
    assert all(isinstance(event, Progress) for event in before)
    assert isinstance(last, Answer)


def test_an_export_of_ones_own_is_audited(services: Services, answer: Answer) -> None:
    content = services.export(answer, "csv", services.policy.user("engineer"))
    assert b"Hamburg" in content
    newest = services.audit.entries(limit=1)[0]
    assert (newest["event"], newest["user"], newest["answer"]) == (
        "export", "engineer", answer.id,
    )  # fmt: skip


def test_another_users_answer_is_not_exported(services: Services, answer: Answer) -> None:
    before = len(services.audit.entries())
    for name in ("admin", "viewer"):
        with pytest.raises(UserFixable, match="belongs to someone else"):
            services.export(answer, "csv", services.policy.user(name))
    assert len(services.audit.entries()) == before


def test_no_audit_no_query_no_export(
    services: Services, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("The audit record could not be written, so the query was not run.")

    ran: list[object] = []
    monkeypatch.setattr(services.audit, "record", fail)
    engine = services.parts().engine
    monkeypatch.setattr(engine, "run", lambda *a, **_: ran.append(a))
    user = services.policy.user("engineer")
    refused = services.answer("energy by plant last week", user)
    assert (refused.status, refused.result) == ("failed", None)
    assert "audit" in refused.message
    assert ran == []
    with pytest.raises(Unavailable):
        services.export(answer, "xlsx", user)


def test_feedback_keeps_the_question_it_is_about(services: Services, answer: Answer) -> None:
    user = services.policy.user("engineer")
    services.feedback(answer.id, user, "down", "wrong_number", "too high")
    services.feedback(answer.id, user, "up", "", "")
    mine = [r for r in services._records._feedback.all() if r["answer_id"] == answer.id]
    assert [(r["verdict"], r["question"]) for r in mine] == [("up", "energy by plant last week")]
    kept = services.past_run(answer.id, user)
    assert kept is not None
    assert mine[0]["sql"] == kept.sql


def test_a_questions_sql_is_kept_as_it_was_before_governance(services: Services) -> None:
    user = services.policy.user("engineer")
    asked = services.answer("energy by plant last week", user)
    kept = services.past_run(asked.id, user)
    assert kept is not None
    report = services.inspect_sql(kept.sql, user)
    assert report.query == asked.plan
    assert report.inspection.governed is not None
    assert report.inspection.governed.sql == asked.sql
    assert any(line.mark == "added" for line in report.lines)


def test_feedback_on_another_users_answer_tells_nothing_of_it(
    services: Services, answer: Answer
) -> None:
    services.feedback(answer.id, services.policy.user("viewer"), "down", "", "")
    (theirs,) = [r for r in services._records._feedback.all() if r["user"] == "viewer"]
    assert (theirs["question"], theirs["sql"]) == ("", "")


def test_suggestions_and_catalogue_are_of_ones_own_plants(services: Services) -> None:
    viewer = services.policy.user("viewer")
    listed = {r["label"] for r in services.catalogue(viewer) if r["kind"] == "value"}
    assert "Hai Phong" in listed
    assert not listed & {"Hamburg", "Austin", "PMP-03"}
    for question in services.suggestions(viewer):
        assert services.answer(question, viewer).status in ("answered", "empty")


def test_a_hidden_column_is_not_in_the_catalogue(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = services.policy.user("viewer")
    before = {(r["kind"], r["label"]) for r in services.catalogue(viewer)}
    roles = {
        name: dataclasses.replace(role, hidden=("product_name", "plant_obt.vibration_mm_s"))
        for name, role in services.policy.roles.items()
    }
    hiding = dataclasses.replace(services.policy, roles=roles)
    monkeypatch.setattr(services._queries, "_policy", hiding)
    after = {(r["kind"], r["label"]) for r in services.catalogue(viewer)}
    model = services.parts().model.tables["plant_obt"].columns
    gone = {label for _, label in before - after}
    assert model["product_name"].label in gone
    assert model["vibration_mm_s"].label in gone
    assert gone > {model["product_name"].label, model["vibration_mm_s"].label}, "its values too"


def test_a_role_without_the_model_is_refused(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(services.policy), "role", lambda *_: None)
    with pytest.raises(Refused, match="may not use the model"):
        services.answer("OEE", services.policy.user("viewer"))


def test_an_unknown_model_is_named(services: Services) -> None:
    with pytest.raises(UserFixable, match="Did you mean 'steel'"):
        services.answer("energy", services.policy.user("admin"), model="steal")


def test_half_a_character_does_no_harm(services: Services) -> None:
    found = services.answer("OEE \ud800", services.policy.user("admin"))
    assert found.status in ("answered", "clarify")
    assert found.question.isprintable()


def test_questions_and_sql_are_in_the_history(services: Services) -> None:
    user = services.policy.user("engineer")
    asked = services.answer("energy by plant last week", user)
    *_, ran = services.run_sql("SELECT COUNT(*) AS n FROM plant_obt", user)
    *_, refused = services.run_sql("DROP TABLE plant_obt", user)
    assert isinstance(ran, Answer)
    assert isinstance(refused, Answer)
    newest = services.history(user)[:3]
    assert [(r.answer_id, r.kind, r.status) for r in newest] == [
        (refused.id, "sql", "refused"), (ran.id, "sql", "answered"),
        (asked.id, "question", "answered"),
    ]  # fmt: skip
    assert newest[1].sql == "SELECT COUNT(*) AS n FROM plant_obt"
    assert newest[2].read_rows
    assert newest[2].elapsed_ms > 0


def test_anothers_history_is_for_who_administers(services: Services) -> None:
    engineer, admin = services.policy.user("engineer"), services.policy.user("admin")
    asked = services.answer("OEE last week", engineer)
    viewer = services.policy.user("viewer")
    assert all(r.user == "viewer" for r in services.history(viewer, everyone=True))
    assert asked.id in {r.answer_id for r in services.history(admin, everyone=True)}
    assert services.past_run(asked.id, viewer) is None
    assert services.past_run(asked.id, admin) is not None


def test_a_lost_history_loses_no_answer(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("The history could not be written.")

    monkeypatch.setattr(services._records._history, "add", fail)
    assert services.answer("OEE last week", services.policy.user("admin")).status == "answered"


def test_only_sql_that_may_run_is_saved(services: Services) -> None:
    user = services.policy.user("engineer")
    with pytest.raises(Refused):
        services.save_question("All secrets?", "SELECT * FROM secrets", user)
    assert services.saved_questions(user) == ()
    services.save_question("How many rows?", "SELECT COUNT(*) AS n FROM plant_obt", user)
    assert [s.question for s in services.saved_questions(user)] == ["How many rows?"]
    newest = services.audit.entries(limit=1)[0]
    assert (newest["event"], newest["question"]) == ("save", "How many rows?")


def test_a_thumb_is_a_case_with_its_evidence(services: Services) -> None:
    user = services.policy.user("engineer")
    asked = services.answer("scrap by line last week", user)
    services.feedback(asked.id, user, "down", "wrong_number", "too high")
    (case,) = [
        c for c in services.corpus.cases.queue("default", "plant") if c.question == asked.question
    ]
    assert (case.kind, case.reason, case.reports, case.people) == ("down", "wrong_number", 1, 1)
    assert case.asked >= 1
    assert case.evidence["row_count"] == asked.result.row_count if asked.result else 0
    assert 0 < len(case.evidence["rows"]) <= 5
    assert case.evidence["timings_ms"]["total"] > 0
    with pytest.raises(UserFixable, match="no reason"):
        services.feedback(asked.id, user, "down", "because", "")


def test_a_question_that_was_not_understood_is_a_case(services: Services) -> None:
    user = services.policy.user("engineer")
    asked = services.answer("how blorbed is the frobnicator", user)
    assert asked.status == "clarify"
    kinds = {c.question: c.kind for c in services.corpus.cases.queue("default", "plant")}
    assert kinds[asked.question] == "clarified"


def test_sql_saved_for_a_question_that_was_answered_otherwise_is_a_correction(
    services: Services,
) -> None:
    user = services.policy.user("engineer")
    question = "scrap units by shift in Hamburg in April"
    first = services.answer(question, user)
    other = "SELECT shift_name, SUM(scrap_units) AS scrap FROM plant_obt GROUP BY shift_name"
    services.save_question(question, other, user)
    cases = services.corpus.cases.queue("default", "plant", kind="correction")
    (case,) = [c for c in cases if c.question == question]
    assert case.sql == other
    assert case.evidence["rows"]
    (report,) = services.corpus.cases.reports(case.id, "default")
    assert (report.user, report.answer_id) == ("engineer", first.id)


def test_figures_that_are_not_plausible_are_a_case(services: Services) -> None:
    user = services.policy.user("engineer")
    answer = services.answer("energy by plant in April", user)
    services._records.keep(
        dataclasses.replace(answer, id="x1", doubts=("OEE is above 100 %.",)),
        "question",
        "SELECT 1",
    )
    cases = services.corpus.cases.queue("default", "plant", kind="reflection")
    assert [c.question for c in cases] == [answer.question]
