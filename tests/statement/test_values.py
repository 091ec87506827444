"""Units of computed columns: told where they are certain, and never otherwise."""

from __future__ import annotations

import pytest

from core.assistant.sql_labels import declared_unit, label_of
from core.statement.outputs import gives_all_groups, outputs_of
from core.statement.values import Value
from tests.semantic.small_model import MODEL
from tests.statement.parsed import statement_of

_WITHIN = "WITH a AS (SELECT asset_id, SUM(run_min) AS m FROM plant_obt GROUP BY asset_id)"


def _value(expression: str) -> Value:
    sql = f"SELECT {expression} AS x FROM plant_obt"
    (output,) = outputs_of(statement_of(sql, MODEL))
    return output.value


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        ("AVG(vibration_mm_s)", "mm/s"),
        ("ROUND(MAX(temperature_c), 1)", "Cel"),
        ("COALESCE(SUM(energy_kwh), 0)", "kW.h"),
        ("NULLIF(SUM(energy_kwh), 0)", "kW.h"),
        ("SUM(CASE WHEN shift_name = 'Night' THEN energy_kwh ELSE 0 END)", "kW.h"),
        ("MAX(temperature_c) - MIN(temperature_c)", "Cel"),
        ("SUM(planned_min - run_min)", "min"),
        ("GREATEST(SUM(planned_min) - SUM(run_min), 0)", "min"),
        ("PERCENTILE_CONT(power_kw, 0.95)", "kW"),
        ("STDDEV_SAMP(power_kw)", "kW"),
        ("DATEDIFF(MAX(event_date), MIN(event_date))", "d"),
        ("TIMESTAMPDIFF(MINUTE, MIN(event_ts), MAX(event_ts))", "min"),
        # None of these is certain.
        ("SUM(energy_kwh) * 6", None),
        ("SUM(energy_kwh) / 6", None),
        ("AVG(vibration_mm_s) / 2", None),
        ("AVG(temperature_c) + 273.15", None),
        ("AVG(temperature_c) * 1.8 + 32", None),
        ("SUM(planned_min) + SUM(energy_kwh)", None),
        ("SUM(energy_kwh) * SUM(planned_min)", None),
        ("SUM(energy_kwh) / SUM(planned_min)", None),
        ("SUM(energy_kwh) / SUM(good_units)", None),
        ("VAR_POP(power_kw)", None),
        ("POWER(AVG(power_kw), 2)", None),
        ("CASE WHEN MAX(run_min) > 0 THEN MAX(run_min) ELSE MAX(power_kw) END", None),
        ("TIMESTAMPDIFF(MINUTE, MIN(event_ts), MAX(event_ts)) / 60", None),
    ],
)
def test_a_unit_is_certain_or_none(expression: str, unit: str | None) -> None:
    assert _value(expression).unit == unit


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("expression", "display"),
    [
        ("SUM(CASE WHEN shift_name = 'Night' THEN energy_kwh END) / SUM(energy_kwh)", "percent"),
        ("SUM(CASE WHEN run_min = 0 THEN 1 ELSE 0 END) / COUNT(*)", "percent"),
        ("1 - SUM(CASE WHEN run_min = 0 THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0)", "percent"),
        ("100 * SUM(run_min) / SUM(run_min)", "number"),
        ("SUM(good_units) / COUNT(*)", "number"),
        ("COUNT(DISTINCT asset_id) / COUNT(*)", "number"),
        ("AVG(power_kw) / AVG(temperature_c)", "number"),
    ],
)
def test_only_a_part_of_the_same_amount_is_in_per_cent(expression: str, display: str) -> None:
    assert _value(expression).display == display


def test_units_go_through_queries_within() -> None:
    sql = (
        "WITH d AS (SELECT asset_id, AVG(vibration_mm_s) AS v, SUM(energy_kwh) * 6 AS p FROM "
        "plant_obt GROUP BY asset_id) SELECT asset_id, MAX(v) AS v, AVG(p) AS p FROM d "
        "GROUP BY asset_id"
    )
    asset, v, p = outputs_of(statement_of(sql, MODEL))
    assert (asset.is_key, v.is_key) == (True, False)
    assert (v.value.unit, p.value.unit) == ("mm/s", None)
    assert p.value.units == {"kW.h"}


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("name", "expression", "unit"),
    [
        ("demand_kw", "SUM(energy_kwh) * 6", "kW"),
        ("idle_kwh", "SUM(energy_kwh) * 0.5", "kW.h"),
        ("slow_h", "SUM(planned_min) / 60", "h"),
        ("zone_a_h", "SUM(CASE WHEN vibration_mm_s < 2 THEN 1 ELSE 0 END) / 6", "h"),
        # What it is made of says otherwise, or the name does not say the figure's own unit.
        ("ratio_min", "AVG(power_kw) / AVG(temperature_c)", None),
        ("lowest_h", "MIN(vibration_mm_s) * 2", None),
        ("demand_bar", "SUM(energy_kwh) * 6", None),
        ("kwh_per_unit", "SUM(energy_kwh) / SUM(good_units)", None),
        ("expected_in_24_h", "COUNT(*) * 144", None),
        ("worst_day", "COUNT(*) * 2", None),
        ("series_a", "AVG(power_kw) * 2", None),
        ("demand_kw", "SUM(planned_min)", None),
    ],
)
def test_a_name_declares_a_unit_where_it_may(name: str, expression: str, unit: str | None) -> None:
    assert declared_unit(name, _value(expression)) == unit


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("base_load_kw", Value("kW", is_known=True), "Base load"),
        ("highest_mm_s", Value("mm/s", is_known=True), "Highest"),
        ("mm_s_per_day", Value(), "mm/s per day"),
        ("kwh_per_unit", Value(), "kWh per unit"),
        ("base_load_kw", Value(), "Base load kW"),
        ("cumulative_share", Value("1", True, "percent"), "Cumulative share"),
        ("Own Words", Value(), "Own Words"),
        ("x", Value(), "X"),
    ],
)
def test_labels_are_words_without_their_unit(name: str, value: Value, label: str) -> None:
    assert label_of(name, value, MODEL) == label


@pytest.mark.parametrize(
    ("sql", "is_whole"),
    [
        ("SELECT asset_id, SUM(run_min) FROM plant_obt GROUP BY asset_id", True),
        (f"{_WITHIN} SELECT asset_id, m / 2 FROM a", True),
        ("SELECT asset_id, SUM(run_min) FROM plant_obt GROUP BY asset_id, line_name", False),
        ("SELECT asset_id, SUM(run_min) FROM plant_obt GROUP BY asset_id LIMIT 5", False),
        ("SELECT asset_id, SUM(run_min) FROM plant_obt GROUP BY 1 HAVING SUM(run_min) > 0", False),
        (f"{_WITHIN} SELECT asset_id, m FROM a WHERE m > 5", False),
    ],
)
def test_all_groups_are_there_only_where_none_was_dropped(sql: str, is_whole: bool) -> None:
    statement = statement_of(sql, MODEL)
    assert gives_all_groups(statement, outputs_of(statement)) is is_whole
