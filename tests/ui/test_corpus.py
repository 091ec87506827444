"""The corpus page: its views, the list of entries, and what each act does."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.entries import Entry
from core.errors import Unavailable
from core.ui import corpus_state as state
from tests.ui import fake_corpus as first
from tests.ui.conftest import Site
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_chat import text
from tests.ui.test_signin import run_alone, said

PUMPS, BEARING = first.ident("pumps"), first.ident("bearing")


def opened(site: Site, view: str = "", **address: str) -> AppTest:
    app = site.signed_in("admin")
    for name, value in ({"view": view} | address if view else address).items():
        app.query_params[name] = value
    app.switch_page("../../pages/corpus.py").run()
    assert not app.exception, app.exception
    return app


def ran(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    return ran(app.button(key=key).click().run())


def keys(app: AppTest, prefix: str = "") -> list[str]:
    return [str(b.key) for b in app.button if str(b.key).startswith(prefix)]


def labels(app: AppTest) -> list[str]:
    return [b.label.replace("\\", "") for b in app.button]


def fields(app: AppTest, target: str, field: str) -> str:
    return str(app.session_state[f"corpus.draft.{target}.{field}"])


def entry(site: Site, name: str) -> Entry:
    return site.services.corpus.entries[first.ident(name)]


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in app.table).replace("\\", "")


def address(app: AppTest, name: str) -> str:
    given = app.query_params[name]
    return given if isinstance(given, str) else given[0]


def desk(site: Site, name: str = "admin") -> FakeDesk:
    return site.services.desk(site.services.policy.user(name))


# -- who, and where --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["engineer", "viewer"])
def test_it_is_neither_listed_nor_drawn_for_who_does_not_administer(site: Site, name: str) -> None:
    app = site.signed_in(name)
    assert not [link for link in app.sidebar.get("page_link") if "Corpus" in str(link)]
    app = run_alone("corpus", app)
    assert "Not for your role" in said(app)
    assert not app.button
    assert "vibrated" not in said(app)


def test_it_opens_on_the_review_most_asked_first(site: Site) -> None:
    app = opened(site)
    assert "Which pumps vibrated most in the last week?" in labels(app)
    listed = [k.removeprefix("corpus.case.") for k in keys(app, "corpus.case.")]
    assert listed == ["c-pumps", "c-scrap", "c-lost", "c-hostile", "c-saved"]
    assert "No report is open" in text(app)
    assert address(app, "view") == "queue"


@pytest.mark.parametrize("view", list(state.VIEWS))
def test_an_address_opens_its_view(site: Site, view: str) -> None:
    app = opened(site, view)
    assert app.session_state[state.VIEW] == view
    assert address(app, "view") == view


def test_addresses_of_an_entry_and_of_a_report(site: Site) -> None:
    app = opened(site, entry=PUMPS)
    assert fields(app, PUMPS, "text") == "Which pumps vibrated most last week?"
    assert address(app, "entry") == PUMPS
    app.query_params["case"] = "c-scrap"
    del app.query_params["entry"]
    ran(app.run())
    assert "Scrap rate per shift in June" in text(app)


@pytest.mark.parametrize("address", [{"entry": "nothing"}, {"case": "nothing"}])
def test_an_address_of_nothing_says_so(site: Site, address: dict[str, str]) -> None:
    assert "Not here" in text(opened(site, **address))


def test_a_desk_that_does_not_answer_is_said_and_the_page_stands(site: Site) -> None:
    site.services.corpus.trouble = Unavailable("The corpus cannot be read. Try again.")
    app = opened(site, "entries")
    assert "The corpus cannot be read" in text(app)


# -- the list --------------------------------------------------------------------------------------


def listed(app: AppTest) -> list[str]:
    return [k.removeprefix("corpus.open.") for k in keys(app, "corpus.open.")]


def test_search_and_filters_narrow_the_list_and_an_empty_one_says_what_to_do(site: Site) -> None:
    app = opened(site, "entries")
    assert "13 entries" in text(app)
    ran(app.text_input(key="corpus.find").set_value("scrap month").run())
    assert listed(app) == [first.ident("scrap")]
    ran(app.text_input(key="corpus.find").set_value("").run())
    ran(app.selectbox(key="corpus.filter.status").set_value("verified").run())
    assert listed(app) == [PUMPS]
    ran(app.selectbox(key="corpus.filter.kind").set_value("doc").run())
    assert "No entry fits" in text(app)
    click(app, "corpus.clear_empty")
    assert "13 entries" in text(app)
    for key, value, names in (
        ("plant", "HPH", ["vi"]),
        ("author", "viewer", ["again"]),
        ("use", "used", ["pumps", "scrap", "vi", "oee"]),
    ):
        ran(app.selectbox(key=f"corpus.filter.{key}").set_value(value).run())
        assert listed(app) == [first.ident(n) for n in names]
        click(app, "corpus.clear")
    ran(app.selectbox(key="corpus.filter.use").set_value("most").run())
    assert listed(app)[0] == PUMPS


def test_an_empty_corpus_says_how_to_begin(site: Site) -> None:
    site.services.corpus.entries.clear()
    assert "The corpus is empty" in text(opened(site, "entries"))


def test_ten_thousand_entries_come_in_pages(site: Site) -> None:
    site.services.corpus.fill(10_000)
    app = opened(site, "entries")
    assert "10,013 entries" in text(app)
    assert len(listed(app)) == 25
    app.session_state["corpus.page"] = 400
    ran(app.run())
    assert len(listed(app)) == 25
    ran(app.text_input(key="corpus.find").set_value("line 77").run())
    assert "Scrap rate of line 77" in labels(app)


def choose(app: AppTest, *names: str) -> AppTest:
    for name in names:
        app.checkbox(key=f"corpus.chosen.{first.ident(name)}").check()
    return ran(app.run())


def test_several_are_approved_at_once_and_undone_at_once(site: Site) -> None:
    app = choose(opened(site, "entries"), "bearing", "again")
    assert "2 chosen" in text(app)
    click(app, "corpus.bulk.approve")
    assert entry(site, "bearing").status == entry(site, "again").status == "approved"
    assert "Approved: 2 entries." in text(app)
    assert "2 chosen" not in text(app)
    click(app, "corpus.note_undo")
    assert entry(site, "bearing").status == entry(site, "again").status == "candidate"


def test_what_one_cannot_take_none_takes_and_it_is_said(site: Site) -> None:
    app = choose(opened(site, "entries"), "bearing", "refused")
    click(app, "corpus.bulk.reject")
    assert entry(site, "bearing").status == "candidate"
    assert "Nothing was changed" in text(app)
    assert "2 chosen" in text(app)


def test_only_acts_that_fit_all_chosen_are_offered(site: Site) -> None:
    app = choose(opened(site, "entries"), "bearing", "old")
    assert keys(app, "corpus.bulk.") == ["corpus.bulk.delete"]
    app = choose(app, "column")
    assert "No act fits all" in text(app)


# -- one entry -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "act", "status"),
    [
        ("bearing", "approve", "approved"),
        ("bearing", "verify", "verified"),
        ("bearing", "reject", "rejected"),
        ("scrap", "deprecate", "deprecated"),
        ("pumps", "approve", "approved"),
        ("old", "restore", "candidate"),
    ],
)
def test_acts_on_one_entry_carry_their_reason(site: Site, name: str, act: str, status: str) -> None:
    app = opened(site, entry=first.ident(name))
    app.text_input(key="corpus.why").set_value("the line was rebuilt")
    click(app, f"corpus.act.{act}")
    assert entry(site, name).status == status
    assert site.services.corpus.acts[-1] == (act, (first.ident(name),), "the line was rebuilt")
    assert app.text_input(key="corpus.why").value == ""


def test_delete_restore_and_delete_for_good(site: Site) -> None:
    app = opened(site, entry=BEARING)
    click(app, "corpus.act.delete")
    assert BEARING in site.services.corpus.deleted
    assert "It was deleted" in text(app)
    click(app, "corpus.act.restore")
    assert BEARING not in site.services.corpus.deleted
    click(app, "corpus.act.delete")
    click(app, "corpus.act.purge")
    assert BEARING not in site.services.corpus.entries
    assert "No entry is open" in text(app)


def test_an_entry_shows_its_rows_and_what_the_asker_replaces(site: Site) -> None:
    app = opened(site, entry=PUMPS)
    assert "Time: last week" in text(app)
    assert "PMP-03 vibrated most" in text(app)
    assert app.dataframe
    assert app.button(key=f"corpus.save.{PUMPS}").disabled


def edit(app: AppTest, target: str, field: str, value: str) -> AppTest:
    return ran(app.text_area(key=f"corpus.draft.{target}.{field}").set_value(value).run())


def test_a_problem_stands_at_its_field_and_blocks_save(site: Site) -> None:
    app = edit(opened(site, entry=PUMPS), PUMPS, "sql", "SELECT SLEEP(5)")
    assert "SLEEP is not allowed" in text(app)
    assert app.button(key=f"corpus.save.{PUMPS}").disabled
    app = edit(app, PUMPS, "sql", "")
    assert "cannot be verified" in text(app)
    assert not app.button(key=f"corpus.save.{PUMPS}").disabled


def test_sql_that_may_not_run_is_neither_approved_nor_verified(site: Site) -> None:
    app = opened(site, entry=first.ident("refused"))
    assert app.button(key="corpus.act.approve").disabled
    assert app.button(key="corpus.act.verify").disabled
    assert not app.button(key="corpus.act.reject").disabled


def test_an_edit_is_saved_and_the_acts_wait_for_it(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Hottest bearing?")
    assert app.button(key="corpus.act.approve").disabled
    click(app, f"corpus.save.{BEARING}")
    assert entry(site, "bearing").text == "Hottest bearing?"
    assert not app.button(key="corpus.act.approve").disabled
    assert "Changed." in text(app)


def test_what_is_typed_outlives_another_view_and_can_be_discarded(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Half a thou")
    for view in ("files", "entries"):
        app.session_state[state.VIEW] = view
        ran(app.run())
    assert fields(app, BEARING, "text") == "Half a thou"
    click(app, f"corpus.discard.{BEARING}")
    assert fields(app, BEARING, "text") == "Which bearing ran hottest?"


def test_a_change_of_somebody_else_is_shown_and_nothing_typed_is_lost(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Mine")
    desk(site).deprecate([BEARING])
    click(app, f"corpus.save.{BEARING}")
    assert entry(site, "bearing").text == "Which bearing ran hottest?"
    assert "Somebody changed this entry" in text(app)
    assert "Deprecated" in tables(app)
    assert fields(app, BEARING, "text") == "Mine"
    click(app, f"corpus.rebase.{BEARING}")
    click(app, f"corpus.save.{BEARING}")
    assert entry(site, "bearing").text == "Mine"


def test_theirs_can_be_taken_instead(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Mine")
    desk(site).approve([BEARING])
    ran(app.run())
    click(app, f"corpus.take.{BEARING}")
    assert fields(app, BEARING, "text") == "Which bearing ran hottest?"


def test_a_store_that_is_down_keeps_what_is_typed(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "sql", "SELECT 1 -- store down")
    assert "Not checked" in text(app)
    assert app.button(key=f"corpus.save.{BEARING}").disabled is False
    click(app, f"corpus.again.{BEARING}")
    assert fields(app, BEARING, "sql") == "SELECT 1 -- store down"


def test_a_new_question_and_a_new_note(site: Site) -> None:
    app = click(opened(site, "entries"), "corpus.new_question")
    assert app.button(key="corpus.add.new-qa").disabled
    edit(app, "new-qa", "text", "Units by line?")
    edit(app, "new-qa", "sql", first.SCRAP)
    click(app, "corpus.add.new-qa")
    made = [e for e in site.services.corpus.entries.values() if e.text == "Units by line?"]
    assert [(e.status, e.author, e.kind) for e in made] == [("candidate", "admin", "qa")]
    assert "Added as a candidate" in text(app)
    assert address(app, "entry") == made[0].id
    click(app, "corpus.new_note")
    edit(app, "new-doc", "text", "Shifts begin at six.")
    ran(app.text_input(key="corpus.draft.new-doc.title").set_value("Shifts").run())
    click(app, "corpus.add.new-doc")
    assert [e.title for e in site.services.corpus.entries.values()][-1] == "Shifts"


def test_a_question_that_is_there_is_not_added_twice(site: Site) -> None:
    app = click(opened(site, "entries"), "corpus.new_question")
    edit(app, "new-qa", "text", "Which pumps vibrated most last week?")
    edit(app, "new-qa", "sql", first.VIBRATION)
    assert "Asks the same" in text(app)
    click(app, "corpus.add.new-qa")
    assert "has this question already" in text(app)
    click(app, f"corpus.note_twin.{PUMPS}")
    assert address(app, "entry") == PUMPS


def test_a_new_question_becomes_a_wording_of_its_twin(site: Site) -> None:
    app = click(opened(site, "entries"), "corpus.new_question")
    edit(app, "new-qa", "text", "Which pumps vibrate worst?")
    edit(app, "new-qa", "sql", first.VIBRATION)
    click(app, f"corpus.wording.new-qa.{PUMPS}")
    assert "Which pumps vibrate worst?" in entry(site, "pumps").paraphrases
    assert address(app, "entry") == PUMPS


def test_a_twin_is_merged_into_this_or_the_other(site: Site) -> None:
    again = first.ident("again")
    app = opened(site, entry=again)
    click(app, f"corpus.give.{again}.{PUMPS}")
    assert again in site.services.corpus.deleted
    assert "Most vibrating pumps of last week" in entry(site, "pumps").paraphrases
    assert address(app, "entry") == PUMPS


def test_a_contradiction_is_opened_beside_what_it_contradicts(site: Site) -> None:
    other = first.ident("other")
    app = opened(site, entry=other)
    assert "answers otherwise" in text(app)
    click(app, f"corpus.both.{other}.{PUMPS}")
    assert len(app.code) == 2
    assert "corpus.keep." + PUMPS in keys(app)


def test_wordings_are_proposed_and_taken_one_by_one(site: Site) -> None:
    app = click(opened(site, entry=PUMPS), f"corpus.propose.{PUMPS}")
    assert "From the names that Gemba knows" in text(app)
    first_one = f"corpus.wording.{PUMPS}.0"
    ran(app.checkbox(key=first_one).check().run())
    own, proposed = "Most vibrating pumps last week", "Pumps with the most vibration last week"
    assert fields(app, PUMPS, "paraphrases").splitlines() == [own, proposed]
    ran(app.checkbox(key=first_one).uncheck().run())
    assert fields(app, PUMPS, "paraphrases").splitlines() == [own]
    ran(app.checkbox(key=first_one).check().run())
    assert len(entry(site, "pumps").paraphrases) == 1
    click(app, f"corpus.save.{PUMPS}")
    assert len(entry(site, "pumps").paraphrases) == 2


def test_wordings_are_proposed_of_what_is_saved(site: Site) -> None:
    app = edit(opened(site, entry=PUMPS), PUMPS, "text", "Which pumps were loudest?")
    assert app.button(key=f"corpus.propose.{PUMPS}").disabled


def test_what_the_semantic_model_says_is_only_read(site: Site) -> None:
    app = opened(site, entry=first.ident("column"))
    assert "comes from the semantic model" in text(app)
    assert not keys(app, "corpus.act.")
    assert not app.text_area


def test_data_is_text_and_never_markup(site: Site) -> None:
    app = opened(site, entry=first.ident("hostile"))
    assert first.HOSTILE in text(app)
    assert not [m for m in app.markdown if re.search(r"(?<!\\)<img", m.value)]


# -- history and acts ------------------------------------------------------------------------------


def test_history_differs_field_by_field_and_undoes(site: Site) -> None:
    app = edit(opened(site, entry=BEARING), BEARING, "text", "Hottest bearing?")
    click(app, f"corpus.save.{BEARING}")
    app.session_state[f"corpus.entry_tab.{BEARING}"] = "History"
    ran(app.run())
    assert "Which bearing ran hottest?" in tables(app)
    assert "Hottest bearing?" in tables(app)
    click(app, "corpus.undo.2")
    assert entry(site, "bearing").text == "Which bearing ran hottest?"
    assert "Undone" in text(app)


def test_acts_are_listed_opened_and_undone(site: Site) -> None:
    assert "Nothing was done yet" in text(opened(site, "acts"))
    desk(site).approve([BEARING, first.ident("again")], "both are good")
    app = opened(site, "acts")
    assert "both are good" in text(app)
    click(app, "corpus.act_of.2")
    assert tables(app).count("Approved") == 2
    click(app, "corpus.undo_act.2")
    assert entry(site, "bearing").status == "candidate"


def test_an_act_after_the_sign_in_has_ended_is_not_done(site: Site) -> None:
    app = opened(site, entry=BEARING)
    del site.services.policy.users["admin"]
    app.button(key="corpus.act.approve").click().run()
    assert entry(site, "bearing").status == "candidate"
