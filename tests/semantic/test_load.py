"""A model file is read strictly: each mistake is named with its file and line."""

from pathlib import Path

import pytest

from core.errors import ModelError
from core.semantic.load import available_models, check_model, load_model

GOOD = """\
label: Mill
default_table: readings
clock: wall
week_start: sunday
entity: machine
timezones: {N: Europe/Oslo}
suggestions: [Heat by machine]
hierarchies:
  - {name: place, levels: [site, machine]}
relations:
  - {left: readings, right: events, keys: [site, machine]}
limits:
  - {column: heat, value: 90, label: Too hot, source: maker's manual, applies: {machine: M1}}
tables:
  readings:
    label: Readings
    entity: reading
    scope: site
    time: {timestamp: at, date: day, production_date: day, shift: shift, interval_min: 15}
    quality: {column: grade, good: [G], bad: [B]}
    default_fields: [at, machine, heat]
    columns:
      at: {type: datetime, label: Time}
      day: {type: date, label: Day}
      site: {type: string, label: Site, linked: true, value_synonyms: {N: [north]}}
      machine: {type: string, label: Machine, synonyms: [unit]}
      shift: {type: string, label: Shift}
      grade: {type: string, label: Grade}
      person: {type: string, label: Person, personal: true}
      heat: {type: double, label: Heat, unit: Cel, needs_good: true}
      made: {type: integer, label: Made, additive: true}
      bad: {type: integer, label: Bad, additive: true}
  events:
    label: Events
    entity: event
    scope: site
    time: {timestamp: began, end: ended}
    columns:
      began: {type: datetime, label: Began}
      ended: {type: datetime, label: Ended}
      site: {like: readings}
      machine: {like: readings, label: Engine}
      kind: {type: string, label: Kind}
metrics:
  bad_rate:
    label: Bad rate
    table: readings
    expression: SUM(bad) / NULLIF(SUM(made), 0)
    display: percent
  mean_heat: {label: Mean heat, table: readings, expression: AVG(heat), unit: Cel}
  stops: {label: Stops, table: events, expression: COUNT(*), condition: kind = 'stop'}
  made_per_stop: {label: Made between stops, formula: total_made / stops}
  total_made: {label: Total made, table: readings, expression: SUM(made)}
"""


def problems(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "mill.yaml"
    file.write_text(text, encoding="utf-8")
    return check_model(file)


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the example"
    return GOOD.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_right_file_becomes_a_model(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    model = load_model(file)
    readings = model.tables["readings"]
    assert (model.name, model.clock, model.week_start, model.entity) == (
        "mill",
        "wall",
        7,
        "machine",
    )
    assert readings.time is not None
    assert readings.time.interval_min == 15
    assert readings.columns["heat"].default_agg == "avg"
    assert readings.columns["made"].default_agg == "sum"
    assert readings.columns["made"].decimals == 0
    assert readings.columns["site"].role == "dimension"
    assert readings.columns["at"].role == "time"
    assert readings.columns["site"].value_synonyms == {"N": ("north",)}
    assert model.limits[0].applies == {"machine": "M1"}


def test_like_takes_over_a_column_and_own_keys_override(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    events = load_model(file).tables["events"].columns
    assert events["site"].value_synonyms == {"N": ("north",)}
    assert (events["machine"].label, events["machine"].synonyms) == ("Engine", ("unit",))


def test_a_metric_over_a_sensor_column_takes_good_readings(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    metrics = load_model(file).metrics
    assert metrics["mean_heat"].needs_good
    assert not metrics["bad_rate"].needs_good


def test_a_formula_belongs_to_the_table_of_its_first_part(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_model(file).metrics["made_per_stop"].table == "readings"


def test_the_version_follows_the_files_bytes(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD, encoding="utf-8")
    first = load_model(file).version
    assert load_model(file).version == first
    file.write_text(GOOD + "# a comment\n", encoding="utf-8")
    assert load_model(file).version != first


def test_a_message_names_file_line_key_and_the_likely_one(tmp_path: Path) -> None:
    text = changed("label: Heat, unit", "label: Heat, synonims: [warmth], unit")
    line = line_of(text, "synonims")
    assert problems(tmp_path, text) == (
        f"mill.yaml:{line}: unknown key 'synonims' in column 'heat'. Did you mean 'synonyms'?",
    )


def test_all_problems_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = changed("entity: machine", "entity: machin").replace(
        "unit: Cel, needs", "unit: C, needs"
    )
    file = tmp_path / "mill.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_model(file)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"mill.yaml:{line_of(text, 'entity: machin')}: ")
    assert second.startswith(f"mill.yaml:{line_of(text, 'heat: {')}: ")
    assert "Did you mean 'machine'?" in first
    assert "Did you mean 'Cel'?" in second


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # types of values
        ("label: Mill", "label: 12", "put it in quotes"),
        ("label: Mill", "label: [Mill]", "'label' in the model must be text"),
        ("N: [north]", "NO: [north]", "the key 'NO' in 'value_synonyms' of column 'site' is not"),
        ("N: [north]", "N: [no]", "'no' is read as true or false: put it in quotes"),
        ("N: [north]", "N: [north, North]", "lists 'North' twice"),
        ("N: [north]", "N: [north], S: [north]", "'north' stands for both 'N' and 'S'"),
        ("linked: true, value", "linked: 1, value", "'linked' in column 'site' must be true"),
        ("interval_min: 15", "interval_min: 0", "whole number from 1 to 1440"),
        ("interval_min: 15", "interval_min: 1.5", "whole number from 1 to 1440"),
        ("suggestions: [Heat by machine]", "suggestions: Heat", "must be a list"),
        ("value: 90", "value: .nan", "'value' in limit 1 must be a number"),
        # closed sets
        ("clock: wall", "clock: walls", "Did you mean 'wall'?"),
        ("week_start: sunday", "week_start: 7", "put it in quotes"),
        ("week_start: sunday", "week_start: sundy", "Did you mean 'sunday'?"),
        ("type: double", "type: float", "must be 'string', 'integer', 'double'"),
        ("display: percent", "display: percnt", "Did you mean 'percent'?"),
        # what must be there
        ("label: Mill\n", "", "the model needs the key 'label'"),
        ("    label: Events\n", "", "table 'events' needs the key 'label'"),
        ("    scope: site\n    time: {timestamp: began", "    time: {timestamp: began",
         "table 'events' needs the key 'scope'"),
        ("kind: {type: string, label: Kind}", "kind: {label: Kind}", "needs the key 'type'"),
        ("{timestamp: began, end: ended}", "{end: ended}", "needs the key 'timestamp'"),
        ("    time: {timestamp: at, date", "    timing: {timestamp: at, date",
         "the default table 'readings' needs 'time'"),
        # names of tables and columns
        ("default_table: readings", "default_table: reading", "Did you mean 'readings'?"),
        ("timestamp: at,", "timestamp: att,", "names no column: 'att'. Did you mean 'at'?"),
        ("date: day, production", "date: at, production", "must be a column of type date; 'at' is"),
        ("production_date: day, ", "", "has a shift and needs 'production_date' too"),
        ("interval_min: 15}", "interval_min: 15, end: at}", "'end' belongs to a table of events"),
        ("column: grade", "column: grad", "Did you mean 'grade'?"),
        ("good: [G], bad: [B]", "good: [G], bad: [G]", "'G' is both 'good' and 'bad'"),
        ("[at, machine, heat]", "[at, machine, heet]", "Did you mean 'heat'?"),
        ("kind: {type", "Site: {type", "differ only in capitals"),
        ("kind: {type", "kind of stop: {type", "must begin with a letter"),
        ("site: {like: readings}", "site: {like: reading}", "Did you mean 'readings'?"),
        ("site: {like: readings}", "site: {like: events}", "no other table of that name"),
        ("kind: {type: string, label: Kind}", "kind: {like: readings}", "has no column 'kind'"),
        # rules on columns
        ("label: Heat, unit: Cel", "label: Heat, unit: bananas", "not a UCUM code"),
        ("label: Person, personal: true", "label: Person, personal: true, linked: true",
         "is personal: its values may not be linked"),
        ("label: Kind}", "label: Kind, unit: bar}", "has a unit but is not a number"),
        ("label: Kind}", "label: Kind, role: measure}", "only numbers can be a measure"),
        ("label: Kind}", "label: Kind, default_agg: sum}", "'sum' needs numbers"),
        ("label: Kind}", "label: Kind, value_synonyms: {a: [b]}}", "needs 'linked: true'"),
        ("label: Made, additive: true", "label: Made, linked: true", "only texts can be linked"),
        ("    quality: {column: grade, good: [G], bad: [B]}\n", "", "has no 'quality'"),
        # hierarchies, relations, limits, zones
        ("levels: [site, machine]", "levels: [site, machin]", "Did you mean 'machine'?"),
        ("levels: [site, machine]", "levels: [site]", "needs two levels or more"),
        ("levels: [site, machine]", "levels: [kind, heat]", "no table has all the columns"),
        ("right: events", "right: event", "Did you mean 'events'?"),
        ("keys: [site, machine]", "keys: [site, machines]", "has no column 'machines'"),
        ("limits:\n  - {column: heat", "limits:\n  - {column: heet", "Did you mean 'heat'?"),
        ("limits:\n  - {column: heat", "limits:\n  - {column: site", "'site' is not a measure"),
        ("source: maker's manual, ", "", "limit 1 needs the key 'source'"),
        ("applies: {machine: M1}", "applies: {machin: M1}", "Did you mean 'machine'?"),
        ("N: Europe/Oslo", "N: Europe/Olso", "Did you mean 'Europe/Oslo'?"),
        ("label: Mill\n", "label: Mill\nstore: ../plant.duckdb\n", "below the data folder"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = problems(tmp_path, changed(old, new))
    assert any(message in line for line in found), found
    assert all(line.startswith("mill.yaml:") for line in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mill.yaml:1: the file is empty."),
        ("- a\n- b\n", "mill.yaml:1: the model must be made of 'key: value' lines."),
        ("label: a\nlabel: b\n", "mill.yaml:2: the key 'label' in the model stands twice; "),
        ("label: [a\n", "mill.yaml:2: this is not valid YAML: "),
        ("label: %\n", "mill.yaml:1: this is not valid YAML: "),
        ("label: a\n\tstore: b\n", "mill.yaml:2: this is not valid YAML: "),
        ("label: &a x\nstore: *a\n", "mill.yaml:2: the alias '*a' is not allowed here."),
        ("label: !!python/name:os.system x\n", "mill.yaml:1: 'label' in the model must be text."),
        ("label: a\x00b\n", "mill.yaml:1: this is not valid YAML: "),
        ("a: 1\n---\nb: 2\n", "mill.yaml:2: this is not valid YAML: "),
    ],
)
def test_a_file_that_is_no_model(tmp_path: Path, text: str, message: str) -> None:
    found = problems(tmp_path, text)
    assert any(line.startswith(message) for line in found), found


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_bytes(b"label: ok\nstore: M\xfcller\n")
    assert check_model(file) == ("mill.yaml:2: the file is not UTF-8 text. Save it as UTF-8.",)


def test_deep_nesting_ends_in_a_message(tmp_path: Path) -> None:
    assert problems(tmp_path, "label: " + "[" * 3000)


def test_a_missing_model_names_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mill.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ModelError, match=r"Did you mean 'mill'\? There are: mill\."):
        load_model(tmp_path / "mil.yaml")


def test_models_are_listed_by_their_stems(tmp_path: Path) -> None:
    for name in ("steel.yaml", "mill.yaml", "notes.txt", "Bad Name.yaml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert available_models(tmp_path) == ("mill", "steel")
    assert available_models(tmp_path / "none") == ()
