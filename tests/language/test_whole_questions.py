"""Whole questions over the plant's model, a few for each construct, as short outlines.

What the figures must be is checked against hand-written SQL by data/eval; here it is the reading.
"""

import datetime as dt

import pytest

from tests.language.outline import outline
from tests.language.plant import read

TABLE = """
# ranking
Which pumps vibrated most last week? | plant_obt; avg(vibration_mm_s); by asset_id; where asset_class = pump; 06-22 .. 06-29
top 5 assets by downtime last month | plant_obt; sum(down_min); by asset_id; 05-01 .. 06-01; top 5
bottom 3 lines by OEE in May | plant_obt; oee; by line_name; 05-01 .. 06-01; bottom 3
worst line in Hamburg by scrap rate | plant_obt; scrap_rate; by line_name; where plant_name = Hamburg; top 1
which downtime reason is most common for pumps | plant_obt; sum(down_min); by downtime_reason; where asset_class = pump and downtime_reason is not null; top 1
3 oldest open work orders | records of work_orders; where closed_ts is null; bottom 3
# what is told of each row is no split of their number
list open work orders with asset | records of work_orders; where closed_ts is null
list the open work orders by asset | work_orders; open_work_orders; by asset_id
list alarms yesterday with their machine and message | records of alarm_events; 06-29 .. 06-30
# two nouns that are asked for are one pair
which line and shift is the worst for downtime last week | plant_obt; sum(down_min); by shift_name, line_name; 06-22 .. 06-29 by production day; top 1
which plant and month is the highest for scrap rate in Q2 | plant_obt; scrap_rate; by month, plant_name; 04-01 .. 07-01; top 1
which shift had the most scrap | plant_obt; sum(scrap_units); by shift_name; top 1
top 3 pumps by peak vibration in June | plant_obt; max(vibration_mm_s); by asset_id; where asset_class = pump; 06-01 .. 07-01; top 3
# split
downtime in hours by reason last week | plant_obt; downtime_hours; by downtime_reason; where downtime_reason is not null; 06-22 .. 06-29
OEE by line last week | plant_obt; oee; by line_name; 06-22 .. 06-29
daily energy in May | plant_obt; sum(energy_kwh); by day; 05-01 .. 06-01
energy by plant and month | plant_obt; sum(energy_kwh); by month, plant_name
energy by hour of day last week | plant_obt; sum(energy_kwh); by hour_of_day; 06-22 .. 06-29
downtime by shift last week | plant_obt; sum(down_min); by shift_name; 06-22 .. 06-29 by production day
yesterday's night shift scrap | plant_obt; sum(scrap_units); where shift_name = Night; 06-29 .. 06-30 by production day
energy by weekday in May | plant_obt; sum(energy_kwh); by day_of_week; 05-01 .. 06-01
temperature and pressure of CMP-01 by day last week | plant_obt; avg(temperature_c), avg(pressure_bar); by day; where asset_id = CMP-01; 06-22 .. 06-29
# top N within each group
top 3 assets per plant by energy last week | plant_obt; sum(energy_kwh); by plant_name, asset_id; 06-22 .. 06-29; top 3 each
# comparison
compare Hamburg and Austin OEE in May | plant_obt; oee; by plant_name; where plant_name in Hamburg, Austin; 05-01 .. 06-01
compare OEE between Hamburg and Austin in May | plant_obt; oee; by plant_name; where plant_name in Hamburg, Austin; 05-01 .. 06-01
compare OEE between lines in May | plant_obt; oee; by line_name; 05-01 .. 06-01
when is the last alarm of PMP-03 | alarm_events; last_time(); where asset_id = PMP-03
energy this month vs last month | plant_obt; sum(energy_kwh); 06-01 .. 07-01; vs 05-01 .. 06-01
OEE in May vs April | plant_obt; oee; 05-01 .. 06-01; vs 04-01 .. 05-01
scrap rate last week compared to the previous week | plant_obt; scrap_rate; 06-22 .. 06-29; vs 06-15 .. 06-22
OEE of Line 1 against the plant average | plant_obt; oee; where line_name = Line 1; vs all but its filter
# amounts of events, and figures beside one another
parts cost of failures by plant in May | work_orders; sum(parts_cost_eur); by plant_name; where order_type = corrective; 05-01 .. 06-01
what did the failures of PMP-03 cost in parts this year? | work_orders; sum(parts_cost_eur); where asset_id = PMP-03 and order_type = corrective; 01-01 .. 07-01
what does an average failure of PMP-03 cost us in parts this year? | work_orders; avg(parts_cost_eur); where asset_id = PMP-03 and order_type = corrective; 01-01 .. 07-01
failures and parts cost by plant in May | work_orders; failures, sum(parts_cost_eur); by plant_name; 05-01 .. 06-01
failures, parts cost by plant in May | work_orders; failures, sum(parts_cost_eur); by plant_name; 05-01 .. 06-01
# an article is no value of one letter
show a work order of PMP-03 in May | records of work_orders; where asset_id = PMP-03; 05-01 .. 06-01
A work orders in May | work_orders; work_order_count; where criticality = A; 05-01 .. 06-01
# over all of them
scrap of the night shift last week, over all sites | plant_obt; sum(scrap_units); where shift_name = Night; 06-22 .. 06-29 by production day
OEE over all lines in June | plant_obt; oee; 06-01 .. 07-01
compare the OEE over all plants in June | plant_obt; oee; by plant_name; 06-01 .. 07-01
# the worst step of each group, and the worst group of each step
worst day for each line by scrap in June | plant_obt; sum(scrap_units); by line_name, day; 06-01 .. 07-01; top 1 each
for each line the day with the highest scrap in June | plant_obt; sum(scrap_units); by line_name, day; 06-01 .. 07-01; top 1 each
worst line each day by scrap last week | plant_obt; sum(scrap_units); by day, line_name; 06-22 .. 06-29; top 1 each
day with the most scrap in June | plant_obt; sum(scrap_units); by day; 06-01 .. 07-01; top 1
energy by line and date last week | plant_obt; sum(energy_kwh); by day, line_name; 06-22 .. 06-29
# times that are set against each other, whatever else is compared
compare all plants in June with May: OEE | plant_obt; oee; by plant_name; 06-01 .. 07-01; vs 05-01 .. 06-01
compare June with May for all plants: OEE, scrap rate and downtime | plant_obt; oee, scrap_rate, sum(down_min); by plant_name; 06-01 .. 07-01; vs 05-01 .. 06-01
# a verb of another figure beside a word that says what is meant
which compressor ran hottest yesterday? | plant_obt; max(temperature_c); by asset_id; where asset_class = compressor; 06-29 .. 06-30; top 1
which compressor runs the longest this week? | plant_obt; sum(run_min); by asset_id; where asset_class = compressor; 06-29 .. 07-01; top 1
# in which, and when
in which week was the scrap rate highest this year? | plant_obt; scrap_rate; by week; 01-01 .. 07-01; top 1
during which shift was scrap highest last week? | plant_obt; sum(scrap_units); by shift_name; 06-22 .. 06-29 by production day; top 1
hours in which PMP-03 vibrated above 4.5 mm/s last week | plant_obt; duration(vibration_mm_s > 4.5); where asset_id = PMP-03; 06-22 .. 06-29
when was vibration of PMP-03 highest yesterday? | plant_obt; max(vibration_mm_s); by hour; where asset_id = PMP-03; 06-29 .. 06-30; top 1
when was the mean vibration of PMP-03 highest last week? | plant_obt; avg(vibration_mm_s); by day; where asset_id = PMP-03; 06-22 .. 06-29; top 1
at what time was the pressure of CMP-01 lowest yesterday? | plant_obt; min(pressure_bar); by hour; where asset_id = CMP-01; 06-29 .. 06-30; bottom 1
when was scrap highest for each line in June? | plant_obt; sum(scrap_units); by line_name, day; 06-01 .. 07-01; top 1 each
when did Line 1 have the most downtime in June? | plant_obt; sum(down_min); by day; where line_name = Line 1; 06-01 .. 07-01; top 1
# the verb of what is asked is no figure beside it
which line produced the most good units in June? | plant_obt; sum(good_units); by line_name; 06-01 .. 07-01; top 1
produced and good units by line yesterday | plant_obt; total_units, sum(good_units); by line_name; 06-29 .. 06-30
# what can be open
how many orders are still open? | work_orders; work_order_count; where closed_ts is null
# how long ago
open work orders older than 7 days | records of work_orders; where closed_ts is null; - .. 06-24
how many open work orders are older than 7 days? | work_orders; open_work_orders; - .. 06-24
which work orders are older than 30 days? | records of work_orders; - .. 06-01
alarms newer than 3 days by line | alarm_events; alarm_count; by line_name; 06-28 .. 07-01
work orders closed more than 30 days ago | work_orders; work_order_count; where closed_ts < 2026-06-01 00:00:00
# the shift of today
# shifts of days that are named
scrap yesterday late shift vs today early shift | plant_obt; sum(scrap_units); 06-29 14:00 .. 06-29 22:00; vs 06-30 06:00 .. 06-30 14:00
scrap from yesterday late shift to today early shift | plant_obt; sum(scrap_units); 06-29 14:00 .. 06-30 14:00
scrap on the night shift since 1 April | plant_obt; sum(scrap_units); where shift_name = Night; 04-01 .. 07-01 by production day
scrap since 1 April on the night shift | plant_obt; sum(scrap_units); where shift_name = Night; 04-01 .. 07-01 by production day
scrap since Friday's late shift | plant_obt; sum(scrap_units); 06-26 14:00 .. 07-01
OEE early shift today vs early shift yesterday | plant_obt; oee; where shift_name = Early; 06-30 .. 07-01 by production day; vs 06-29 .. 06-30 by production day
# what two times share is said once
downtime on Monday and Tuesday last week | plant_obt; sum(down_min); by day; 06-22 .. 06-24
downtime on Monday vs Tuesday last week | plant_obt; sum(down_min); 06-22 .. 06-23; vs 06-23 .. 06-24
downtime last week on Monday and Tuesday | plant_obt; sum(down_min); by day; 06-22 .. 06-24
downtime last week Monday | plant_obt; sum(down_min); 06-22 .. 06-23
downtime 3 vs 4 June | plant_obt; sum(down_min); 06-03 .. 06-04; vs 06-04 .. 06-05
week 23 vs 24 OEE | plant_obt; oee; 06-01 .. 06-08; vs 06-08 .. 06-15
top 5 lines by downtime on 4 June and 5 May | plant_obt; sum(down_min); by line_name; 06-04 .. 06-05; vs 05-05 .. 05-06; top 5
# a third of a month, and what began with a unit
scrap in early June | plant_obt; sum(scrap_units); 06-01 .. 06-11
scrap mid June | plant_obt; sum(scrap_units); 06-11 .. 06-21
scrap late last month | plant_obt; sum(scrap_units); 05-21 .. 06-01
scrap at the beginning of June | plant_obt; sum(scrap_units); 06-01 .. 06-11
scrap since mid June | plant_obt; sum(scrap_units); 06-11 .. 07-01
scrap since the start of the month | plant_obt; sum(scrap_units); 06-01 .. 07-01
scrap since the beginning of June | plant_obt; sum(scrap_units); 06-01 .. 07-01
scrap late shift last month | plant_obt; sum(scrap_units); where shift_name = Late; 05-01 .. 06-01 by production day
OEE last 7 days vs the 7 days before | plant_obt; oee; 06-24 .. 07-01; vs 06-17 .. 06-24
how many hours did Line 1 spend on changeover in June | plant_obt; sum(down_min) in h; where line_name = Line 1 and downtime_reason = Changeover; 06-01 .. 07-01
# since a time of day, from one to another
scrap since 6 am | plant_obt; sum(scrap_units); 06-30 06:00 .. 07-01
scrap since 6 am yesterday | plant_obt; sum(scrap_units); 06-29 06:00 .. 07-01
scrap from 6 am yesterday | plant_obt; sum(scrap_units); 06-29 06:00 .. 07-01
scrap from 22:00 yesterday to 06:00 today | plant_obt; sum(scrap_units); 06-29 22:00 .. 06-30 06:00
# shifts that are told from now
scrap since start of shift | plant_obt; sum(scrap_units); where shift_name = Night; 06-30 .. 07-01 by production day
downtime this shift | plant_obt; sum(down_min); where shift_name = Night; 06-30 .. 07-01 by production day
downtime of the current shift | plant_obt; sum(down_min); where shift_name = Night; 06-30 .. 07-01 by production day
downtime on the current late shift | plant_obt; sum(down_min); where shift_name = Late; 06-30 .. 07-01 by production day
downtime of the most recent shift | plant_obt; sum(down_min); where shift_name = Late; 06-30 .. 07-01 by production day
downtime of the latest night shift | plant_obt; sum(down_min); where shift_name = Night; 06-29 .. 06-30 by production day
downtime in the previous 2 shifts | plant_obt; sum(down_min); 06-30 06:00 .. 06-30 22:00
OEE by line of the last three shifts | plant_obt; oee; by line_name; 06-29 22:00 .. 06-30 22:00
OEE by shift for the last 3 shifts | plant_obt; oee; by shift; 06-29 22:00 .. 06-30 22:00
scrap of the last 2 night shifts | plant_obt; sum(scrap_units); where shift_name = Night; 06-28 .. 06-30 by production day
OEE this shift vs last shift | plant_obt; oee; 06-30 22:00 .. 07-01 06:00; vs 06-30 14:00 .. 06-30 22:00
OEE last shift vs the one before | plant_obt; oee; 06-30 14:00 .. 06-30 22:00; vs 06-30 06:00 .. 06-30 14:00
mean motor current on the night shift in June | plant_obt; avg(motor_current_a); where shift_name = Night; 06-01 .. 07-01 by production day
downtime this morning | plant_obt; sum(down_min); where shift_name = Early; 06-30 .. 07-01 by production day
OEE on this early shift | plant_obt; oee; where shift_name = Early; 06-30 .. 07-01 by production day
scrap this morning compared with yesterday morning | plant_obt; sum(scrap_units); where shift_name = Early; 06-30 .. 07-01 by production day; vs 06-29 .. 06-30 by production day
# share
share of energy by plant last month | plant_obt; sum(energy_kwh), share sum(energy_kwh); by plant_name; 05-01 .. 06-01
what percent of energy by plant comes from Utilities in Q2 | plant_obt; share sum(energy_kwh, area_name = Utilities); by plant_name; 04-01 .. 07-01
what percentage of each plant's energy does Utilities use | plant_obt; share sum(energy_kwh, area_name = Utilities); by plant_name
share of pumps in energy by plant last month | plant_obt; share sum(energy_kwh, asset_class = pump); by plant_name; 05-01 .. 06-01
share of scrap by line in Hamburg | plant_obt; sum(scrap_units), share sum(scrap_units); by line_name; where plant_name = Hamburg
share of Hamburg scrap by line | plant_obt; sum(scrap_units), share sum(scrap_units); by line_name; where plant_name = Hamburg
scrap percent of each shift last week | plant_obt; scrap_rate; by shift_name; 06-22 .. 06-29 by production day
downtime percentage of Line 2 | plant_obt; downtime_share; where line_name = Line 2
percent of scrap by line | plant_obt; sum(scrap_units), share sum(scrap_units); by line_name
percentage of downtime by reason | plant_obt; sum(down_min), share sum(down_min); by downtime_reason; where downtime_reason is not null
# running, moving
running total of scrap in June | plant_obt; sum(scrap_units), running sum(scrap_units); by day; 06-01 .. 07-01
7-day moving average of OEE in June | plant_obt; oee, moving oee over 7; by day; 06-01 .. 07-01
# hours in a state
hours above 4.5 mm/s for PMP-03 last month | plant_obt; duration(vibration_mm_s > 4.5); where asset_id = PMP-03; 05-01 .. 06-01
how long was PMP-03 above 80 °C in June | plant_obt; duration(temperature_c > 80); where asset_id = PMP-03; 06-01 .. 07-01
how long was PMP-03 above 180 °F in June | plant_obt; duration(temperature_c > 82.2222); where asset_id = PMP-03; 06-01 .. 07-01
hours PMP-03 was between 60 and 80 °C last week | plant_obt; duration(temperature_c between 60, 80); where asset_id = PMP-03; 06-22 .. 06-29
when did PMP-03 last go over 7 mm/s | plant_obt; last_time(vibration_mm_s > 7); where asset_id = PMP-03
# having
lines with OEE below 60 % last month | plant_obt; oee; by line_name; 05-01 .. 06-01; having #0 < 0.6
assets with more than 10 alarms last week | alarm_events; alarm_count; by asset_id; 06-22 .. 06-29; having #0 > 10
alarms per asset last week, only those with more than 10 | alarm_events; alarm_count; by asset_id; 06-22 .. 06-29; having #0 > 10
# all of them together
top 5 energy consumers across all plants last week | plant_obt; sum(energy_kwh); by asset_id; 06-22 .. 06-29; top 5
energy per shift in June, all plants together | plant_obt; sum(energy_kwh); by shift_name; 06-01 .. 07-01 by production day
how many compressors do we have in all plants | plant_obt; count_distinct(asset_id); where asset_class = compressor
OEE across all lines last week | plant_obt; oee; by line_name; 06-22 .. 06-29
# a rate by its unit
alarm rate per hour in Austin in May | plant_obt; alarm_rate; where plant_name = Austin; 05-01 .. 06-01
# counts
how many pumps are there | plant_obt; count_distinct(asset_id); where asset_class = pump
how many alarms last week | alarm_events; alarm_count; 06-22 .. 06-29
how many high priority alarms by area in May | alarm_events; alarm_count; by area_name; where priority = high; 05-01 .. 06-01
# lists
list alarms of PMP-03 yesterday | records of alarm_events; where asset_id = PMP-03; 06-29 .. 06-30
show the last 5 work orders | records of work_orders; top 5
list open work orders | records of work_orders; where closed_ts is null
list open wo | records of work_orders; where closed_ts is null
# what a thing is and has
when was PMP-03 installed | plant_obt; by installed_on; where asset_id = PMP-03
who makes the compressors in Austin | plant_obt; by manufacturer; where asset_class = compressor and plant_name = Austin
what did the pumps spend on parts in June | work_orders; sum(parts_cost_eur); where asset_class = pump; 06-01 .. 07-01
who is the manufacturer of our presses | plant_obt; by manufacturer; where asset_class = press
how many alarms did Line 2 raise in May | alarm_events; alarm_count; where line_name = Line 2; 05-01 .. 06-01
# latest, percentiles, first and last
latest temperature of CMP-01 | plant_obt; latest(temperature_c); where asset_id = CMP-01
95th percentile of vibration by asset class last week | plant_obt; percentile(vibration_mm_s, 0.95); by asset_class; 06-22 .. 06-29
median power of compressors in May | plant_obt; percentile(power_kw, 0.5); where asset_class = compressor; 05-01 .. 06-01
when did PMP-03 first exceed 7 mm/s | plant_obt; first_time(vibration_mm_s > 7); where asset_id = PMP-03
when was the last alarm in Austin | alarm_events; last_time(); where plant_name = Austin
# negation
energy by plant except Hamburg | plant_obt; sum(energy_kwh); by plant_name; where plant_name != Hamburg
energy not in Hamburg | plant_obt; sum(energy_kwh); where plant_name != Hamburg
OEE last week not on weekends | plant_obt; oee; where @weekday in 1, 2, 3, 4, 5; 06-22 .. 06-29
# units
energy in MWh by plant last month | plant_obt; sum(energy_kwh) in MW.h; by plant_name; 05-01 .. 06-01
temperature of PMP-03 in °F | plant_obt; avg(temperature_c) in [degF]; where asset_id = PMP-03
# readings
vibration of PMP-03 including bad readings | plant_obt; avg(vibration_mm_s); where asset_id = PMP-03; all readings
# anchors
mean temperature of PMP-03 in the 7 days before the last work order | plant_obt; avg(temperature_c); where asset_id = PMP-03; before last work_orders; span 168 h
alarms since the last work order of PMP-03 | alarm_events; alarm_count; where asset_id = PMP-03; after last work_orders
# typing errors
tmperature of pmp-03 yesterday | plant_obt; avg(temperature_c); where asset_id = PMP-03; 06-29 .. 06-30
vibraton of PMP-03 lst week | plant_obt; avg(vibration_mm_s); where asset_id = PMP-03; 06-22 .. 06-29
eneryg by plannt | plant_obt; sum(energy_kwh); by plant_name
# codes
oee line2 | plant_obt; oee; where line_name = Line 2
line-2 OEE | plant_obt; oee; where line_name = Line 2
L2 oee | plant_obt; oee; where line_name = Line 2
OEE of PMP3 | plant_obt; oee; where asset_id = PMP-03
OEE of pmp-003 | plant_obt; oee; where asset_id = PMP-03
vibration of pmp 03 | plant_obt; avg(vibration_mm_s); where asset_id = PMP-03
crew A OEE | plant_obt; oee; where crew = A
"""  # noqa: E501 - a line a question
CASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in TABLE.strip().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("question", "expected"), CASES)
def test_reading(question: str, expected: str) -> None:
    assert outline(read(question)) == expected


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("vibration of PMP-99", "There is no PMP-99"),
        ("vibration of PMP99 yesterday", "There is no PMP99"),
        ("OEE of Line 5", "There is no Line 5"),
        ("temperature above 80", "that range"),
        ("is Line 2 running?", "span of time"),
        ("scrap late shift last week vs early shift this week", "Two shifts of two times"),
        ("are the pumps running?", "span of time"),
        ("is Line 2 down?", "span of time"),
        ("OEE for Paris", "“Paris”"),
        ("energy in °C", "cannot be shown in"),
        ("energy on 2026-02-30", "2026-02-30"),
        ("energy on 04/05/2026", "Which day is 04/05/2026"),
        ("above 5", "Which figure"),
        ("pumps", "Name a figure"),
        ("which product is running on Line 2", "span of time"),
        ("Quel était le OEE de la semaine dernière", "“semaine”"),
        ("waarom trilt de pomp", "“trilt”"),
        ("rm -rf /", "“rm”"),
        ("max pressure per compressor with the time", "“with the time” cannot stand beside"),
        ("which line had the most downtime per day in June?", "“per day”: one rate for each, or"),
        ("energy of the scrap by line", "There is no figure “energy of the scrap” here"),
        ("which line made most per hour yesterday?", "“per hour”: one rate for each, or"),
        ("which pumps are older than 5 years?", "“older than 5 years” goes with what happened"),
        ("downtime more than 30 days ago", "“more than 30 days ago” goes with"),
        ("is Line 2 running?", "Figures are of a span of time"),
        ("is Line 2 down?", "Figures are of a span of time"),
        ("are the pumps running?", "Figures are of a span of time"),
    ],
)
def test_asked_back(question: str, says: str) -> None:
    found = read(question)
    assert found.query is None
    assert found.clarification is not None
    assert says in found.clarification.question


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("delete all alarms", "write"),
        ("could you delete the alarms", "write"),
        ("why did PMP-03 fail", "cause"),
        ("predict energy next month", "future"),
        ("what will the OEE be tomorrow", "future"),
        ("any open alerts in Hamburg?", "alerts"),
    ],
)
def test_no_data_can_answer_it(question: str, problem: str) -> None:
    found = read(question)
    assert (found.problem, found.query) == (problem, None)


def test_from_a_week_on_is_since_then() -> None:
    for question, last in (("alarms from last week", 28), ("alarms from last week on", 30)):
        query = read(question).query
        assert query is not None
        assert query.time is not None
        assert query.time.end is not None
        assert (query.time.end - dt.timedelta(days=1)).day == last


def test_who_asks_for_alerts_is_told_where_they_are_and_offered_the_alarms() -> None:
    found = read("open alerts in Hamburg in June")
    assert found.clarification is not None
    assert "page Alerts" in found.clarification.question
    (offered,) = found.clarification.options
    assert offered.question == "alarms in Hamburg in June"


def test_a_mended_word_is_told() -> None:
    found = read("tmperature of PMP-03 yesterday")
    assert found.mended == {"tmperature": "temperature"}
    assert "Read “tmperature” as “temperature”." in found.notes


def test_a_wish_for_a_picture_is_kept() -> None:
    assert read("pareto of downtime by reason").chart == "pareto"
    assert read("OEE by line as a table").chart == "table"


# -- plants that the user may not see --------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "scopes", "outside"),
    [
        ("energy in Hamburg", ("HPH",), ("Hamburg",)),
        ("vibration of PMP-03", ("HPH",), ("PMP-03",)),
        ("OEE in Germany", ("AUS",), ("Germany",)),
        ("energy in Hamburg", ("HAM",), ()),
        ("energy by plant", ("HPH",), ()),
        ("compare Hamburg and Austin OEE", ("HAM",), ("Austin",)),
    ],
)
def test_values_outside_the_users_plants_are_reported(
    question: str, scopes: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    found = read(question, scopes)
    assert found.query is not None
    assert found.out_of_scope == outside


def test_options_name_no_value_of_another_plant() -> None:
    """A question back must not tell what stands in plants that the user may not see."""
    found = read("vibration of PMP-99", ("HPH",))
    assert found.clarification is not None
    text = found.clarification.question + " ".join(
        option.question for option in found.clarification.options
    )
    assert "PMP-07" in text
    assert not any(f"PMP-0{n}" in text for n in range(1, 7))


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        (
            "which pumps exceeded their vibration limit last week?",
            [
                "which pumps exceeded 5.1 mm/s vibration last week?",
                "which pumps exceeded 8.5 mm/s vibration last week?",
            ],
        ),
        (
            "vibration of compressors above the limit in June",
            [
                "vibration of compressors above 4.5 mm/s in June",
                "vibration of compressors above 7.1 mm/s in June",
            ],
        ),
    ],
)
def test_of_a_limit_in_words_those_are_offered_that_hold_for_what_is_asked_about(
    question: str, offered: list[str]
) -> None:
    asked = read(question).clarification
    assert asked is not None
    assert [one.question for one in asked.options] == offered
    for one in asked.options:
        assert read(one.question).clarification is None


@pytest.mark.parametrize(
    "question",
    [
        "what is the vibration limit for PMP-03?",
        "what thresholds apply to CNC-02?",
        "which limits hold in Hamburg?",
    ],
)
def test_who_asks_for_limits_is_told_where_they_are(question: str) -> None:
    asked = read(question).clarification
    assert asked is not None
    assert "page Thresholds" in asked.question
    assert read("OEE control limits of Line 2").clarification is None


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("OEE May vs June 2025", (2025, 2025)),
        ("OEE Q1 vs Q2 last year", (2025, 2025)),
        ("OEE May vs May last year", (2026, 2025)),
        ("OEE June 2026 vs June 2025", (2026, 2025)),
    ],
)
def test_two_times_share_a_year_that_is_said_once(question: str, years: tuple[int, int]) -> None:
    query = read(question).query
    assert query is not None
    assert query.comparison is not None
    windows = (query.time, query.comparison.window)
    assert tuple(w.start.year for w in windows if w is not None and w.start is not None) == years
