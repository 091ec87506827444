"""The demo plant's model: right, quick to read, and as unambiguous as it means to be."""

import time
from collections import defaultdict
from pathlib import Path

from core.semantic.load import load_model

PLANT = Path(__file__).parents[2] / "data" / "models" / "plant.yaml"

#: Words that people use for two things; the parser asks which one is meant.
ASKED_BACK = {
    "efficiency": {"oee", "performance"},
    "power consumption": {"power_kw", "energy_kwh"},
    # settled by what is measured ("scrap by reason"), asked back without it
    "reason": {"downtime_reason", "scrap_reason"},
    "cause": {"downtime_reason", "scrap_reason"},
    "type": {"asset_class", "order_type"},
    "kind": {"asset_class", "order_type"},
}


def test_a_name_means_one_thing_unless_it_is_meant_to_be_asked() -> None:
    model = load_model(PLANT)
    meanings: dict[str, set[str]] = defaultdict(set)
    for table in model.tables.values():
        for column in table.columns.values():
            for word in (column.label, column.name, *column.synonyms):
                meanings[word.casefold()].add(column.name)
    for metric in model.metrics.values():
        for word in (metric.label, metric.name, *metric.synonyms):
            meanings[word.casefold()].add(metric.name)
    double = {word: owners for word, owners in meanings.items() if len(owners) > 1}
    assert double == ASKED_BACK


def test_columns_of_one_name_mean_the_same_in_each_table() -> None:
    model = load_model(PLANT)
    main = model.tables[model.default_table].columns
    for table in model.tables.values():
        for name, column in table.columns.items():
            if name in main:
                assert column == main[name]


def test_people_are_personal_and_not_linked() -> None:
    model = load_model(PLANT)
    personal = {c.name for t in model.tables.values() for c in t.columns.values() if c.personal}
    assert personal == {"operator_name", "technician_name"}


def test_each_sensor_counts_good_readings_alone() -> None:
    columns = load_model(PLANT).tables["plant_obt"].columns
    assert {c.name for c in columns.values() if c.needs_good} == {
        "temperature_c",
        "vibration_mm_s",
        "pressure_bar",
        "motor_current_a",
        "speed_rpm",
        "flow_m3_h",
        "power_kw",
    }


def test_every_limit_carries_its_source() -> None:
    assert all("ISO" in limit.source for limit in load_model(PLANT).limits)


def test_reading_the_model_is_quick() -> None:
    seconds = []
    for _ in range(5):  # the machine may be busy with something else
        started = time.perf_counter()
        load_model(PLANT)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.25
