"""What every test shares: no network but loopback, no settings from outside, one demo plant."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.execution.mariadb import MariaDB

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
#: What takes long to make and is the same in each run: the embedding model as it is opened, and
#: the vectors of the shipped examples.
EMBEDDING_MODELS = BUILD / "test-embedding-models"
VECTORS = BUILD / "test-vectors" / "vectors.sqlite"

# A setting of the person who runs the tests must not decide whether they pass.
for _name in [name for name in os.environ if name.startswith(("GEMBA_", "STREAMLIT_"))]:
    del os.environ[_name]

# Hundreds of processes are started here, and each would compile the same modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same cases on every run; HYPOTHESIS_PROFILE=search looks further, with new ones each time.
hypothesis.settings.register_profile(
    "repeat", deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for garbage in what tests make alone: what is collected stays until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


#: How Playwright, and the limit of a test, say that what a test waited for did not come.
WAITED_IN_VAIN = [
    r"TimeoutError: ",
    r"AssertionError: (Locator|Page)[^\n]* expected",
    r"Failed: Timeout ",
]
#: By what a test times something, and how pytest says that it took longer than is allowed.
TIMER = "perf_counter"
TOOK_TOO_LONG = [rf"built-in function {TIMER}"]


#: What this process was started as, before a page is run in it.
OWN_MAIN = sys.modules["__main__"]


def chromium_path() -> Path | None:
    """Where a Chromium stands: CHROMIUM, else the usual places; None when there is none."""
    usual = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
    for candidate in (os.environ.get("CHROMIUM", ""), *usual):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests by name where there is no browser; run once more what a busy machine may
    have made late.

    What is wrong or slow fails twice, and each that was run once more is named at the end: one that
    is named often has a race to be found. No other test is marked: each that is costs a question to
    the first process, of some forty milliseconds.
    """
    reason = "needs Chromium: install the package chromium, or name one with CHROMIUM=/path"
    has_browser = chromium_path() is not None
    place = _places(items)
    items.sort(key=lambda item: place[item.path])
    timing = {path for path in {i.path for i in items} if TIMER in path.read_text("utf-8")}
    for item in items:
        is_seen = item.get_closest_marker("browser") is not None
        if is_seen or item.path in timing:
            late = [*TOOK_TOO_LONG, *(WAITED_IN_VAIN if is_seen else ())]
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=late))
        if is_seen and not has_browser:
            item.add_marker(pytest.mark.skip(reason=reason))


def _places(items: list[pytest.Item]) -> dict[Path, int]:
    """Where each file of tests comes: those that drive a browser take long and begin first, so that
    no worker is left alone with them at the end, each with one beside it that drives none, so that
    not all workers wait for pages at once."""
    seen = {item.path for item in items if item.get_closest_marker("browser") is not None}
    files = dict.fromkeys(item.path for item in items)
    paths = [path for path in files if path in seen], [path for path in files if path not in seen]
    return {path: 2 * n + k for k, some in enumerate(paths) for n, path in enumerate(some)}


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium that browser tests drive."""
    path = chromium_path()
    if path is None:
        pytest.skip("needs Chromium")
    return path


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """The one browser of a test process: Playwright cannot be started twice in it."""
    from playwright.sync_api import sync_playwright

    from tests.browser.app_process import launch

    with sync_playwright() as playwright:
        started = launch(playwright, chromium)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def own_main() -> None:
    """Begin each test with the process's own `__main__`. A page that is run in the process takes
    its place and stays there, and a process that is spawned afterwards would run that page."""
    sys.modules["__main__"] = OWN_MAIN


class NetworkRefused(AssertionError):
    """A test reached for a host other than this machine."""


def _is_loopback(host: object) -> bool:
    if not isinstance(host, str) or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse connections and name look-ups that leave this machine."""
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(address: object) -> None:
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            raise NetworkRefused(f"a test reached for {address!r}; only loopback is allowed")

    def guarded_connect(self: socket.socket, address: object) -> None:
        check(address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        check(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    def guarded_look_up(host: object, *args: object, **kwargs: object) -> object:
        # A name that stands for nothing fails as it does on a machine with no network.
        if not _is_loopback(host):
            raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is not on this machine")
        return look_up(host, *args, **kwargs)  # type: ignore[arg-type]

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


def _demo_key() -> str:
    """Name the sample data's version by the code that builds them."""
    digest = hashlib.sha256()
    folders = ("demo", "retail", ".")
    for source in (s for f in folders for s in sorted((ROOT / "data" / f).glob("*.py"))):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def demo_data_dir() -> Path:
    """A GEMBA_DATA_DIR with the whole demo plant, built once for all workers and later runs.

    Read it only: a test that writes state makes a folder of its own and links or copies the plant.
    """
    folder = BUILD / f"test-data-{_demo_key()}"
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "test-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            for stale in BUILD.glob("test-data-*"):
                shutil.rmtree(stale)
            folder.mkdir()
            built = subprocess.run(
                [sys.executable, "-m", "core", "demo"],
                cwd=ROOT,
                env={**os.environ, "GEMBA_DATA_DIR": str(folder)},
                capture_output=True,
                text=True,
                timeout=240,
            )
            if built.returncode != 0:
                pytest.fail(f"the demo plant could not be built:\n{built.stdout}\n{built.stderr}")
            (folder / ".complete").touch()
    return folder


@pytest.fixture(scope="session")
def demo_plant(demo_data_dir: Path) -> Path:
    """The demo plant's DuckDB file; open it with read_only=True."""
    return demo_data_dir / "demo" / "plant.duckdb"


@pytest.fixture(scope="session")
def begun_state(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start over the demo plant leaves in its state folder: the shipped examples in
    the corpus, not yet in its index, their vectors and keys, and what the data hold. Made once for
    all; to be copied."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder = shared / "begun"
    with (shared / "begun.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            _begin(folder, demo_plant)
            (folder / ".complete").touch()
    return folder / "state"


def _begin(folder: Path, demo_plant: Path) -> None:
    """Start over the demo plant in a folder, as the app does, and let it do what it does beside."""
    from core.services import Services
    from core.settings import Settings
    from core.types import DEFAULT_TENANT

    kept = with_plant(folder, demo_plant) / "state" / "retrieval" / VECTORS.name
    kept.parent.mkdir(parents=True)
    if VECTORS.exists():
        shutil.copy2(VECTORS, kept)
    services = Services.open(Settings(data_dir=folder))
    services._open_pairs(DEFAULT_TENANT, demo_plant.stem)
    services.knowledge.sync()
    services.close()
    # It is large to copy, and made anew from the vectors in a second.
    shutil.rmtree(kept.parent / "index")
    # A text's vector stays what it is, so later runs begin with these.
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    made = VECTORS.with_suffix(".new")
    shutil.copy2(kept, made)
    made.replace(VECTORS)


def with_plant(folder: Path, demo_plant: Path) -> Path:
    """The folder as a GEMBA_DATA_DIR with the demo plant, before a first start. It shares the
    embedding model that is written for all tests: to write one takes a second."""
    (folder / "demo").mkdir(parents=True)
    EMBEDDING_MODELS.mkdir(parents=True, exist_ok=True)
    (folder / "embedding_models").symlink_to(EMBEDDING_MODELS)
    try:
        (folder / "demo" / demo_plant.name).hardlink_to(demo_plant)
    except OSError:
        (folder / "demo" / demo_plant.name).symlink_to(demo_plant)
    return folder


@pytest.fixture(scope="session")
def plant_folder(demo_plant: Path, begun_state: Path) -> Callable[[Path], Path]:
    """Makes a folder a GEMBA_DATA_DIR with the demo plant, as it is after a first start."""

    def make(folder: Path) -> Path:
        with_plant(folder, demo_plant)
        shutil.copytree(begun_state, folder / "state")
        for facts in (folder / "state").glob("facts-*.json"):
            # they are those of a file by its path
            text = facts.read_text("utf-8")
            facts.write_text(text.replace(str(begun_state.parent), str(folder)), "utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def sample_sales(demo_data_dir: Path) -> Path:
    """The sample sales' DuckDB file; open it with read_only=True."""
    return demo_data_dir / "retail" / "retail.duckdb"


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A real server of the MySQL protocol; where there is none its tests are skipped."""
    from tests.execution.mariadb import NEEDS, server_path, serving

    if server_path() is None:
        pytest.skip(NEEDS)
    # A socket's path may have 107 characters, so it stands in a folder with a short name.
    with tempfile.TemporaryDirectory(prefix="mdb") as folder, serving(Path(folder), BUILD) as made:
        yield made
