"""What there is to start from is right by every check, says its source, and is as the model's."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from core.errors import ModelError
from core.thresholds.acts import ref
from core.thresholds.checks import check
from core.thresholds.publishing import by_place
from core.thresholds.record import Threshold
from core.thresholds.resolve import model_limits
from core.thresholds.starter import FOLDER, StarterSet, install, load_sets, load_zones
from core.thresholds.store import ThresholdStore
from tests.thresholds.plant import ANN, NOW, demo


def sets() -> tuple[StarterSet, ...]:
    return load_sets("plant", demo().levels)


def everything() -> list[Threshold]:
    return [one for each in sets() for one in each.thresholds]


def test_all_pass_the_checks_without_a_finding() -> None:
    beside = by_place(everything())
    for one in everything():
        assert check(one, demo(), at=NOW, beside=beside[one.place]) == (), one.name


def test_each_says_its_source_and_what_to_do() -> None:
    assert {each.name for each in sets()} == {"vibration", "temperature", "pressure", "missing"}
    for one in everything():
        assert one.source.standard, one.name
        assert one.source.note, one.name
        assert one.action, one.name
    for one in sets()[0].thresholds:
        assert one.source.part, one.name
        assert one.source.group, one.name
        assert one.source.support, one.name


def test_the_zones_are_those_of_the_reference() -> None:
    rows = {name: tuple(zone.bounds.values()) for name, zone in load_zones().items()}
    assert rows == {
        "iso-20816-3-group-1-rigid": (2.3, 4.5, 7.1),
        "iso-20816-3-group-1-flexible": (3.5, 7.1, 11.0),
        "iso-20816-3-group-2-rigid": (1.4, 2.8, 4.5),
        "iso-20816-3-group-2-flexible": (2.3, 4.5, 7.1),
        "iso-10816-7-category-2-small": (3.2, 5.1, 8.5),
        "iso-10816-7-category-2-large": (4.2, 6.1, 9.5),
    }


def test_vibration_has_the_numbers_of_the_model_s_limits() -> None:
    lines = model_limits("plant", demo().model.limits, demo().levels)
    said = {(one.slot, one.high, one.severity) for one in lines}
    assert {(one.slot, one.high, one.severity) for one in sets()[0].thresholds} == said


def test_limits_of_the_plant_s_own_lie_where_their_description_says(demo_plant: Path) -> None:
    with duckdb.connect(str(demo_plant), read_only=True) as store:
        for each in sets()[1:3]:
            assert "above 99 % of its Good readings in operation" in each.description
            for one in each.thresholds:
                ((_level, name),) = one.scope.at
                (share,) = store.execute(
                    f"SELECT avg(CASE WHEN {one.measure} <= ? THEN 1 ELSE 0 END) FROM plant_obt "
                    "WHERE asset_class = ? AND signal_quality = 'GOOD' AND run_min > 0",
                    [one.high, name],
                ).fetchall()[0]
                assert share > 0.99, one.name


def test_installed_they_are_drafts_and_are_not_doubled(tmp_path: Path) -> None:
    store = ThresholdStore(tmp_path)
    changes = install(store, sets(), demo(), ANN)
    assert len(changes) == len(everything())
    assert {c.after.status for c in changes if c.after} == {"draft"}
    assert store.effective("plant", NOW, ANN.tenant) == ()
    assert install(store, sets(), demo(), ANN) == ()
    drafts = [c.newest for c in store.current("plant", NOW, ANN.tenant)]
    store.publish(map(ref, drafts), demo(), ANN, at=NOW)
    assert len(store.effective("plant", NOW, ANN.tenant)) == len(everything())
    store.retire([ref(store.history(drafts[0].id, ANN.tenant)[0])], demo(), ANN)
    assert install(store, sets(), demo(), ANN) == (), "what people took out stays out"


def test_a_model_without_a_file_has_none() -> None:
    assert load_sets("steel", ("asset",)) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "zone: iso-10816-7-category-2-small",
            "zone: iso-10816-7",
            "there is no zone 'iso-10816-7'",
        ),
        ("kind: high_high", "kind: hihi", "must be 'high'"),
        ("{asset_class: oven}", "{asset_clas: oven}", "names no level: 'asset_clas'. Did you mean"),
        ("deadband: 1.5", "deadband: large", "must be a number"),
        ("realarm_min: 480", "realarm: 480", "unknown key 'realarm'"),
        ("boundary: cd", "boundary: de", "must be 'ab', 'bc' or 'cd'"),
        ("boundary: cd", "boundary: cd\n        high: 9", "takes 'high' from its zone"),
        ("    label: Missing readings\n", "", "needs the key 'label'"),
        ("  - name: missing", "  - name: pressure", "there are two sets 'pressure'"),
        ("{asset_class: oven}\n        high", "{asset_class: robot}\n        high", "has two of"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (FOLDER / "plant.yaml").read_text("utf-8")
    assert old in text
    shutil.copy(FOLDER / "zones.yaml", tmp_path)
    (tmp_path / "plant.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ModelError) as caught:
        load_sets("plant", demo().levels, tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("plant.yaml:")
