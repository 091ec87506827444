"""German questions: times, endings, compounds, typed-out umlauts, and what is asked back."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.normalise import clean, tokenise
from core.language.rendering.syllables import plain
from core.semantic.query import SemanticQuery
from core.settings import ROOT
from tests.language import plant

# The plant's clock: Tuesday 2026-06-30 is today, and now is the midnight after it.
TIMES = [
    ("heute", "2026-06-30", "2026-07-01"),
    ("gestern", "2026-06-29", "2026-06-30"),
    ("vorgestern", "2026-06-28", "2026-06-29"),
    ("diese Woche", "2026-06-29", "2026-07-01"),
    ("letzte Woche", "2026-06-22", "2026-06-29"),
    ("in der letzten Woche", "2026-06-22", "2026-06-29"),
    ("vergangene Woche", "2026-06-22", "2026-06-29"),
    ("vorletzte Woche", "2026-06-15", "2026-06-22"),
    ("letztes Wochenende", "2026-06-27", "2026-06-29"),
    ("diesen Monat", "2026-06-01", "2026-07-01"),
    ("letzten Monat", "2026-05-01", "2026-06-01"),
    ("im letzten Monat", "2026-05-01", "2026-06-01"),
    ("im Vormonat", "2026-05-01", "2026-06-01"),
    ("im Mai", "2026-05-01", "2026-06-01"),
    ("im März", "2026-03-01", "2026-04-01"),
    ("im Maerz 2026", "2026-03-01", "2026-04-01"),
    ("dieses Quartal", "2026-04-01", "2026-07-01"),
    ("im letzten Quartal", "2026-01-01", "2026-04-01"),
    ("im ersten Quartal", "2026-01-01", "2026-04-01"),
    ("im 2. Quartal 2026", "2026-04-01", "2026-07-01"),
    ("Q1", "2026-01-01", "2026-04-01"),
    ("dieses Jahr", "2026-01-01", "2026-07-01"),
    ("in diesem Jahr", "2026-01-01", "2026-07-01"),
    ("im Jahr 2026", "2026-01-01", "2026-07-01"),
    ("seit Jahresbeginn", "2026-01-01", "2026-07-01"),
    ("seit Monatsanfang", "2026-06-01", "2026-07-01"),
    ("seit April", "2026-04-01", "2026-07-01"),
    ("seit Montag", "2026-06-29", "2026-07-01"),
    ("im ersten Halbjahr", "2026-01-01", "2026-07-01"),
    ("erste Hälfte Juni", "2026-06-01", "2026-06-16"),
    ("KW 20", "2026-05-11", "2026-05-18"),
    ("in KW20", "2026-05-11", "2026-05-18"),
    ("in Kalenderwoche 20", "2026-05-11", "2026-05-18"),
    ("letzte 7 Tage", "2026-06-24", "2026-07-01"),
    ("in den letzten 2 Wochen", "2026-06-17", "2026-07-01"),
    ("die letzten 24 Stunden", "2026-06-30", "2026-07-01"),
    ("seit 2 Wochen", "2026-06-17", "2026-07-01"),
    ("vor 3 Tagen", "2026-06-27", "2026-06-28"),
    ("am 15.6.", "2026-06-15", "2026-06-16"),
    ("am 15.6", "2026-06-15", "2026-06-16"),
    ("am 15.06.2026", "2026-06-15", "2026-06-16"),
    ("am 15/6", "2026-06-15", "2026-06-16"),
    ("am 15. Juni", "2026-06-15", "2026-06-16"),
    ("am 15. Juni 2026", "2026-06-15", "2026-06-16"),
    ("am Montag letzter Woche", "2026-06-22", "2026-06-23"),
    ("von Montag bis Freitag letzte Woche", "2026-06-22", "2026-06-27"),
    ("vom 1.6. bis 15.6.", "2026-06-01", "2026-06-16"),
    ("vom 1.6 bis 15.6", "2026-06-01", "2026-06-16"),
    ("vom 8. bis 14. Juni", "2026-06-08", "2026-06-15"),
    ("zwischen dem 8.6. und dem 14.6.", "2026-06-08", "2026-06-15"),
    ("von März bis Mai", "2026-03-01", "2026-06-01"),
    ("seit dem 15.5.", "2026-05-15", "2026-07-01"),
    ("ab 15. Mai", "2026-05-15", "2026-07-01"),
    ("nach dem 15.6.", "2026-06-16", "2026-07-01"),
    ("vor dem 1.4.", "2026-01-01", "2026-04-01"),
    ("bis Ende April", "2026-01-01", "2026-05-01"),
]


def query(question: str) -> SemanticQuery:
    reading = plant.read(question)
    assert reading.query is not None, reading.clarification
    return reading.query


def bare(value: Any) -> Any:
    """A query without the words that it was told in."""
    if is_dataclass(value):
        return [(f.name, bare(getattr(value, f.name))) for f in fields(value) if f.name != "phrase"]
    return [bare(v) for v in value] if isinstance(value, tuple) else value


def spelled_out(text: str) -> str:
    for letter, other in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, other)
    return text


@pytest.mark.parametrize(("phrase", "start", "end"), TIMES)
def test_times(phrase: str, start: str, end: str) -> None:
    for question in (f"Energieverbrauch {phrase}", f"STROMVERBRAUCH {phrase.upper()}"):
        said = query(question)
        assert said.time is not None
        times = (said.time.start, said.time.end)
        first = f"{times[0]}"[:10]
        assert first == start or (times[0] is None and start == "2026-01-01")
        assert f"{times[1]}"[:10] == end


# The same question in both languages is the same query.
PAIRS = [
    # which way a comparison goes
    ("Gab es im Juni mehr Alarme als im Mai?", "number of alarms in June versus May"),
    ("Diesen Monat weniger Ausschuss als letzten Monat?", "scrap this month vs last month"),
    ("War Ausschuss in Austin im Juni höher als in Hamburg?", "scrap in June Austin vs Hamburg"),
    # figures, and how they are asked for
    ("Wie viel Ausschuss hat Linie 2 gestern gemacht?", "scrap of Line 2 yesterday"),
    ("Ausschuss Linie 2 gestern", "scrap of Line 2 yesterday"),
    ("wieviel ausschuss gab es gestern auf linie 2", "scrap of Line 2 yesterday"),
    ("Wie hoch war die OEE letzte Woche?", "OEE last week"),
    ("OEE letzte Woche in Hamburg", "OEE last week in Hamburg"),
    ("Zeig mir die Verfügbarkeit im Mai", "show me the availability in May"),
    ("verfuegbarkeit mai", "availability in May"),
    ("Verfugbarkeit im Mai", "availability in May"),
    ("Ausschussquote im Mai", "scrap rate in May"),
    ("Wie hoch ist der Energieverbrauch diesen Monat", "energy this month"),
    ("Stromverbrauch gestern", "energy yesterday"),
    ("Produktion heute", "production today"),
    ("Wie viel hat Linie 2 gestern produziert?", "production of Line 2 yesterday"),
    ("Gutteile im Juni", "good units in June"),
    ("Wie viele Gutteile hat Linie 3 im Juni produziert", "good units of Line 3 in June"),
    ("Durchsatz letzte Woche", "throughput last week"),
    ("Auslastung letzte Woche", "utilisation last week"),
    ("Stillstandsstunden im Mai", "downtime hours in May"),
    ("ungeplanter Stillstand im Mai", "unplanned downtime in May"),
    ("Stillstandszeiten der Pumpen gestern", "downtime of pumps yesterday"),
    ("MTBF der Kompressoren dieses Jahr", "MTBF of compressors this year"),
    ("mittlere Reparaturzeit im Mai", "mean time to repair in May"),
    ("Quittierzeit in Hamburg im Juni", "time to acknowledge in Hamburg in June"),
    ("Ersatzteilkosten letzten Monat", "parts cost last month"),
    ("Arbeitsstunden im April", "labour hours in April"),
    ("Leistungsgrad Linie 1 letzte Woche", "performance of Line 1 last week"),
    ("Energie pro Gutteil im Mai", "energy per good unit in May"),
    ("kWh je Teil im Mai", "energy per good unit in May"),
    ("Wie lange stand Linie 2 gestern still?", "how long was Line 2 down yesterday"),
    ("Wie lange stand Linie 2 gestern", "how long was Line 2 down yesterday"),
    ("Wie oft sind die Pressen im Mai ausgefallen?", "how often did the presses fail in May"),
    ("Ausfälle der Pumpen im Mai", "failures of pumps in May"),
    ("wieviel kWh haben die Kompressoren im Mai verbraucht", "energy of compressors in kWh in May"),
    (
        "Wie lange dauert es in Austin, bis ein Alarm quittiert wird?",
        "time to acknowledge in Austin",
    ),
    # aggregates
    ("durchschnittliche Vibration von PMP-03 im Juni", "average vibration of PMP-03 in June"),
    ("mittlere Temperatur von PMP-03 gestern", "mean temperature of PMP-03 yesterday"),
    ("höchste Temperatur von PMP-03 gestern", "highest temperature of PMP-03 yesterday"),
    ("hoechste Temperatur von PMP-03 gestern", "highest temperature of PMP-03 yesterday"),
    ("maximaler Druck von PMP-01 letzte Woche", "maximum pressure of PMP-01 last week"),
    ("niedrigster Druck von PMP-01 letzte Woche", "lowest pressure of PMP-01 last week"),
    ("Gesamtproduktion im Mai", "total production in May"),
    ("Gesamtstillstand im Mai", "total downtime in May"),
    ("Durchschnittstemperatur PMP-03 gestern", "average temperature of PMP-03 yesterday"),
    ("Median der Vibration von PMP-03 im Mai", "median vibration of PMP-03 in May"),
    ("aktuelle Temperatur von PMP-03", "current temperature of PMP-03"),
    ("durchschnittliche Produktion pro Tag im Juni", "average production per day in June"),
    ("Drehzahl PMP-02 im Schnitt gestern", "average speed of PMP-02 yesterday"),
    # splits
    ("Stillstand nach Linie", "downtime by line"),
    ("downtime ham gestern nach linie", "downtime ham yesterday by line"),
    ("Stillstand je Linie letzte Woche", "downtime by line last week"),
    ("Stillstand pro Schicht im Mai", "downtime by shift in May"),
    ("OEE nach Schicht im Mai", "OEE by shift in May"),
    ("Ausschuss nach Produkt und Linie im Mai", "scrap by product and line in May"),
    ("Stillstand nach Grund im Juni", "downtime by reason in June"),
    ("Ausschuss nach Grund im Juni", "scrap by reason in June"),
    ("Energie je Werk im Mai", "energy by plant in May"),
    ("Alarme nach Priorität letzte Woche", "alarms by priority last week"),
    ("Alarme nach Prioritaet und Bereich letzte Woche", "alarms by priority and area last week"),
    ("Aufträge je Auftragsart dieses Jahr", "work orders by order type this year"),
    ("Wartungsaufträge nach Werk dieses Jahr", "work orders by plant this year"),
    ("Vibration je Pumpe letzte Woche", "vibration by pump last week"),
    ("MTTR nach Anlagentyp dieses Jahr", "MTTR by asset class this year"),
    ("Energie für jede Anlage gestern", "energy for each asset yesterday"),
    ("Linienstillstand im Mai", "line downtime in May"),
    ("Schichtausschuss im Mai", "shift scrap in May"),
    ("Produktion nach Produktfamilie im Mai", "production by product family in May"),
    # steps of time
    ("Ausschuss pro Tag letzte Woche", "scrap per day last week"),
    ("Ausschuss täglich letzte Woche", "daily scrap last week"),
    ("taeglicher Ausschuss letzte Woche", "daily scrap last week"),
    ("Stromverbrauch stündlich gestern", "hourly energy yesterday"),
    ("OEE pro Woche seit Jahresbeginn", "OEE per week year to date"),
    ("monatlicher Energieverbrauch in Hamburg", "monthly energy in Hamburg"),
    ("Alarme pro Tag, letzte 2 Wochen", "alarms per day, past 2 weeks"),
    ("Temperaturverlauf von PMP-03 im Juni", "trend of temperature of PMP-03 in June"),
    ("Verlauf der OEE im Juni", "trend of OEE in June"),
    ("kumulierte Produktion pro Tag im Juni", "cumulative production per day in June"),
    ("Alarme nach Wochentag im Mai", "alarms by day of week in May"),
    # which, most, top
    ("Welche Pumpe hat letzte Woche am meisten vibriert?", "which pump vibrated most last week"),
    ("welche pumpe vibrierte letzte woche am meisten", "which pump vibrated most last week"),
    ("welche Linie hatte gestern den meisten Ausschuss", "which line had the most scrap yesterday"),
    (
        "Welche Linie hat die höchste Ausschussquote im Mai",
        "which line has the highest scrap rate in May",
    ),
    ("Welche Schicht hat den wenigsten Ausschuss im Mai", "which shift has the least scrap in May"),
    (
        "welche Anlage hat im Mai am meisten Strom verbraucht",
        "which asset used the most energy in May",
    ),
    ("welche Maschine stand letzte Woche am längsten", "which machine was down longest last week"),
    ("Top 5 Stillstandsgründe im Juni", "top 5 downtime reasons in June"),
    ("top 5 stillstandsgruende im juni", "top 5 downtime reasons in June"),
    ("Top 3 Anlagen nach Alarmen im Mai", "top 3 assets by alarms in May"),
    (
        "die 3 Produkte mit der höchsten Ausschussquote im Mai",
        "top 3 products by scrap rate in May",
    ),
    ("10 Anlagen mit den meisten Alarmen im Mai", "top 10 assets by alarms in May"),
    ("schlechteste Linie nach OEE im Mai", "worst line by OEE in May"),
    ("beste Schicht nach OEE im Mai", "best shift by OEE in May"),
    ("In welchem Monat war die Produktion am höchsten?", "which month has the highest production"),
    ("an welchem Tag im Mai gab es die meisten Alarme", "which day in May had the most alarms"),
    # limits
    (
        "Welche Pumpe hat letzte Woche eine Vibration über 4,5 mm/s",
        "which pump has vibration above 4.5 mm/s last week",
    ),
    ("Linien mit Verfügbarkeit unter 88 % im Mai", "lines with availability below 88 % in May"),
    (
        "Linien mit Verfügbarkeit unter 88,5 Prozent im Mai",
        "lines with availability below 88.5 percent in May",
    ),
    ("Ausschuss gestern Spätschicht gegen heute Frühschicht",
     "scrap yesterday late shift vs today early shift"),
    ("Ausschuss Anfang Juni", "scrap in early June"),
    ("Ausschuss Mitte Juni", "scrap mid June"),
    ("Ausschuss seit Anfang Juni", "scrap since the beginning of June"),
    ("Ausschuss seit Schichtbeginn", "scrap since the start of the shift"),
    ("Stillstand am 3. und 4. Juni", "downtime on 3 and 4 June"),
    ("Stillstand am Montag und Dienstag letzter Woche", "downtime on Monday and Tuesday last week"),
    ("OEE KW 22 und 23", "OEE weeks 22 and 23"),
    ("Ausschuss seit 6 Uhr", "scrap since 6 am"),
    ("Ausschuss von gestern 22 Uhr bis heute 6 Uhr", "scrap from yesterday 22:00 to today 06:00"),
    ("Stillstand in dieser Schicht", "downtime this shift"),
    ("Stillstand der aktuellen Schicht", "downtime this shift"),
    ("Stillstand der laufenden Nachtschicht", "downtime on the current night shift"),
    ("Stillstand der letzten drei Schichten", "downtime of the last 3 shifts"),
    ("OEE letzte Schicht im Vergleich zur Schicht davor", "OEE last shift vs the shift before"),
    ("Anlagen mit mehr als 30 Alarmen im Mai", "assets with more than 30 alarms in May"),
    ("Alarme je Anlage im Mai, nur die mit mehr als 30", "assets with more than 30 alarms in May"),
    ("Anlagen mit mindestens 3 Alarmen im Mai", "assets with at least 3 alarms in May"),
    ("Anlagen mit höchstens 3 Alarmen im Mai", "assets with at most 3 alarms in May"),
    ("Linien mit Produktion über 10.000 im Mai", "lines with production above 10000 in May"),
    ("Linien mit Produktion über 1.200.000 im Mai", "lines with production above 1200000 in May"),
    (
        "Wie lange lag die Vibration von PMP-03 im Juni über 7,1 mm/s",
        "how long was the vibration of PMP-03 above 7.1 mm/s in June",
    ),
    # comparing
    ("Energie diesen Monat im Vergleich zum Vormonat", "energy this month versus the month before"),
    ("OEE im April gegenüber dem Vormonat", "OEE in April versus the month before"),
    ("Vergleiche Energie im Mai mit Juni", "compare energy in May with June"),
    (
        "Vibration von PMP-01 und PMP-02 im März vergleichen",
        "compare vibration of PMP-01 and PMP-02 in March",
    ),
    ("OEE Juni vs Mai", "OEE June vs May"),
    ("Ausschuss Linie 1 gegen Linie 2 im Mai", "scrap Line 1 versus Line 2 in May"),
    # conditions
    ("Stillstand ohne Reinigung im Juni", "downtime excluding cleaning in June"),
    ("Energie im Mai außer Austin", "energy in May excluding Austin"),
    ("Alarme mit hoher Priorität in Hamburg heute", "high priority alarms in Hamburg today"),
    ("Stillstand wegen Materialmangel im Mai", "downtime due to material shortage in May"),
    ("Ausbringung der Frühschicht gestern", "production of the early shift yesterday"),
    ("Ausschuss der Nachtschichten im Mai", "scrap of night shifts in May"),
    ("offene Aufträge in Hamburg", "open work orders in Hamburg"),
    ("Wie viele Wartungsaufträge sind noch offen?", "how many work orders are still open"),
    ("nicht quittierte Alarme je Werk", "unacknowledged alarms by plant"),
    ("korrektive Aufträge im Mai", "corrective work orders in May"),
    ("Anzahl der vorbeugenden Wartungen im Mai", "number of preventive work orders in May"),
    ("Wie viele Pumpen gibt es in Hamburg?", "how many pumps in Hamburg"),
    ("Wie viele Alarme gab es diese Woche?", "how many alarms this week"),
    ("Pumpenstillstand letzte Woche", "pump downtime last week"),
    ("Kompressoralarme im Mai", "compressor alarms in May"),
    ("OEE von Team A im Mai", "OEE of crew A in May"),
    # clock times and weekdays
    ("Alarme am 12.5. zwischen 13 und 15 Uhr", "alarms on 12 May between 13:00 and 15:00"),
    ("Alarme gestern von 6 bis 14 Uhr", "alarms yesterday from 6:00 to 14:00"),
    ("Alarme gestern von 06:00 bis 14:00 Uhr", "alarms yesterday from 6:00 to 14:00"),
    ("Energie sonntags dieses Jahr", "energy on Sundays this year"),
    ("Energie am Wochenende im Mai", "energy on weekends in May"),
    # rows, charts, shares
    ("Liste der offenen Aufträge in Hamburg", "list open work orders in Hamburg"),
    ("offene Aufträge in Hamburg auflisten", "list open work orders in Hamburg"),
    ("die letzten 10 Alarme in Austin", "latest 10 alarms in Austin"),
    ("letzter Alarm in Austin", "last alarm in Austin"),
    ("letzte Alarme in Austin", "last alarms in Austin"),
    ("letzter Ausfall von PMP-03", "last failure of PMP-03"),
    ("Wann war der letzte Alarm an PMP-03?", "when was the last alarm on PMP-03"),
    ("Wann ist PMP-03 zuletzt ausgefallen?", "when was the last failure of PMP-03"),
    ("häufigste Stillstandsgründe im Mai", "most frequent downtime reasons in May"),
    (
        "Wie viele Aufträge wurden letzte Woche abgeschlossen",
        "how many work orders were completed last week",
    ),
    ("durchschnittlicher Ausschuss je Schicht im Mai", "average scrap per shift in May"),
    ("Ist der Ausschuss im Mai gestiegen?", "did scrap increase in May"),
    ("Stillstand über 2 Stunden im Mai nach Anlage", "downtime above 2 hours in May by asset"),
    ("Anteil der Alarme je Bereich", "share of alarms by area"),
    (
        "Wie viel Prozent der Energie je Werk entfällt auf Utilities?",
        "what percent of energy by plant comes from Utilities",
    ),
    ("vergleiche OEE zwischen Hamburg und Austin im Mai", "compare Hamburg and Austin OEE in May"),
    ("Anteil der Pumpen an der Energie je Werk", "share of pumps in energy by plant"),
    ("offene Aufträge, die älter als eine Woche sind", "open work orders older than 1 week"),
    ("Welche Alarme stehen in Hamburg noch an?", "which alarms in Hamburg are still on"),
    (
        "gleitender 7-Tage-Schnitt der Ausschussquote im Juni",
        "7-day moving average of scrap rate in June",
    ),
    (
        "Wie viele Aufträge wurden heuer in Hamburg aufgemacht?",
        "how many work orders were opened in Hamburg this year",
    ),
    ("Gutteile pro Laufstunde je CNC letzte Woche", "good units per run hour by CNC last week"),
    ("Wie schaut's mit der OEE in Austin aus, diese Woche?", "OEE in Austin this week"),
    ("Balkendiagramm Ausschuss nach Linie im Mai", "bar chart scrap by line in May"),
    # two languages in one question
    ("scrap rate pro linie last week", "scrap rate by line last week"),
    ("Ausschuss by line last week", "scrap by line last week"),
    ("downtime reasons im Mai top 3", "downtime reasons in May top 3"),
    ("vibration der Pumpen yesterday", "vibration of pumps yesterday"),
]  # fmt: skip


@pytest.mark.parametrize(("german", "english"), PAIRS)
def test_both_languages_give_the_same_query(german: str, english: str) -> None:
    assert bare(query(german)) == bare(query(english))


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 120


GOLDEN = [
    json.loads(line)["question"]
    for line in (ROOT / "data" / "eval" / "plant_de.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("question", [*GOLDEN, *(german for german, _ in PAIRS)])
def test_without_umlauts_or_capitals_it_is_the_same_or_asked_back(question: str) -> None:
    small = question.casefold()
    typed = plant.read(question)
    for other in (plain(small), spelled_out(question), spelled_out(small), small, question.upper()):
        found = plant.read(other)
        if typed.query is None:
            assert found.query is None, other
        elif found.query is not None:
            assert bare(found.query) == bare(typed.query), other


@pytest.mark.parametrize("question", [german for german, _ in PAIRS])
def test_typed_out_umlauts_are_understood(question: str) -> None:
    assert bare(query(spelled_out(question))) == bare(query(question))


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Umsatz letzten Monat", "Umsatz"),
        ("Luftfeuchtigkeit gestern", "Luftfeuchtigkeit"),
        ("Stillstand nach Vorarbeiter im Mai", "Vorarbeiter"),
        ("Last der Pumpen gestern", "Last"),  # no "last" of English
        ("Soll Produktion gestern", "Soll"),
        ("Wie heiß war sie gestern", "sie"),
        ("Ausschuss Ende Mai", "Ende"),
        ("Wie lief die Nachtschicht?", "Wie lief"),
        ("Alarme gestern abend", "gestern abend"),
        ("OEE über alle Linien im Mai", "über alle"),
        ("Pumpentemperaturschalter im Mai", "Pumpentemperaturschalter"),
        ("Not so many alarms nach Linie", "Not"),
    ],
)
def test_a_word_that_is_not_known_is_asked_back(question: str, word: str) -> None:
    reading = plant.read(question)
    assert reading.query is None
    assert reading.clarification is not None
    assert word in reading.clarification.unknown_words


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("OEE nach Schicht", "de"),
        ("gründe", "de"),
        ("stündlich", "de"),
        ("tabelle", "de"),
        ("die gründe", "de"),
        ("gruende", "de"),
        ("downtime ham gestern", "de"),
        ("vibration der pumpen last week", "de"),
        ("OEE für den Gabelstapler", "de"),
        ("Ausschuss last week by line", "de"),
        ("OEE in Hamburg", "en"),
        ("was the oee so bad in may", "en"),
        ("die war in an hat am so was", "en"),
        ("die casting scrap", "en"),
        ("alarms on line 2 at the weekend", "en"),
        ("tag of alarms in may", "en"),
        ("which bom vibrated most last week", "en"),
        ("scrap of the lo line on monday", "en"),
        ("scarp rate per lien last week", "en"),
        ("OEE theo ca", "vi"),
        ("bom nao rung nhieu nhat", "vi"),
        ("độ rung của bơm", "vi"),
    ],
)
def test_the_language_of_a_question_is_told_by_its_words(question: str, language: str) -> None:
    assert plant.parser().tagger.tag(tokenise(clean(question))).language == language


ENGLISH = [
    json.loads(line)["question"]
    for name in ("plant", "plant_second")
    for line in (ROOT / "data" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
]


def test_only_german_questions_are_taken_for_german() -> None:
    tagger = plant.parser().tagger
    words = [q for q in ENGLISH if any(c.isalnum() for c in q)]
    told = {q: tagger.tag(tokenise(clean(q))).language for q in words}
    assert {q: language for q, language in told.items() if language != "en"} == {
        "Wie hoch war die OEE letzte Woche in Hamburg?": "de",
        "Wieviel Ausschuss hatten wir gestern?": "de",
    }


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("Warum ist PMP-03 ausgefallen", "cause"),
        ("weshalb steht Linie 2", "cause"),
        ("Prognose der Produktion", "future"),
        ("Produktion nächste Woche", "future"),
        ("Ausschuss morgen", "future"),
        ("Lösche die Alarme von letzter Woche", "write"),
        ("loesche alle alarme", "write"),
        ("Was bedeutet MTBF?", "meaning"),
        ("was heißt oee", "meaning"),
    ],
)
def test_what_no_data_can_answer(question: str, problem: str) -> None:
    assert plant.read(question).problem == problem


def test_words_are_told_by_what_was_typed() -> None:
    question = "Welche Pumpe hatte letzte Woche den höchsten Temperaturverlauf?"
    uses = plant.read(question).words
    assert [u.text for u in uses] == [question[u.start : u.end] for u in uses]
    assert [u.start for u in uses] == sorted(u.start for u in uses)
    meanings = {u.text: u.meaning for u in uses}
    assert meanings["Pumpe"] == "Anlagenart: Pumpe"
    assert meanings["Temperatur"] == "Temperatur"
    assert meanings["letzte Woche"] == "22. bis 28.06.2026"


ONSETS = ("b", "br", "d", "fl", "gr", "k", "kn", "pf", "schl", "spr", "str", "tr", "w", "zw")
NUCLEI = ("a", "ä", "au", "e", "ei", "i", "ie", "o", "ö", "u", "ü", "äu")
CODAS = ("", "ch", "ck", "ft", "l", "mpf", "ng", "nz", "rt", "sch", "tz", "ung")
WORDS = st.tuples(
    st.sampled_from(ONSETS), st.sampled_from(NUCLEI), st.sampled_from(CODAS),
    st.sampled_from(("", "e", "en", "er", "lich", "keit", "stillstand", "quote")),
).map("".join)  # fmt: skip
ANSWERED = [q for q in GOLDEN if plant.read(q).query is not None]


@given(question=st.sampled_from(ANSWERED), word=WORDS, place=st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_a_question_with_a_word_that_no_book_holds_is_never_answered(
    question: str, word: str, place: int
) -> None:
    parser = plant.parser()
    is_known = parser.tagger.renderer.book("de").single.__contains__
    speller = parser.tagger.speller
    if is_known(plain(word)) or speller.knows(word) or speller.is_ordinary(word):
        return
    words = question.split()
    at = place % (len(words) + 1)
    assert plant.read(" ".join([*words[:at], word, *words[at:]])).query is None
