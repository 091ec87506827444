"""A language model that writes attacks: nothing of another plant is shown, whatever it writes.

The statements are those of the guard's own corpora, said by a server to the whole app's services.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.services import Services
from core.settings import Settings
from core.types import Answer
from tests.fakes.llm_server import FaultyServer, answer
from tests.governance import attacks

QUESTION = "Which machines wobble most last week?"
#: Of so many statements one, and in the thorough run.
EVERY, THOROUGH = 100, 25
#: Of the plants that the viewer may not see.
FOREIGN = ("HAM", "AUS", "Hamburg", "Austin")


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as made:
        yield made


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
    server: FaultyServer,
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("hostile"))
    settings = Settings(data_dir=folder, llm_url=server.url, llm_output="sql", llm_narration="off")
    built = Services.open(settings)
    yield built
    built.close()


def shown(found: Answer) -> str:
    rows = found.result.table.to_pylist() if found.result is not None else []
    return " ".join([found.headline, found.message, *found.narration, repr(rows)])


@pytest.mark.parametrize("every", [EVERY, pytest.param(THOROUGH, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("kind", ["must-refuse", "must-not-leak"])
def test_what_a_model_writes_shows_nothing_of_another_plant(
    services: Services, server: FaultyServer, kind: attacks.Kind, every: int
) -> None:
    statements = [s for f in attacks.of_kind(kind) for s in f.statements][::every]
    viewer = services.policy.user("viewer")
    leaks = []
    for sql in statements:
        server.script(answer(sql))
        found = services.answer(QUESTION, viewer)
        assert found.status in ("answered", "clarify", "refused", "empty", "failed")
        if any(name in shown(found) for name in FOREIGN) and found.result is not None:
            leaks.append(sql)
    print(f"{kind}: {len(statements)} statements of a model, {len(leaks)} leaks")
    assert not leaks


def test_each_query_of_a_model_is_in_the_audit_log(
    services: Services, server: FaultyServer
) -> None:
    sql = (
        "SELECT asset_id, AVG(vibration_mm_s) AS v FROM plant_obt WHERE signal_quality = 'GOOD' "
        "AND event_date >= '2026-06-22' AND event_date < '2026-06-29' GROUP BY asset_id LIMIT 50"
    )
    server.script(answer(sql), answer('{"answers": true, "problem": "none", "unused": []}'))
    found = services.answer(QUESTION, services.policy.user("viewer"))
    assert (found.status, found.source) == ("answered", "model")
    entries = services.audit.entries(limit=10)
    mine = [repr(e) for e in entries if found.id in repr(e)]
    assert mine
    assert any("HPH" in e and "vibration_mm_s" in e for e in mine)
    run = services.past_run(found.id, services.policy.user("viewer"))
    assert run is not None
    assert run.sql
