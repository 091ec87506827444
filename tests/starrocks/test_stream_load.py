"""Each row of a plant's file arrives in StarRocks once, as it is, whatever happens on the way."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.demo.schema import TABLES, create_table
from data.starrocks.batches import Batch, LoadFailedError, batches
from data.starrocks.stream_client import Reply, StreamLoadClient, judge
from data.starrocks.stream_load import PASSWORD_VARIABLE, Journal, load_plant, main
from tests.starrocks.cluster import PASSWORD, USER, Cluster, running_cluster
from tests.starrocks.odd_rows import expected, row_of


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months of odd rows in the demo plant's columns."""
    path = tmp_path_factory.mktemp("plant") / "plant.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, columns in TABLES.items():
            connection.execute(create_table(name))
            marks = ", ".join("?" for _ in columns)
            rows = [row_of(columns, n) for n in range(47 if name == "plant_obt" else 5)]
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    return path


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


def client_of(cluster: Cluster, pauses: list[float], **how: object) -> StreamLoadClient:
    known = {"user": USER, "password": PASSWORD, "attempts": 4, "timeout_s": 20.0, **how}
    return StreamLoadClient(cluster.front_url, "gemba_store", pause=pauses.append, **known)  # type: ignore[arg-type]


def journal_in(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", "somewhere")


def load(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float], **how: object
) -> list[str]:
    told: list[str] = []
    with client_of(cluster, pauses, **how) as client:
        load_plant(plant, client, journal_in(tmp_path), batch_rows=4, tell=told.append)
    return told


def assert_all_once(cluster: Cluster, plant: Path) -> None:
    for table in TABLES:
        assert cluster.stored(table) == expected(plant, table), table


def test_each_row_arrives_once_and_as_it_is(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    told = load(cluster, plant, tmp_path, pauses)
    assert_all_once(cluster, plant)
    assert sum(cluster.stored("plant_obt").values()) == 47
    assert told[-1].endswith("5 of 5 rows (100%), loaded")
    assert not pauses
    assert set(cluster.front_bodies) == {0}, "rows went to the front end"


def test_headers_are_those_that_starrocks_asks_for(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    load(cluster, plant, tmp_path, pauses)
    for headers in cluster.loads:
        assert headers["Expect"] == "100-continue"
        assert headers["max_filter_ratio"] == "0"
        assert headers["strict_mode"] == "true"
        assert len(headers["label"]) <= 128
        assert headers["label"].replace("_", "").isalnum()
    assert len({headers["label"] for headers in cluster.loads}) == len(cluster.loads)


def test_compressed_rows_are_the_same(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    load(cluster, plant, tmp_path, pauses, compress=True)
    assert cluster.loads[0]["compression"] == "gzip"
    assert_all_once(cluster, plant)


@pytest.mark.parametrize(
    ("mishap", "waits"),
    [
        ("publish_timeout", 0),
        ("trickle", 0),
        ("lost_before", 1),
        ("lost_amid", 1),
        ("lost_after", 1),
        ("running", 2),
        ("fail", 1),
        ("http_503", 1),
    ],
)
def test_a_mishap_costs_no_row_and_doubles_none(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float], mishap: str, waits: int
) -> None:
    cluster.plan = ["ok", mishap]
    load(cluster, plant, tmp_path, pauses)
    assert_all_once(cluster, plant)
    assert len(pauses) == waits


def test_a_publish_timeout_is_not_sent_again(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.plan = ["publish_timeout"]
    told = load(cluster, plant, tmp_path, pauses)
    assert told[0].endswith("not visible yet")
    labels = [headers["label"] for headers in cluster.loads]
    assert len(labels) == len(set(labels))


def test_pauses_grow_and_have_an_end(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.plan = ["fail"] * 9
    with pytest.raises(LoadFailedError, match=r"given up after 9 attempts.*too many versions"):
        load(cluster, plant, tmp_path, pauses, attempts=9)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert not cluster.rows


def test_rows_that_are_refused_stop_the_load_and_are_shown(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.plan = ["ok", "bad_rows"]
    with pytest.raises(LoadFailedError, match=r"plant_obt 2026-01, batch 2.*_load_error_log"):
        load(cluster, plant, tmp_path, pauses)
    assert not pauses, "rows that do not fit do not fit the second time"


@pytest.mark.parametrize("mishap", ["garbage", "empty", "short"])
def test_an_answer_that_says_nothing_certain_is_no_success(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float], mishap: str
) -> None:
    cluster.plan = [mishap]
    with pytest.raises(LoadFailedError):
        load(cluster, plant, tmp_path, pauses)


def test_a_wrong_password_is_said_once(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    with pytest.raises(LoadFailedError, match="name and password"):
        load(cluster, plant, tmp_path, pauses, password="wrong")
    assert cluster.refused_logins == 1
    assert not cluster.rows


def test_a_stopped_load_goes_on_where_it_was(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.plan = ["ok", "ok", "ok", "lost_after", "bad_rows"]
    with pytest.raises(LoadFailedError):
        load(cluster, plant, tmp_path, pauses, attempts=1)
    before = [headers["label"] for headers in cluster.loads]
    cluster.plan = []
    load(cluster, plant, tmp_path, pauses)
    assert_all_once(cluster, plant)
    after = [headers["label"] for headers in cluster.loads[len(before) :]]
    assert after[0] == before[3], "the batch without an answer is the first to be asked about"
    assert not set(after) & set(before[:3]), "what the journal knows is not sent again"


def test_without_a_journal_the_labels_still_keep_rows_single(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    load(cluster, plant, tmp_path, pauses)
    (tmp_path / "journal").unlink()
    told = load(cluster, plant, tmp_path, pauses)
    assert all(line.endswith("was there already") for line in told)
    assert_all_once(cluster, plant)


def test_a_line_of_the_journal_that_was_cut_does_not_count(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "here")
    journal.add("one")
    with (tmp_path / "journal").open("a") as file:
        file.write("here\ttw")
    again = Journal(tmp_path / "journal", "here")
    assert "one" in again
    assert "tw" not in again
    again.add("two")
    third = Journal(tmp_path / "journal", "here")
    assert "one" in third
    assert "two" in third
    assert "one" not in Journal(tmp_path / "journal", "elsewhere")


@pytest.mark.parametrize(
    "place",
    [
        "http://192.0.2.7:8040",
        "http://127.0.0.1.evil.example:8040",
        "http://127.0.0.1@192.0.2.7:8040",
        "//192.0.2.7:8040",
        "",
    ],
)
def test_the_password_goes_to_no_host_that_was_not_named(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float], place: str
) -> None:
    cluster.redirect_to = place + "/api/gemba_store/plant_obt/_stream_load"
    with pytest.raises(LoadFailedError, match="was not named"):
        load(cluster, plant, tmp_path, pauses)
    assert not cluster.loads


def test_a_host_that_was_allowed_gets_it(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    port = cluster.back_address.split(":")[1]
    cluster.redirect_to = f"http://localhost:{port}"
    load(cluster, plant, tmp_path, pauses, allowed=(f"localhost:{port}",))
    assert_all_once(cluster, plant)


@pytest.mark.parametrize("redirect", ["/api/other/plant_obt/_stream_load", "/api/query"])
def test_a_redirect_to_another_path_is_not_followed(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float], redirect: str
) -> None:
    cluster.redirect_to = f"http://{cluster.back_address}{redirect}"
    with pytest.raises(LoadFailedError, match="were expected"):
        load(cluster, plant, tmp_path, pauses)
    assert not cluster.loads


def test_a_redirect_from_https_to_http_is_not_followed(pauses: list[float]) -> None:
    client = StreamLoadClient("https://fe:8030", "db", "u", "p", pause=pauses.append)
    with pytest.raises(LoadFailedError, match="https and"):
        client._checked("http://fe:8040/api/db/t/_stream_load", "/api/db/t/_stream_load")


def test_a_redirect_of_a_redirect_keeps_the_rows(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.second_hop = True
    load(cluster, plant, tmp_path, pauses)
    assert_all_once(cluster, plant)


def test_a_busy_front_end_is_asked_again(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.front_down = 2
    load(cluster, plant, tmp_path, pauses)
    assert pauses == [1, 2]
    assert_all_once(cluster, plant)


def test_a_back_end_named_as_front_end_is_not_given_an_empty_load(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.front_answer = (200, '{"Status": "Success", "NumberLoadedRows": 0}')
    with pytest.raises(LoadFailedError, match="front end's HTTP port"):
        load(cluster, plant, tmp_path, pauses)


def test_an_unknown_table_is_said_at_once(
    cluster: Cluster, plant: Path, tmp_path: Path, pauses: list[float]
) -> None:
    cluster.front_answer = (200, '{"Status": "FAILED", "Message": "unknown table plant_obt"}')
    with pytest.raises(LoadFailedError, match="unknown table"):
        load(cluster, plant, tmp_path, pauses)
    assert not pauses


def test_nobody_there(plant: Path, tmp_path: Path, pauses: list[float]) -> None:
    with running_cluster() as gone:
        pass
    with pytest.raises(LoadFailedError, match=r"given up after 2 attempts.*goes on from here"):
        load(gone, plant, tmp_path, pauses, attempts=2)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, '{"Status":"Label Already Exists","ExistingJobStatus":"FINISHED"}'), "done"),
        (Reply(200, '{"Status":"Label Already Exists","ExistingJobStatus":"RUNNING"}'), "again"),
        (Reply(200, '{"Status":"Label Already Exists"}'), "stop"),
        (Reply(200, '{"Status":"Label Already Exists","ExistingJobStatus":"CANCELLED"}'), "stop"),
        (Reply(200, '{"Status":"Success","NumberLoadedRows":1}'), "stop"),
        (Reply(200, '{"Status":"Success","NumberLoadedRows":3}'), "done"),
        (Reply(500, '{"Status":"Success","NumberLoadedRows":3}'), "done"),
        (Reply(200, "[" * 100_000), "stop"),
        (Reply(200, '["Success"]'), "stop"),
        (Reply(404, "not found"), "stop"),
        (Reply(429, ""), "again"),
        (Reply(403, '{"Status":"Success"}'), "stop"),
    ],
)
def test_what_a_reply_means(reply: Reply, kind: str) -> None:
    batch = Batch("t", "2026-01", 1, 3, b"[]", "label")
    assert judge(reply, batch).kind == kind


def test_batches_and_labels_are_the_same_each_time(plant: Path) -> None:
    first = list(batches(plant, "plant_obt", run="demo", batch_rows=4))
    assert first == list(batches(plant, "plant_obt", run="demo", batch_rows=4))
    assert max(batch.rows for batch in first) == 4
    assert sum(batch.rows for batch in first) == 47
    other = list(batches(plant, "plant_obt", run="again", batch_rows=4))
    assert not {b.label for b in first} & {b.label for b in other}


def test_other_rows_have_another_label(plant: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(plant.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute("UPDATE work_orders SET downtime_min = 77 WHERE rowid = 0")
    before = {b.label for b in batches(plant, "work_orders", run="demo", batch_rows=9)}
    after = {b.label for b in batches(changed, "work_orders", run="demo", batch_rows=9)}
    assert len(before - after) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("ALTER TABLE work_orders DROP COLUMN downtime_min", "other columns"),
        ("UPDATE work_orders SET event_date = NULL WHERE rowid = 1", "without event_date"),
        ("UPDATE work_orders SET downtime_min = 'nan'", "cannot be sent"),
        ("DROP TABLE work_orders", "cannot be read"),
    ],
)
def test_a_file_that_will_not_do_is_said(
    plant: Path, tmp_path: Path, change: str, says: str
) -> None:
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(plant.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(change)
    with pytest.raises(LoadFailedError, match=says):
        list(batches(changed, "work_orders", run="demo", batch_rows=9))


def test_the_command(
    cluster: Cluster,
    plant: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    words = ["--url", cluster.front_url, "--user", USER, "--file", str(plant)]
    words += ["--journal", str(tmp_path / "journal")]
    assert main(words) == 0
    assert "57 rows, 57 sent now" in capsys.readouterr().out
    assert main(words) == 0
    assert "57 rows, 0 sent now" in capsys.readouterr().out
    assert_all_once(cluster, plant)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--url", "ftp://fe"], "is no front end"),
        (["--url", "http://fe:8030/api"], "is no front end"),
        (["--url", "http://u:p@fe:8030"], "holds a password"),
        (["--url", "http://fe:8030", "--run", "a b"], "letters and digits"),
        (["--url", "http://fe:8030", "--batch-rows", "0"], "between 1 and 50000"),
        (["--url", "http://fe:8030", "--database", "a/../b"], "cannot be a name"),
        (["--url", "http://fe:8030", "--ca", "no such file"], "cannot be read"),
        (["--url", "http://fe:8030", "--file", "no such file"], "python -m core demo"),
    ],
)
def test_a_command_that_will_not_do(
    words: list[str],
    says: str,
    plant: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    assert main(["--file", str(plant), *words]) == 1
    said = capsys.readouterr().err
    assert says in said
    assert PASSWORD not in said
