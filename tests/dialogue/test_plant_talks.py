"""Conversations over the demo plant, by what each comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.types import Answer
from tests.plant_services import plant_services


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("course")) as built:
        yield built


def talk(services: Services, *questions: str) -> Answer:
    """The last answer of a conversation of its own."""
    user = services.policy.user("admin")
    session = f"t{abs(hash(questions)):x}"
    return [services.answer(one, user, session=session) for one in questions][-1]


def told(answer: Answer) -> str:
    facts = (fact.text for fact in answer.facts)
    told = (answer.headline or answer.message, *facts, *answer.notes)
    return " ".join(told).replace("\xa0", " ")


DAYS = "highest temperature of the ovens by day in May"
KWH = "energy by line in April"
LINE = "scrap rate of Line 1 in Hamburg yesterday"
MAY = "downtime by line in May vs April"
SCRAP = "scrap rate by product in June"
TOP = "which five assets in Austin had the most downtime in May?"


@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # shifts that are told from now, in place of those before
        (("scrap this shift", "and last shift?"), "on shift Late came to 359 on 30 Jun 2026."),
        (("scrap this shift", "last shift?", "and the shift before?"), "Early came to 369 on 30 J"),
        (("scrap last shift", "and the one before?", "the one before that?"), "Night came to 466"),
        (("scrap last shift", "and the shift before?", "and the next shift?"), "Late came to 359"),
        (("scrap last week", "and in the last shift?"), "Changed: Shift Late, 30 Jun 2026."),
        (("scrap last night shift", "and last early shift?"), "on shift Early came to 369 on 30 J"),
        (("scrap last late shift", "and the last 3 shifts?"), "Gone: Shift Late."),
        (("OEE late shift yesterday", "and the day before?"), "Kept: OEE, Shift Late."),
        (("scrap last night shift", "yesterday late shift vs today early shift"), "Gone: Shift N"),
        # two that are set against each other, and one that is set against those before
        (("OEE in Hai Phong in June", "Austin vs Hamburg"), "by plant, Plant Austin or Hamburg."),
        (("OEE in Hai Phong in June", "compare Austin and Hamburg"), "Plant Austin or Hamburg."),
        (("OEE in Hai Phong in June", "vs Austin"), "by plant, Plant Hai Phong or Austin."),
        # weekdays of the week that is spoken of
        (("downtime on Monday last week", "and on Tuesday?"), "11,204 min on 23 Jun 2026."),
        (("downtime last week", "only Monday and Tuesday"), "20,088 min from 22 to 23 Jun 2026."),
        (("downtime last week", "Monday vs Tuesday"), "on 22 Jun 2026, 2,320 min (21 %) below 23"),
        (("downtime in June", "and Monday?"), "8,505 min on 29 Jun 2026."),
        (("downtime last 7 days", "vs the 7 days before"), "on 17 to 23 Jun 2026"),
        # ... and one that an answer told
        (("which shift had the most scrap last week?", "downtime in this shift"), "Shift Early."),
        (("which shift had the most scrap last week?", "downtime in the current shift"), "Night"),
        # a limit is told in the unit that is shown
        ((DAYS, "in °F", "only over 360"), "is above 360 °F. Kept"),
        ((DAYS, "in °F", "only over 900"), "the nearest was 19 May 2026 with 362.0 °F."),
        (("downtime by line in Austin in May in hours", "only above 500"), "above 500 h. Kept"),
        # ... and so is what lies behind a figure
        (("downtime by line in May in hours", "why?"), "make it −43.93 h; others"),
        ((DAYS, "in °F", "why?"), "°F instead of"),
        (("top 3 assets by downtime in May", "why?"), "not only about those that were shown"),
        # by how much a figure changed, of all groups or of the ten that were shown
        ((MAY, "which rose by more than 10 hours?"), "Line 4 was the only line with a change of"),
        ((MAY, "which rose by more than 10 hours?"), "above 600 min in May"),
        ((MAY, "which rose by more than 1 %"), "downtime above 1 % in May 2026 against April 2026"),
        ((MAY, "which rose by more than 1 %", "which fell by at least 4 %"), "Line 3 was the only"),
        ((MAY, "welche sind um mehr als 10 Stunden gestiegen?"), "Nur Line 4 (Linie)"),
        ((MAY, "chuyền nào tăng hơn 10 giờ"), "Chỉ có dây chuyền Line 4"),
        ((MAY, "which changed by more than 600"), "Did the figure rise or fall by so much?"),
        ((MAY, "which rose by more than 3 kWh"), "cannot be “by more than 3 kWh”."),
        (("scrap rate by line in June vs May", "which rose by more than 0.1 points"), "0.1 points"),
        (
            ("top 10 assets by downtime in May", "vs April", "which rose more than 10 h"),
            "Gone: Top 10.",
        ),
        # hours behind a comparison are no time of day
        (("which assets had downtime over 10h in May",), "51 assets had downtime above 10 h"),
        # the filter that came last
        ((DAYS, "only over 150", "remove that filter"), "Gone: Only where highest temperature"),
        (("OEE by line in June in Hamburg", "only line 1", "remove the filter"), "Gone: Line 1."),
        (("OEE in June in Hamburg of Line 1", "remove the filter"), "(plant, line). Which"),
        # a bare name before a figure
        (("machine downtime by month",), "“machine” before the figure is read as “by asset”."),
        (("Linienstillstand im Mai",), "vor der Kennzahl ist als „nach Linie“ gelesen"),
        # one number, of a whole question behind figures by line
        ((KWH, "only pumps", "What was the total energy in March?"), "by line. Kept: Energy, A"),
        ((KWH, "and in total in March"), "Energy came to 1,069,747 kWh in March 2026."),
        ((KWH, "Wie hoch war die gesamte Energie im März?"), "Entfallen: nach Linie."),
        ((KWH, "tổng điện năng tháng 3 là bao nhiêu"), "Đã bỏ: theo dây chuyền."),
        ((KWH, "energy for the whole of Q1"), "Kept: Energy, by line."),
        ((KWH, "which line had the highest total energy in March"), "Kept: Energy, by line."),
        # one of what was shown, taken away
        ((SCRAP, "exclude the first one"), "Changed: Product not Bracket right."),
        ((SCRAP, "leave out the worst one"), "Changed: Product not Bracket right."),
        ((SCRAP, "without the best one"), "Changed: Product not Valve body 20."),
        (("Ausschussrate nach Produkt im Juni", "ohne den ersten"), "Produkt nicht Bracket right"),
        ((SCRAP, "without the worst"), "Changed: Product not Bracket right."),
        ((SCRAP, "all except the best product"), "Changed: Product not Valve body 20."),
        (("parts cost by order type in May", "all but the first one"), "Order type not corrective"),
        (("downtime by line in May", "all but the first one"), "Do you mean Line 2"),
        (("downtime by line in May", "all but Line 1"), "Changed: Line not Line 1."),
        (("Ausschussrate nach Produkt im Juni", "alle außer der ersten"), "nicht Bracket right"),
        (("Ausschussrate nach Produkt im Juni", "ohne den besten"), "Produkt nicht Valve body 20"),
        (("tỷ lệ phế phẩm theo sản phẩm tháng 6", "tất cả trừ cái đầu tiên"), "khác Bracket right"),
        # what became worse, of what is compared
        ((MAY, "what got worse"), "2 lines had higher downtime in May 2026 against April 2026"),
        ((MAY, "which rose"), "2 lines had higher downtime"),
        ((MAY, "was ist schlechter geworden"), "2 Linien, mehr Stillstand im Mai 2026"),
        (("energy in Hamburg this month vs last",), "up 13,164 kWh (3.9 %) on May 2026"),
        # the difference of the last two answers, whatever tells them apart
        (
            ("downtime in Hamburg in May", "and Austin?", "difference?"),
            "101,782 min, 33,305 min above the next (Hamburg, 68,477 min)",
        ),
        (
            ("total downtime yesterday by plant", "and the day before", "difference"),
            "68 min on 28 Jun 2026, 2,270 min (97 %) below 29 Jun 2026",
        ),
        (
            (
                "Stromverbrauch in Hamburg im Mai",
                "und im Juni?",
                "um wie viel Prozent ist das mehr?",
            ),
            "13.164 kWh (3,9 %) mehr",
        ),
        (("nhiệt độ lò tháng 5", "còn tháng 6?", "chênh lệch bao nhiêu"), "tăng 1,6 °C so với"),
        (("scrap by line in June", "difference?"), "The difference between what?"),
        (("scrap in Austin in May", "and downtime?", "the difference?"), "between what?"),
        # a comparison says by how many percent
        (("downtime in Hamburg in June vs May", "by how many percent?"), "up 11,067 min (16.2 %)"),
        (("downtime in Hamburg in June vs May", "in percent"), "up 11,067 min (16.2 %)"),
        # who is to blame: the worst one
        (("lowest OEE by shift in Austin", "which line causes it?"), "Line 2 had the lowest OEE"),
        (("downtime by plant in June", "which reason is behind it"), "Changeover had the highest"),
        (("scrap by line in June", "which product causes most of it"), "by product, Top 1."),
        (
            ("downtime of Hamburg in June vs May", "what is behind it?"),
            "carries most of the change",
        ),
        # another figure of the same thing, by its column
        (("scrap of Line 3 in May", "so the good ones?"), "Good units of Line 3"),
        # the fastest has the least time, and not the most of something
        (("work orders closed in June by technician", "who was fastest?"), "Ranked by which"),
        (("MTTR by technician in June", "who was fastest?"), "had the lowest MTTR"),
        # one thing is no group of them, and an adjective with a unit is of no other figure
        (("alarms by hour last week", "which alarm came most?"), "alarms told apart by?"),
        (
            ("alarms by hour last week", "which alarm came most?", "by alarm message"),
            "Part jam had",
        ),
        (("work orders by plant in June", "which work order took longest?"), "Ranked by which"),
        (("work orders by plant in June", "which plant has the most expensive one?"), "Ranked by"),
        (("alarms by plant in June", "which alarm lasted longest?"), "Ranked by which"),
        (
            ("work orders in Hamburg in May", "which work order was the most expensive"),
            "in Hamburg with the highest parts cost in May 2026 is WO-10222",
        ),
        (("alarms in June by plant", "list the last 3 alarms"), "3 alarms in June 2026, as asked"),
        (("downtime by reason in June", "which was the longest"), "Changeover had the highest"),
        # the oldest one is a row, also after a list of other things
        (("last 10 alarms", "the oldest work order"), "The first work order is WO-"),
        (("alarms in Hamburg in June", "the oldest alarm"), "The first alarm in Hamburg in June"),
        # which way round a list runs, and the first of a list that was shown
        (("list alarms in June, newest first",), "3,405 alarms"),
        (("alarms by line in Austin last week", "show me the alarms of the first"), "what “first”"),
        (("alarms by line in Austin last week", "alarms of the first one"), "Do you mean Line 3"),
        # those that fell are others than the three that rose most
        (
            ("Which three lines improved OEE most from Q1 to Q2?", "and which got worse?"),
            "Line 2 was the only line with lower OEE",
        ),
        (("Wie hat sich die Verfügbarkeit von Linie 1 seit März entwickelt?",), "Woche ab"),
        (("Energieverbrauch pro gutem Teil nach Produkt im Mai",), "Energie je Gutteil"),
        # a second question is asked by itself
        (("which asset had the most downtime in June and what was the reason?",), "two questions"),
        (("welche Linie hatte den meisten Ausschuss und welches Produkt?",), "zwei Fragen"),
        (("top 5 assets by downtime in June and their reasons",), "two questions"),
        (("downtime in June by line vs May", "in percent of the total"), "Share of downtime"),
        (("downtime in June by line vs May", "in percent please"), "5,763 min (6.9 %)"),
        # the total of what is shown, and not of all there is
        (("top 5 assets by downtime in June", "what is that in total?"), "came to 38,415 min"),
        (
            ("assets with more than 100 h downtime in June", "sort by name", "in total"),
            "came to 2,479.7 h",
        ),
        # how far two are apart, in the words that are short
        (("did we have more alarms in June than in May?", "by how much?"), "down 58 (1.7"),
        (("is Hamburg better than Austin in OEE in June?", "by how much?"), "6.5 points above"),
        (("OEE of Hamburg in June", "and Austin?", "how much better?"), "6.5 points above"),
        (("OEE của Hamburg và Austin tháng 6", "hơn bao nhiêu?"), "6,5 điểm"),
        # a list of others, of the same things: what the groups were of is none of it
        (
            (
                "open predictive orders older than 5 days",
                "which machines",
                "list corrective orders on those since 1 june",
            ),
            "12 work orders of CMP-02, CNC-02",
        ),
        # of the lowest of each group the lowest is told
        (("which plant used the least energy each day last week?",), "Hamburg had the lowest ener"),
        # when it was: the hour with the one reading, of other figures a step that suits the window
        (("vibration of PMP-03 yesterday", "when was it highest?"), "01:00 had the highest vib"),
        (("vibration of PMP-03 yesterday", "when was it highest?", "and lowest?"), "lowest vibr"),
        (("highest vibration of PMP-03 in June", "when was that?"), "Jun 2026 09:00 had the high"),
        (("scrap by line in June", "when was it highest?"), "24 Jun 2026 had the highest scrap"),
        (("OEE of Hamburg this year", "when was it lowest?"), "Week of 16 Feb 2026 had the low"),
        # two figures side by side, of which one is called by the end of its name, are no list
        (("energy cost by plant",), "There is no figure “energy cost” here."),
        (("energy costs per good unit in June",), "There is no figure “energy costs” here."),
        (("cost of the scrap by plant",), "There is no figure “cost of the scrap” here."),
        (("Kosten der Energie im Juni",), "Eine Größe „Kosten der Energie“ gibt es hier nicht."),
        (("OEE availability performance by line in June",), "Line 3 had the highest OEE"),
        # the same groups in another order
        (
            (
                "Welche Anlagen hatten im Juni mehr als 100 Stunden Stillstand?",
                "sortiert nach Name",
                "und im Mai?",
            ),
            "20 Anlagen, Stillstandsstunden über 100 h im Mai",
        ),
        # ... also where it is set against a later time
        (
            ("downtime by line in April vs May", "which got worse by more than 500 min"),
            "Line 4 was t",
        ),
        (
            ("downtime by line in April vs May", "which got worse by more than 1 %"),
            "Line 4 was the",
        ),
        # what anybody has, and who improved
        (("mtbf of each pump this year", "anything under 500h?"), "the nearest was PMP-11"),
        (("OEE by plant last week", "who improved the most"), "OEE of Hai Phong was 69.4 %"),
        (
            ("energie nach anlage april", "den größten als verlauf pro tag"),
            "nach Tag, Anlage CHL-03",
        ),
        # all of them again
        ((SCRAP, "without the worst", "no, all of them, but by line"), "Gone: Product not Bracket"),
        # a reason that the data keep
        (("scrap of Line 2 today in Hai Phong", "reason?"), "Changed: by scrap reason."),
        (("Stillstand Linie 3 gestern", "was ist der grund"), "nach Stillstandsgrund"),
        (("phế phẩm line 2 hôm nay", "lý do?"), "theo nguyên nhân phế phẩm"),
        (("OEE of Line 1 last week", "reason?"), "the change would be"),
        # all of a kind, each by itself
        (("OEE of the early shift in May", "all three shifts side by side"), "Changed: by shift."),
        (("OEE der Frühschicht im Mai", "alle drei Schichten nebeneinander"), "nach Schicht"),
        # the oldest ones
        (("open work orders by plant", "show the ones of austin"), "4 open work orders in Austin"),
        (("offene Aufträge nach Werk", "zeig die von austin", "die 3 ältesten"), "Erste 3"),
        # in hours, and no deviation
        (("Stillstand nach Linie im Mai", "in std"), "1,421.8 h"),
        # one beside the others of its kind
        ((LINE, "how does that compare to the other lines?"), "Gone: Line 1. Kept: Scrap rate, Pl"),
        ((LINE, "vs the others"), "Gone: Line 1. Kept: Scrap rate, Plant Hamburg"),
        ((LINE, "und die anderen linien?"), "Linie nicht Line 1"),
        ((LINE, "wie ist das im Vergleich zu den anderen Linien?"), "Entfallen: Linie Line 1."),
        ((LINE, "so với các chuyền khác thì sao"), "Đã bỏ: Dây chuyền Line 1."),
        (
            ("which line had the most downtime in May", "how does it compare to the other lines"),
            "Gone: Top 1.",
        ),
        # readings of other grades
        (("vibration of PMP-03 last week", "include bad readings"), "Changed: All readings."),
        # steps of time where there were none
        (("Availability of Line 2 in May 2026", "make it weekly"), "Changed: by week."),
        # a number of times is a count, and no column of times
        (("alarms by message in May", "only those that occurred more than 50 times"), "than 50"),
        # what people judge
        (("OEE by line in May", "is that normal?"), "Gemba does not judge figures by itself."),
        (("OEE by line in May", "ist das normal?"), "Gemba bewertet Werte nicht selbst."),
        (("OEE by line in May", "is that a lot?"), "Gemba does not judge figures by itself."),
        # a count of what was not answered, and a place of two lists
        (("energy by asset last week", "only the big ones", "how many are that?"), "Do you mean"),
        ((TOP, "what were the reasons on the first one?", "and on the third?"), "Please name it."),
        ((TOP, "only the second one"), "Changed: Asset PCK-03"),
        # an amount, and no column of times
        (("OEE per plant last week", "What cost the worst plant the most time?"), "“time”"),
        # drawn otherwise: what changed before is told no more
        (("OEE by line in May", "in June", "as a table"), "Changed: how it is shown. All else"),
        (("OEE theo dây chuyền tháng 5", "dạng biểu đồ cột"), "Đã đổi: cách hiển thị."),
    ],
)
def test_it_comes_to(services: Services, turns: tuple[str, ...], says: str) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)
    assert sum(note.startswith("Changed") for note in answer.notes) <= 1


def test_a_figure_of_the_day_that_was_highest(services: Services) -> None:
    user = services.policy.user("admin")

    def ask(question: str) -> list[object]:
        answer = services.answer(question, user, session="peak")
        assert answer.result is not None, answer.message
        return [*answer.result.table.to_pylist()[0].values()]

    ask("vibration of PMP-03 by day in June")
    day, highest = ask("when did it peak?")
    # SELECT event_date, AVG(vibration_mm_s) ... signal_quality = 'GOOD' GROUP BY 1 ORDER BY 2 DESC
    assert (day, highest) == (dt.date(2026, 6, 23), pytest.approx(7.6657, abs=1e-4))
    assert ask("and the temperature that day?") == [pytest.approx(65.1611, abs=1e-4)]


def test_all_of_a_kind_is_no_answer_about_some_of_it(services: Services) -> None:
    answer = talk(
        services, "motor current of each press in May", "highest 2", "their vibration",
        "back to all presses",
    )  # fmt: skip
    assert answer.result is not None
    assert answer.result.row_count == 6  # presses of three plants, two each


def test_the_share_of_one_part_is_one_number(services: Services) -> None:
    answer = talk(
        services, "energy of compressors by plant in May", "also chillers, by class too",
        "how big is the share from Austin?",
    )  # fmt: skip
    assert answer.result is not None, answer.message
    assert answer.result.row_count == 1


def test_the_one_on_top_is_told_by_its_name(services: Services) -> None:
    answer = talk(services, "corrective work orders by failure mode in Hamburg", "the top one")
    assert answer.result is not None, answer.message
    assert next(iter(answer.result.table.to_pylist()[0].values())) == "Gripper fault"


def test_rows_are_listed_with_what_is_named_of_them(services: Services) -> None:
    answer = talk(services, "alarms of PMP-03 in June", "list those with time, message and value")
    assert {"message", "alarm_value"} <= {c.name for c in answer.columns}


@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # a further clause is no part of what is taken away
        (("jam downtime in Hamburg in May vs April", "drop the comparison, by line"), "by line"),
        # one figure over another: the metric that is just that, else the two
        (("scrap by line in June", "as percent of output"), "Changed: Scrap rate."),
        (("scrap by line in June", "divided by good units"), "Changed: Scrap per good unit."),
        (("scrap by line in June", "as a share of good units"), "Scrap as a share of good units."),
        (("scrap by reason in June", "as a share of all scrap"), "Changed: Share of scrap."),
        (("energy by line in June", "per hour of downtime"), "energy per downtime hour"),
        (("alarms by plant in June", "per work order"), "alarms per work order"),
        (("scrap by line in June", "per kWh of nothing"), "I do not know"),
        (("OEE by line in June", "per good unit"), "does not add up"),
        (("energy by line in June", "as a share of run time"), "in the same unit"),
        (("downtime by reason in June", "as a percentage"), "Share of downtime"),
        # what is named goes, as it does with "without"; of several that are asked for, others stay
        (("OEE by plant in June", "drop Hamburg"), "Changed: Plant not Hamburg"),
        (("OEE in June", "remove Hamburg"), "OEE without Hamburg was"),
        (("OEE in June for Hamburg and Austin", "drop Hamburg"), "Changed: Plant Austin."),
        (("OEE in June for Hamburg", "drop Hamburg"), "Gone: Plant Hamburg."),
        (("OEE in June for Hamburg", "drop Austin"), "The answer before is not of Austin."),
        (("scrap by line in June in Hamburg", "remove line 1 and line 2"), "Line 1 or Line 2."),
        (("alarms by class in June", "drop the pumps", "drop the ovens too"), "pump or oven."),
        (("Ausschuss nach Linie im Juni", "entferne Linie 2"), "Linie nicht Line 2."),
        # ... but no word that is an order where a thing of the plant follows
        (("downtime in Austin in June", "delete the pumps"), "Gemba only reads data"),
        (("downtime by line in June", "lösche Linie 1"), "Gemba liest nur Daten"),
        (("downtime by line in June", "switch off Line 1"), "I do not know what “switch”"),
        (("downtime in Austin in June", "delete the Austin filter"), "Gone: Plant Austin."),
        (("downtime by line in June", "delete the line"), "Gone: by line."),
        # which way a course goes, also where chance explains it
        (("scrap by week since April", "is it improving?"), "Scrap shows no clear trend over 12"),
        (("scrap by week since April", "what is the trend?"), "no clear trend over 12 weeks"),
        (("OEE by day in June", "is it rising?", "only Hamburg"), "Plant Hamburg"),
        (("is scrap going up in Hamburg?",), "Scrap shows no clear trend over 25 weeks."),
        (("is the vibration of the pumps rising since May?",), "a rising trend until 25 Jun 2026"),
        (("OEE ở Hải Phòng có đang tăng không?",), "có xu hướng tăng"),
        (("sinkt die OEE in Hamburg seit Mai?",), "kein klarer Trend"),
        (("show pumps with rising vibration",), "what “rising” should do"),
        (("which lines' scrap is rising this month?",), "4 lines had higher scrap"),
        # the figure at hand, whatever the verb
        (("scrap of Line 2 in Hamburg in June", "which machine made most of it?"), "Kept: Scrap,"),
        # the share of another part
        (
            ("good units in May", "what share of that came from Austin?", "and from Hamburg?"),
            "with plant Hamburg was",
        ),
        # one that is meant by its noun, and one of a course that nobody ranked
        (
            ("MTTR of the robots this year by plant", "the worst plant by machine"),
            "Plant Hai Phong",
        ),
        (
            (
                "scrap by day in May in Hamburg",
                "only days over 250",
                "reasons on the highest of these",
            ),
            "Changed: by scrap reason",
        ),
        # one number
        (("alarms of PRS-05 by day in June", "how many in total?"), "Gone: by day."),
        (("alarms of PRS-05 by day in June", "how many is that?"), "27 days"),
        (("energy by line in May", "all of them together"), "Gone: by line."),
        (("downtime by line in May", "how many hours is that?"), "1,421.8 h"),
        # a mean of a number is none
        (("high priority alarms by plant in June", "how fast were those on average"), "on average"),
        # a further question is no reply, and not asked over everything
        (
            ("which pumps squeaked in June", "And how much did the parts cost?"),
            "There is no answer before this one",
        ),
        (
            ("OEE per plant last week", "What cost us the most time?", "And energy per plant?"),
            "Do you mean this of",
        ),
    ],
)
def test_what_is_meant(services: Services, turns: tuple[str, ...], says: str) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)


@pytest.mark.soundness
@pytest.mark.parametrize("words", ["the oldest 3", "the earliest 3", "die ältesten 3"])
def test_the_oldest_of_a_list_are_not_its_first_rows(services: Services, words: str) -> None:
    answer = talk(services, "list open work orders in Austin", words)
    assert answer.result is not None
    opened = answer.result.table.column("opened_ts").to_pylist()
    assert len(opened) == 3
    assert opened == sorted(opened)


def test_the_newest_stand_first(services: Services) -> None:
    answer = talk(services, "list alarms in June, newest first")
    assert answer.plan is not None
    assert answer.plan.order[0].descending
    assert answer.plan.limit is None


VIBRATION = ("max vibration of PMP-06 per month this year", "march day by day")
MTTR = ("MTTR by asset class in Hai Phong this quarter", "how many of those are above 1.3 hours?")


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # how many of what was shown are so is a number, and what follows is about those
        (MTTR, "4 asset classes."),
        ((*MTTR, "which ones are they?"), "4 asset classes had MTTR above 1.3 h"),
        ((*MTTR, "and last month?"), "above 1.3 h in Hai Phong last month"),
        # what is named is set against what is at hand
        (
            ("failures by plant in the first quarter", "Second quarter against that."),
            "in Q2 2026, up 25 (21 %) on Q1 2026",
        ),
        (("Ausfälle je Werk im ersten Quartal", "zweites Quartal dagegen"), "2. Quartal 2026"),
        (("energy of Hamburg in May", "June vs that"), "up 13,164 kWh (3.9 %) on May 2026"),
        # of one thing and another there are two figures
        (("parts cost of PRS-02 this year", "PRS-01 as well"), "Changed: by asset, Asset PRS-02"),
        # a number that was said with its noun is of that noun
        (("top 3 downtime reasons in June", "by line instead"), "Gone: Top 3"),
        (("top 3 downtime reasons in June", "top 2", "by line instead"), "Kept: Downtime, June"),
        # the events that are asked after, where they are to be shown
        (
            (*VIBRATION, "when was it highest?", "was a work order opened on it that day? show it"),
            "One work order of PMP-06 matches on 19 Mar 2026",
        ),
        # a figure that was shown of one thing is of that thing
        (
            (*VIBRATION, "alarms of it in March", "mean vibration in April"),
            "Mean vibration of PMP-06",
        ),
        # what may be two things is asked
        (("PRS-03 orders since 1 april",), "“orders” may be several things here."),
        (("alarms per hour by plant in June",), "one rate for each, or the course hour by hour?"),
        (("gutteile gestern nach lienie in hamburg", "mit ausschuss daneben"), "Davor gibt es"),
        (
            ("cảnh báo mức trung bình tuần trước có bao nhiêu", "của máy nào nhiều nhất"),
            "nhiều nhất ở PCK-04: 7. ",
        ),
    ],
)
def test_what_goes_on_from_what(services: Services, turns: tuple[str, ...], says: str) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)


def test_what_is_offered_of_an_hour_is_answered(services: Services) -> None:
    asked = services.answer("alarms per hour by plant in June", services.policy.user("admin"))
    assert asked.clarification is not None
    rate, course = (talk(services, option.question) for option in asked.clarification.options)
    assert next(c.label for c in rate.chips) == "Alarm count per hour on average"
    assert rate.result is not None
    assert rate.result.table.num_rows == 3
    assert [c.label for c in course.chips][1] == "Hour"


@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # what is asked back is quoted as it was typed
        (("phế phẩm theo sản phẩm tuần này", "đầu tiên thay vì số lượng"), "“đầu tiên”"),
        (("điện năng tháng này", "còn chi phí năng lượng"), "“chi phí năng lượng”"),
        (("ausschuss nach produkt juni hamburg", "je auftrag statt produkt, top 5"), "“je”"),
        (("chi phí phụ tùng theo hãng sản xuất máy",), "Lệnh bảo trì không được ghi theo hãng"),
        # no cost of another kind
        (("chi phí năng lượng tháng này",), "không có chỉ số “chi phí năng lượng”"),
        # two questions
        (("máy nào dừng nhiều nhất tuần trước và lý do là gì",), "Đây là hai câu hỏi."),
        (("which asset had the most downtime last week and reason",), "These are two questions."),
        # a word of a question is one in its language
        (("oee chuyền 1 t6", "tháng 5 thì sao"), "OEE của Line 1 trong tháng 5/2026"),
    ],
)
def test_what_is_asked_back_is_in_the_words_typed(
    services: Services, turns: tuple[str, ...], says: str
) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # "no, ..." takes back the one split that was just said, also of another kind
        (
            ("good parts Hamburg today", "per hour", "no, per line"),
            "Changed: by line. Kept: Good u",
        ),
        (("good parts Hamburg today by line", "sorry, by hour"), "Kept: Good units, Plant Hamburg"),
        (("good parts Hamburg today by line", "and by hour"), "Kept: Good units, by line"),
        (
            ("Gutteile in Hamburg heute", "pro Stunde", "nein, pro Linie"),
            "Beibehalten: Gutteile, W",
        ),
        (
            ("sản lượng Hải Phòng hôm nay", "theo giờ", "không, theo line"),
            "Giữ nguyên: Tổng sản lượ",
        ),
        # two nouns that are asked for are one pair of what was shown
        (
            ("scrap rate per plant and month in Q2", "which plant and month is the worst?"),
            "Changed: Top 1. Kept: Scrap rate, by month, by plant",
        ),
        (
            ("downtime by line and shift in June", "which line and shift is the worst?"),
            "Top 1. Kept",
        ),
        (
            (
                "Ausschuss je Linie und Schicht im Juni",
                "welche Linie und Schicht ist am schlechtesten?",
            ),
            "Oberste 1. Bei",
        ),
        (("phế phẩm theo nhà máy và tháng", "nhà máy và tháng nào cao nhất?"), "Cao nhất 1. Giữ"),
        # what has a state is the rows that have it, and no column called like their table
        (("which orders are open at the moment in Hai Phong?",), "5 open work orders in Hai Phong"),
        (("are there orders older than 5 days which are still not closed?",), "6 open work orders"),
        (("which orders ran on Line 1 in Hamburg yesterday",), "“orders” may be several things"),
        (("Welche Aufträge sind in Haiphong noch offen?",), "5 Instandhaltungsaufträge (offen)"),
        (("những lệnh nào còn mở ở Hải Phòng",), "Có 5 lệnh bảo trì đang mở"),
        # a rate is in no pieces
        (("scrap rate in units in June",), "“units” does not fit this figure, which is in %."),
        (("scrap rate by line in June", "by product, in units"), "Changed: Scrap, by product."),
        (("throughput in units per hour in June",), "Throughput was"),
        (("Ausschussquote in Stück im Juni",), "„in Stück“ passt nicht zu diesem Wert"),
        (("tỷ lệ phế phẩm tháng 6 tính bằng cái",), "“tính bằng cái” không hợp với chỉ số này"),
        # a rate by reason is of the rows that have one
        (("scrap rate by scrap reason in June",), "alone, so these are no parts of the whole."),
        (("scrap rate in June", "by reason"), "Ask for scrap by scrap reason to see the parts."),
        (("Ausschussquote nach Ausschussgrund im Juni",), "Fragen Sie nach Ausschuss je Ausschuss"),
        (("tỷ lệ phế phẩm theo lý do phế phẩm tháng 6",), "không phải là phần của tổng thể."),
        # what is told of each row
        (("list open work orders with asset",), "14 open work orders match"),
        (
            ("Liste der offenen Instandhaltungsaufträge mit Anlage",),
            "14 Instandhaltungsaufträge (o",
        ),
        (("liệt kê các lệnh công việc đang mở kèm máy",), "14 lệnh bảo trì đang mở"),
        # what is asked after a word that was not understood does not stand for it
        (("downtime last night on line 3 in hh", "reasons?"), "There is no answer before this"),
        (("downtime last night on line 3 in hh", "by machine"), "What do you want to know?"),
        (("downtime last night on line 3 in hh", "hamburg?"), "Line 3 in Hamburg on shift Night"),
        (("Stillstand gestern auf Linie 3 HH", "Gründe?"), "Davor gibt es keine Antwort"),
        (("thời gian dừng máy hôm qua line 3 hhh", "nguyên nhân?"), "Không có câu trả lời trước"),
    ],
)
def test_what_is_taken_back_and_what_stands_for_nothing_else(
    services: Services, turns: tuple[str, ...], says: str
) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("turns", "says"),
    [
        # a place far down a ranking, and no day of the month
        (("the 12th highest downtime by machine in June",), "CNC-05 is at place 12"),
        (("the 21st highest downtime by machine in June",), "CNC-08 is at place 21"),
        (("top 3 machines by downtime in June", "and the twelfth?"), "CNC-05 is at place 12"),
        (("downtime on the 12th",), "on 12 Jun 2026"),
        (("welche Maschine hatte den sechsthöchsten Stillstand im Juni",), "PCK-05, 7.329 min"),
        (("máy có thời gian dừng cao thứ sáu trong tháng 6",), "cao thứ sáu ở PCK-05"),
        # what is offered in place of a number can be taken, and counted then
        (("how many machines had no alarms yesterday", "yes"), "23 assets had 0 alarms"),
        (
            ("how many machines had more than 10 alarms in June", "yes", "how many is that?"),
            "assets.",
        ),
        # of what was shown, by its kind and the one row
        (("which machines had no alarms yesterday", "how many machines?"), "23 assets."),
        (("open work orders in Hai Phong", "the oldest one", "of which asset?"), "PMP-11"),
    ],
)
def test_places_numbers_and_single_rows(
    services: Services, turns: tuple[str, ...], says: str
) -> None:
    answer = talk(services, *turns)
    assert says in told(answer), told(answer)
