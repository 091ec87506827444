"""The corpus page's review queue, trial of retrieval, publish gate and files."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from core.curation.gate import GateReport
from core.errors import Unavailable
from core.retrieval.retriever import LegHit
from core.ui import corpus_state as state
from core.ui import corpus_trial, runtime
from tests.ui import fake_corpus as first
from tests.ui.conftest import Site
from tests.ui.fake_desk import FakeDesk, gate_report
from tests.ui.test_chat import text
from tests.ui.test_corpus import (
    BEARING,
    PUMPS,
    address,
    click,
    desk,
    edit,
    entry,
    fields,
    keys,
    labels,
    opened,
    ran,
    tables,
)  # fmt: skip


def cases(app: AppTest) -> list[str]:
    return [k.removeprefix("corpus.case.") for k in keys(app, "corpus.case.")]


# -- reports ---------------------------------------------------------------------------------------


def test_a_report_stands_with_its_original_answer(site: Site) -> None:
    app = click(opened(site), "corpus.case.c-pumps")
    shown = text(app)
    for said in (
        "asked 31 times", "3 reports by 2 people", "PMP-03 vibrated most: 6.84 mm/s",
        "Measure · ", "Monday is missing. <b>Look</b>", "the question parser",
        "The first 3 of 8 rows", "execute 0.04 s", "Good readings only",
    ):  # fmt: skip
        assert said in shown, said
    assert "Vibration (mm/s)" in tables(app)
    assert address(app, "case") == "c-pumps"
    assert fields(app, "case.c-pumps", "sql") == first.VIBRATION


def test_accept_makes_a_candidate_and_closes_the_report(site: Site) -> None:
    app = click(opened(site), "corpus.case.c-scrap")
    app.text_input(key="corpus.case_why").set_value("right since May")
    click(app, "corpus.accept")
    case = site.services.corpus.cases["c-scrap"]
    assert (case.state, case.why, case.decided_by) == ("accepted", "right since May", "admin")
    made = site.services.corpus.entries[case.entry]
    assert (made.text, made.status) == ("Scrap rate per shift in June", "candidate")
    assert "c-scrap" not in cases(app)
    assert "No report is open" in text(app)


def test_a_fix_needs_a_change_and_sql_that_may_run(site: Site) -> None:
    app = click(opened(site), "corpus.case.c-pumps")
    assert app.button(key="corpus.fix").disabled
    edit(app, "case.c-pumps", "sql", "SELECT SLEEP(5)")
    assert app.button(key="corpus.fix").disabled
    assert app.button(key="corpus.accept").disabled
    edit(app, "case.c-pumps", "sql", first.SCRAP)
    click(app, "corpus.fix")
    case = site.services.corpus.cases["c-pumps"]
    assert case.state == "fixed"
    assert site.services.corpus.entries[case.entry].sql == first.SCRAP


def test_a_question_without_sql_is_not_accepted_but_may_be_fixed_elsewhere(site: Site) -> None:
    app = click(opened(site), "corpus.case.c-lost")
    assert app.button(key="corpus.accept").disabled
    assert "was not kept" in text(app)
    click(app, "corpus.settle")
    assert site.services.corpus.cases["c-lost"].state == "fixed"
    assert not site.services.corpus.cases["c-lost"].entry


def test_reject_one_and_several(site: Site) -> None:
    app = click(opened(site), "corpus.case.c-lost")
    click(app, "corpus.reject")
    for name in ("c-saved", "c-hostile"):
        app.checkbox(key=f"corpus.queue.chosen.{name}").check()
    ran(app.run())
    ran(app.text_input(key="corpus.queue.why").set_value("not ours").run())
    click(app, "corpus.queue_reject")
    states = {c.id: c.state for c in site.services.corpus.cases.values()}
    assert [n for n, s in states.items() if s == "rejected"] == ["c-lost", "c-saved", "c-hostile"]
    assert site.services.corpus.cases["c-saved"].why == "not ours"


def test_reports_by_kind_reason_and_state(site: Site) -> None:
    desk(site).dismiss(["c-saved"], "not ours")
    app = opened(site)
    ran(app.selectbox(key="corpus.queue.kind").set_value("up").run())
    assert cases(app) == ["c-scrap"]
    ran(app.selectbox(key="corpus.queue.kind").set_value("").run())
    ran(app.selectbox(key="corpus.queue.reason").set_value("wrong_time").run())
    assert cases(app) == ["c-pumps"]
    ran(app.selectbox(key="corpus.queue.reason").set_value("").run())
    ran(app.selectbox(key="corpus.queue.state").set_value("rejected").run())
    assert cases(app) == ["c-saved"]
    click(app, "corpus.case.c-saved")
    assert "Decided by admin" in text(app)
    assert "not ours" in text(app)


def test_an_empty_queue_says_that_nothing_is_needed(site: Site) -> None:
    site.services.corpus.cases.clear()
    assert "Nothing needs you" in text(opened(site))


def listing(site: Site, work: str) -> AppTest:
    app = opened(site)
    app.session_state[state.WORK] = work
    return ran(app.run())


def test_a_suggestion_opens_as_a_new_question(site: Site) -> None:
    app = listing(site, "suggested")
    assert "asked 18 times" in text(app)
    click(app, "corpus.suggested.0")
    assert fields(app, "new-qa", "text") == "Energy per unit by line last month"
    assert fields(app, "new-qa", "sql") == first.SCRAP
    assert app.session_state[state.VIEW] == "entries"


def test_nothing_to_suggest(site: Site) -> None:
    site.services.corpus.suggested = []
    assert "Nothing to suggest yet" in text(listing(site, "suggested"))


def test_conflicts_stand_first_and_one_of_them_is_kept(site: Site) -> None:
    app = listing(site, "twins")
    assert "Conflict" in text(app)
    click(app, "corpus.group.1")
    click(app, f"corpus.keep.{PUMPS}")
    assert first.ident("again") in site.services.corpus.deleted
    assert "Decided" in text(app)


# -- retrieval -------------------------------------------------------------------------------------


def tried(app: AppTest, question: str, account: str = "") -> AppTest:
    app.text_input(key="corpus.try.question").set_value(question)
    app.selectbox(key="corpus.try.as").set_value(account)
    return click(app, "corpus.try_it")


def test_a_trial_shows_legs_ranks_scores_and_the_prompt(site: Site) -> None:
    app = tried(opened(site, "entries"), "shaking pumps")
    shown = text(app)
    assert "meaning 1 (0.90) · words 8 (11.00) · together 0.090" in shown
    assert "Answered by the verified question" in shown
    assert "embedding model is slow" in shown
    assert "as admin · 14 ms" in shown
    app.session_state["corpus.try.tab"] = "Prompt"
    ran(app.run())
    assert "shaking pumps" in app.code[0].value
    tried(app, "shaking pumps", "viewer")
    assert "as viewer" in text(app)


def test_a_leg_by_itself_is_in_its_own_order(site: Site) -> None:
    hits = desk(site).try_retrieval("x").found.of("qa")
    words = corpus_trial.ordered(hits, "words")
    assert [h.sparse.rank for h in words if h.sparse] == [7, 8]
    assert corpus_trial.leg(None) == "–"
    assert corpus_trial.leg(LegHit(3, 0.5)) == "3 (0.50)"


def test_a_trial_that_fails_says_why(site: Site) -> None:
    assert "has not been indexed yet" in text(tried(opened(site, "entries"), "down"))


def test_the_open_question_is_tried_by_a_press_and_a_hit_opens(site: Site) -> None:
    app = click(opened(site, entry=BEARING), "corpus.try_open")
    assert app.text_input(key="corpus.try.question").value == "Which bearing ran hottest?"
    click(app, f"corpus.hit.{PUMPS}")
    assert address(app, "entry") == PUMPS


# -- the gate --------------------------------------------------------------------------------------


def gated(site: Site) -> AppTest:
    """The publish view after a check that has ended."""
    desk(site).approve([BEARING])
    app = click(opened(site, "publish"), "corpus.gate_start")
    run = runtime.runtime().gate_runs.get(site.services.policy.user("admin"), "plant")
    assert run is not None
    assert run.done.wait(10)
    time.sleep(0.02)
    return ran(app.run())


def test_nothing_staged_has_nothing_to_check(site: Site) -> None:
    app = opened(site, "publish")
    assert app.button(key="corpus.gate_start").disabled
    assert "Nothing was published yet" in text(app)


def test_the_gate_runs_beside_the_page_and_survives_it(site: Site) -> None:
    site.services.corpus.gate_s = 0.1
    desk(site).approve([BEARING])
    app = click(opened(site, "publish"), "corpus.gate_start")
    app.session_state[state.VIEW] = "files"
    ran(app.run())
    other = opened(site, "publish")
    assert "corpus.gate_stop" in keys(other)
    assert "It goes on when you leave" in text(other)
    other.button(key="corpus.gate_stop").click().run()
    ran(other.run())
    assert "You stopped the check" in text(other)
    assert not site.services.corpus.publishes


def test_what_changes_stands_worst_first_and_is_published_after_a_look(site: Site) -> None:
    app = gated(site)
    shown = tables(app)
    assert "117" in shown
    assert "118" in shown
    assert shown.index("Worse") < shown.index("Different") < shown.index("Better")
    ran(app.selectbox(key="corpus.gate_at").set_value("g1").run())
    assert [c.value for c in app.code] == [first.VIBRATION, first.SCRAP]
    assert app.button(key="corpus.publish").disabled
    ran(app.checkbox(key="corpus.gate_sure").check().run())
    click(app, "corpus.publish")
    assert BEARING in site.services.corpus.live
    assert "Published as number 1" in text(app)
    assert "What is live is what the corpus says" in text(app)


def test_a_report_older_than_the_newest_change_publishes_nothing(site: Site) -> None:
    app = gated(site)
    desk(site).approve([first.ident("again")])
    ran(app.checkbox(key="corpus.gate_sure").check().run())
    click(app, "corpus.publish")
    assert not site.services.corpus.publishes
    assert "The corpus changed after this check" in text(app)


def test_a_gate_that_fails_says_why(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: FakeDesk, *given: object) -> GateReport:
        raise Unavailable("The store cannot be reached.")

    monkeypatch.setattr(FakeDesk, "gate", down)
    assert "The store cannot be reached" in text(gated(site))


def test_a_gate_that_breaks_does_not_tell_how(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: FakeDesk, *given: object) -> GateReport:
        raise RuntimeError("secret table")

    monkeypatch.setattr(FakeDesk, "gate", broken)
    shown = text(gated(site))
    assert "could not be finished" in shown
    assert "secret" not in shown


def test_rolling_back(site: Site) -> None:
    admin = desk(site)
    for name in ("bearing", "again"):
        admin.approve([first.ident(name)])
        admin.publish(admin.gate(lambda *_: None, _never()))
    app = opened(site, "publish")
    assert "Live now" in text(app)
    click(app, "corpus.back.1")
    assert site.services.corpus.publishes[-1].back_to == 1
    assert "is live again" in text(app)


def _never() -> runtime.GateRuns:
    import threading

    return threading.Event()  # type: ignore[return-value]


def test_the_report_counts() -> None:
    assert gate_report().counts() == {"worse": 1, "other": 1, "better": 1}


# -- files -----------------------------------------------------------------------------------------


def upload(site: Site, content: str, name: str = "pairs.jsonl") -> AppTest:
    app = opened(site, "files")
    app.get("file_uploader")[0].set_value([(name, content.encode(), "text/plain")])
    return ran(app.run())


def test_a_file_is_checked_line_by_line_and_nothing_comes_in_on_a_problem(site: Site) -> None:
    before = len(site.services.corpus.entries)
    app = upload(site, "one\nwrong two\nthree\nwrong four")
    shown = tables(app)
    assert "It has no SQL." in shown
    assert "Give it SQL" in shown
    assert "2 lines cannot be taken; the file has 4 entries" in text(app)
    assert "corpus.import" not in keys(app)
    assert len(site.services.corpus.entries) == before


def test_a_good_file_comes_in_after_a_press(site: Site) -> None:
    before = len(site.services.corpus.entries)
    app = upload(site, "one\ntwo", "pairs.csv")
    assert len(site.services.corpus.entries) == before
    assert "Bring in 2 entries" in labels(app)
    click(app, "corpus.import")
    assert len(site.services.corpus.entries) == before + 2
    assert "Brought in 2 entries" in text(app)


def test_an_empty_file_says_so(site: Site) -> None:
    assert "The file has no entry" in text(upload(site, ""))


def test_export_offers_both_formats(site: Site) -> None:
    app = opened(site, "files")
    assert {b.label for b in app.get("download_button")} == {"JSON Lines", "CSV"}
    assert entry(site, "pumps").status == "verified"
