"""What is wrong with a mapping file is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.streaming.mapping import Source, load_mapping, model_named
from core.streaming.session import Login
from core.streaming.stream import check_login
from tests.streaming.small import MAPPING, small_model

_TEXT = MAPPING.format(port=4840)


def test_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(_TEXT + "history: true\n")
    mapping = load_mapping(path, small_model(tmp_path))
    assert (mapping.name, mapping.table, mapping.interval_us) == ("line", "minutes", 60_000_000)
    assert mapping.hold_min == 60
    (asset,) = mapping.assets
    assert asset.constants == {"site": "N", "machine": "M1"}
    assert asset.zone == "Europe/Berlin"
    assert asset.sources[0] == Source("ns=2;s=M1.T", "temperature", "mean", "[degF]", "Cel")
    assert [one.take for one in asset.sources] == ["mean", "mean", "delta", "last"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("opc.tcp://127.0.0.1", "opc.tcp://u:p@127.0.0.1", "line.yaml:2: 'server' must look like"),
        ("table: minutes", "table: minute", "line.yaml:3: no table 'minute'. Did you mean"),
        ("ns=2;s=M1.T", "M1.T", "line.yaml:11: 'M1.T' is no node id"),
        (", unit: rpm", "", "needs 'unit': the column is in '/min'"),
        ("unit: rpm", "unit: bar", "line.yaml:12: the unit of the node of 'speed'"),
        ("speed: {", "sped: {", "line.yaml:12: no column 'sped'. Did you mean 'speed'?"),
        ("speed: {", "grade: {", "'grade' is filled otherwise"),
        ("site: N", "site: X", "the model knows no time zone of 'X'"),
        ("{site: N}", "{shift: N}", "needs 'site': it decides who sees it"),
        ("take: delta", "take: sum", "must be 'mean', 'last' or 'delta'"),
        ('M1.P"', 'M1.P", take: mean', "'product' holds no numbers"),
        ("readings: minute_values", "readings: minutes", "'readings' is the name of a table"),
        ("late_s: 0", "lates: 0", "unknown key 'lates' in the mapping. Did you mean 'late_s'?"),
        ("publish_ms: 20", "publish_ms: 1", "must be a whole number from 10"),
    ],
)
def test_what_is_wrong(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in _TEXT
    path = tmp_path / "line.yaml"
    path.write_text(_TEXT.replace(old, new))
    with pytest.raises(ConfigError) as error:
        load_mapping(path, small_model(tmp_path))
    assert told in str(error.value)


def test_names_and_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="small letters"):
        load_mapping(tmp_path / "Line 1.yaml", small_model(tmp_path))
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_mapping(tmp_path / "none.yaml", small_model(tmp_path))
    path = tmp_path / "line.yaml"
    path.write_text(_TEXT + "model: works\n")
    assert model_named(path, "other") == "works"


def test_a_password_needs_encryption(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(_TEXT)
    mapping = load_mapping(path, small_model(tmp_path))
    check_login(mapping, Login())
    with pytest.raises(ConfigError, match="the mapping has no 'security'"):
        check_login(mapping, Login("u", "secret"))
    assert "secret" not in repr(Login("u", "secret"))
