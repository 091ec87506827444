"""Models that people made stand in the data folder beside those that ship, and follow their files
while the process runs; a broken one takes nothing else down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core import models as core_models
from core.__main__ import main
from core.errors import ModelError, UserFixable
from core.model_files import ModelFiles
from core.services import Services
from core.settings import Settings

BAKERY = """\
label: Bakery
origin: {database: "duckdb:bakery"}
store: stores/bakery.duckdb
tables:
  bakes:
    label: Bakes
    entity: bake
    scope: null
    time: {timestamp: baked_at}
    columns:
      baked_at: {type: datetime, label: Time}
      oven: {type: string, label: Oven, linked: true, drafted: true}
      loaves: {type: integer, label: Loaves, additive: true}
"""


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{name}.half"
    half.write_text(text, encoding="utf-8")
    half.replace(folder / f"{name}.yaml")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of shipped models that holds one, the default."""
    folder = tmp_path / "shipped"
    write(folder, "bread", BAKERY)
    monkeypatch.setattr(core_models, "MODELS_DIR", folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path, shipped: Path) -> Settings:
    store = tmp_path / "data" / "stores" / "bakery.duckdb"
    store.parent.mkdir(parents=True)
    with duckdb.connect(str(store)) as db:
        db.execute(
            "CREATE TABLE bakes AS SELECT TIMESTAMP '2026-03-01 06:00' + to_hours(i) AS baked_at,"
            " 'Oven ' || (i % 2 + 1) AS oven, CAST(10 + i AS BIGINT) AS loaves FROM range(48) t(i)"
        )
    return Settings(data_dir=tmp_path / "data", model="bread")


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    opened = Services.open(settings)
    yield opened
    opened.close()


def test_a_model_is_there_without_a_restart_and_follows_its_file(
    services: Services, settings: Settings
) -> None:
    own = settings.data_dir / "models"
    assert services.models.names() == ("bread",)
    write(own, "cakes", BAKERY)
    assert services.models.names() == ("bread", "cakes")
    admin = services.policy.user(services.policy.default_user)
    answer = services.answer("Loaves by oven", admin, model="cakes")
    assert (answer.status, answer.model) == ("answered", "cakes")

    before = services.parts("cakes")
    assert services.parts("cakes") is before
    write(own, "cakes", BAKERY.replace("label: Oven", "label: Furnace"))
    after = services.parts("cakes")
    assert after.model.tables["bakes"].columns["oven"].label == "Furnace"
    assert services.answer("Loaves by furnace", admin, model="cakes").status == "answered"
    assert before.engine.fetch("SELECT COUNT(*) AS n FROM bakes").num_rows == 1  # may be at work


def test_a_file_that_breaks_leaves_what_was_in_force(
    services: Services, settings: Settings
) -> None:
    own = settings.data_dir / "models"
    write(own, "cakes", BAKERY)
    before = services.parts("cakes")
    write(own, "cakes", BAKERY.replace("type: integer", "type: intger"))
    assert services.parts("cakes") is before
    assert "cakes.yaml:13:" in services.models.read.broken()["cakes"]
    write(own, "cakes", BAKERY)
    assert services.models.read.broken() == {}


@pytest.mark.parametrize(
    "text", ["", "label: [", "\x00", BAKERY.replace("bakes:", "bakes of all:"), "x: *y"]
)
def test_a_broken_file_is_named_and_the_others_go_on(
    settings: Settings, text: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    own = settings.data_dir / "models"
    write(own, "cakes", text)
    write(own, "pies", BAKERY)
    services = Services.open(settings)
    try:
        assert services.models.names() == ("bread", "pies")
        assert set(services.models.read.broken()) == {"cakes"}
        with pytest.raises(ModelError, match=r"^cakes\.yaml:\d+:"):
            services.parts("cakes")
    finally:
        services.close()
    monkeypatch.setenv("GEMBA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("GEMBA_MODEL", "bread")
    assert main(["model", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "bread (default)"
    assert lines[1].startswith("cakes (broken: cakes.yaml:")
    assert lines[2] == "pies"
    assert main(["model", "check"]) == 2
    assert "pies.yaml: no problems." in capsys.readouterr().out


def test_a_shipped_models_name_is_taken(shipped: Path, tmp_path: Path) -> None:
    files = ModelFiles(shipped, tmp_path / "own")
    write(files.own, "bread", BAKERY)
    assert files.path("bread").parent == shipped
    assert not files.is_own("bread")
    with pytest.raises(UserFixable, match="ships with Gemba"):
        files.may_write("bread")
    files.may_write("rolls")


def test_in_one_folder_the_origin_tells_them_apart(shipped: Path) -> None:
    files = ModelFiles(shipped, shipped)
    write(shipped, "rolls", BAKERY.replace("origin:", "# origin:"))
    assert files.names() == ("bread", "rolls")
    assert files.is_own("bread")
    assert not files.is_own("rolls")


def test_looking_for_another_file_costs_a_question_nothing(services: Services) -> None:
    services.parts()
    started = time.perf_counter()
    for _ in range(100):
        services.parts()
    assert time.perf_counter() - started < 1.0


def test_rows_that_were_read_before_a_model_was_published_are_read_again(
    services: Services, settings: Settings
) -> None:
    write(settings.data_dir / "models", "cakes", BAKERY)
    admin = services.policy.user(services.policy.default_user)

    def is_cached() -> bool:
        answer = services.answer("Loaves by oven", admin, model="cakes")
        assert answer.result is not None, answer.message
        return answer.result.read_at is not None

    assert [is_cached(), is_cached()] == [False, True]
    desk = services.model_desk
    before = desk.open("cakes", admin).text
    desk.save_text("cakes", before.replace("label: Oven", "label: Hearth"), admin, before)
    assert is_cached()  # a draft is not in force
    desk.publish("cakes", admin)
    assert [is_cached(), is_cached()] == [False, True]
