"""Settings: one typed table, read once from the environment and `.streamlit/secrets.toml`.

A name that begins with GEMBA_ and is not in the table is an error with a suggestion, so that a
typing error never leaves a default in force without a word.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.errors import SettingsError, did_you_mean

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "GEMBA_"
#: How often a person, and all of a tenant, may ask in the app where no setting says so.
_APP_RATE_USER = "120/minute"
_APP_RATE_TENANT = "3000/minute"
_TRUTHS = {"1": True, "true": True, "yes": True, "on": True} | {
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def _setting(
    default: Any,
    help_: str,
    *,
    secret: bool = False,
    between: tuple[float, float] | None = None,
    among: tuple[str, ...] = (),
) -> Any:
    metadata = {"help": help_, "secret": secret, "between": between, "among": among}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Environment name: GEMBA_ + field name in capitals."""

    data_dir: Path = _setting(ROOT / "data", "Folder of all data and state written at run time")
    model: str = _setting("plant", "Semantic model used when a question names none")
    language: str = _setting(
        "en",
        "Language of the pages for who has chosen none, in a browser of none that Gemba has",
        among=("en", "de", "vi"),
    )
    store_url: str = _setting(
        "",
        "Analytical store: duckdb:///FILE, or starrocks://USER:PASSWORD@HOST:9030/DB?ca=FILE; "
        "empty: the model's own DuckDB file",
        secret=True,
    )
    store_connections: int = _setting(
        4, "Connections to a StarRocks server at most", between=(1, 100)
    )
    store_wait_s: float = _setting(
        5.0, "Longest wait for a free connection to it, in seconds", between=(0.1, 60)
    )
    query_timeout_s: float = _setting(
        10.0, "Longest time one query may run, in seconds", between=(0.1, 3600)
    )
    row_cap: int = _setting(10_000, "Most rows an answer may hold", between=(1, 1_000_000))
    query_memory_mb: int = _setting(
        1024, "Memory that one query may take, in MiB", between=(64, 1_048_576)
    )
    query_threads: int = _setting(2, "Threads of the embedded query engine", between=(1, 256))
    embed_model: str = _setting(
        "",
        "Embedding model: a folder, a name that fastembed knows, or the model that GEMBA_EMBED_URL "
        "serves; empty: the packaged all-MiniLM-L6-v2",
    )
    embed_url: str = _setting(
        "", "OpenAI-compatible embedding endpoint (TEI, vLLM), as http://HOST:8080/v1"
    )
    embed_key: str = _setting("", "Key for it", secret=True)
    embed_ca: str = _setting("", "File of certificates to trust for it; empty: the system's")
    embed_question_prefix: str = _setting(
        "", "Text that the embedding model wants before a question; empty: what the model says"
    )
    embed_passage_prefix: str = _setting("", "The same before a passage")
    qdrant_url: str = _setting(
        "",
        "Qdrant server: https://HOST:6333 or https://KEY@HOST:6333; empty: the embedded engine",
        secret=True,
    )
    qdrant_key: str = _setting("", "API key of the Qdrant server", secret=True)
    qdrant_ca: str = _setting("", "File of certificates to trust for it; empty: the system's")
    qdrant_alias: str = _setting("gemba", "Alias on it under which the corpus is served")
    retrieval_timeout_s: float = _setting(
        2.0, "Longest time a search in the corpus may take, in seconds", between=(0.1, 60)
    )
    llm_url: str = _setting(
        "",
        "OpenAI-compatible server of the language model (vLLM), as http://HOST:8000/v1; empty: no "
        "model, the built-in parser alone",
    )
    llm_model: str = _setting("", "Name of its model; empty: the first that the server lists")
    llm_key: str = _setting("", "Key for it", secret=True)
    llm_ca: str = _setting("", "File of certificates to trust for it; empty: the system's")
    llm_sql: str = _setting(
        "",
        "How SQL is asked for, each part optional: model=NAME url=http://HOST:8000/v1 key=KEY "
        "temperature=0.1 tokens=2048 timeout=25 thinking=no",
        secret=True,
    )
    llm_hard: str = _setting(
        "", "The same for questions that are hard; empty: as GEMBA_LLM_SQL", secret=True
    )
    llm_intent: str = _setting(
        "", "The same for what a question wants: temperature=0 tokens=16 timeout=2", secret=True
    )
    llm_reflect: str = _setting(
        "", "The same for judging a result: temperature=0 tokens=256 timeout=5", secret=True
    )
    llm_narrate: str = _setting(
        "", "The same for wording findings: temperature=0.2 tokens=256 timeout=5", secret=True
    )
    llm_tokenizer: str = _setting(
        "",
        "The model's tokenizer.json, or the folder that holds it, to count tokens exactly; empty: "
        "a bound, scaled by what the server counts",
    )
    llm_concurrency: int = _setting(
        8, "Calls at once to one server of a language model", between=(1, 256)
    )
    llm_wait_s: float = _setting(
        2.0, "Longest wait for a free place among them, in seconds", between=(0, 60)
    )
    llm_output: str = _setting(
        "grammar",
        "What it is made to write: `grammar`, SQL that can name only what the asker may see; "
        "`query`, a query as JSON; `sql`, any SQL",
        among=("grammar", "query", "sql"),
    )
    llm_first: bool = _setting(
        False, "Ask the model before the parser's own reading is used; the parser stands in for it"
    )
    llm_candidates: int = _setting(
        1, "Replies an attempt, of which the majority by rows is taken", between=(1, 8)
    )
    llm_hard_from: float = _setting(
        0.6, "Difficulty, 0 to 1, from which GEMBA_LLM_HARD writes the query", between=(0, 1)
    )
    llm_narration: str = _setting(
        "model",
        "Whose findings the model puts into words: `model`, those of its own queries; `all`; "
        "`off`, none",
        among=("model", "all", "off"),
    )
    redis_url: str = _setting(
        "",
        "Redis for conversations, cached rows and limits: redis://USER:PASSWORD@HOST:6379/0, "
        "rediss:// with TLS, redis+sentinel://, redis+cluster:// (docs/sessions.md); empty: in "
        "this process",
        secret=True,
    )
    redis_ca: str = _setting("", "File of certificates to trust for it; empty: the system's")
    redis_timeout_s: float = _setting(
        1.0, "Longest time one call to it may take, in seconds", between=(0.05, 60)
    )
    redis_connections: int = _setting(16, "Connections to it at most", between=(1, 1_000))
    session_memory_mb: int = _setting(
        256, "Rows kept in this process without it, in MiB", between=(8, 1_048_576)
    )
    sql_cache_s: float = _setting(
        3600.0,
        "How long the rows of a statement are kept for the next who may see them, in seconds; 0: "
        "not at all",
        between=(0, 86_400),
    )
    rate_user: str = _setting(
        "",
        "Questions that one person may ask, such as 60/minute; 0: any number; empty: 120/minute in "
        "the app, any number on the command line",
    )
    rate_tenant: str = _setting(
        "",
        "Questions of all people of a tenant together, such as 600/minute; 0: any number; empty: "
        "3000/minute in the app, any number on the command line",
    )
    turn_budget_s: float = _setting(
        60.0, "Longest time of one question with all attempts, in seconds", between=(1, 3600)
    )
    corpus_unreviewed: bool = _setting(
        False,
        "Take questions that users found right into the corpus as examples, without a review; they "
        "are never verified by that",
    )
    thresholds_four_eyes: bool = _setting(
        False, "Publish a threshold only once somebody else than its author approved it"
    )
    watch_seconds: float = _setting(
        60.0,
        "Seconds between two looks of the watch at what is new; 0: only by `python -m core watch`",
        between=(0, 86_400),
    )
    watch_days: float = _setting(
        14.0, "Days before the newest data from which a first watch begins", between=(0, 3_650)
    )
    watch_late_min: float = _setting(
        10.0,
        "Minutes for which the watch waits for readings, where the model's clock is the wall's",
        between=(0, 10_080),
    )
    watch_look_back_min: float = _setting(
        120.0,
        "Minutes for which rows that came late are held against thresholds once more; 0: never",
        between=(0, 2_880),
    )
    alerts_keep_days: float = _setting(
        730.0,
        "Days for which the story of an alert that is over is kept; 0: for good",
        between=(0, 36_500),
    )
    watch_keep_days: float = _setting(
        90.0,
        "Days for which runs of the watch and messages that were sent are kept; 0: for good",
        between=(0, 36_500),
    )
    smtp_host: str = _setting("", "Mail server for alerts; empty: no e-mail")
    smtp_port: int = _setting(587, "Its port", between=(1, 65_535))
    smtp_security: str = _setting(
        "starttls",
        "How the connection to it is encrypted: `starttls`, from the first command on or not at "
        "all; `tls`, from the first byte; `plain`, not, and then without a user",
        among=("starttls", "tls", "plain"),
    )
    smtp_user: str = _setting("", "User on it; empty: none")
    smtp_password: str = _setting("", "Password of that user", secret=True)
    smtp_sender: str = _setting("", "Address that mails come from, such as gemba@plant.example")
    smtp_ca: str = _setting("", "File of certificates to trust for it; empty: the system's")
    webhooks: str = _setting(
        "",
        "Webhooks for alerts as NAME=URL, parted by spaces; the roster names them; empty: none",
        secret=True,
    )
    webhook_key: str = _setting(
        "", "Key that signs calls of webhooks, of 16 characters or more", secret=True
    )
    webhook_hosts: str = _setting(
        "",
        "Hosts that webhooks and Teams rooms may be on, as HOST or HOST:PORT, parted by spaces; "
        "empty: none",
    )
    webhook_ca: str = _setting("", "File of certificates to trust for them; empty: the system's")
    teams: str = _setting(
        "",
        "Microsoft Teams rooms for alerts as NAME=URL of their workflows, parted by spaces; the "
        "roster names them; empty: none",
        secret=True,
    )
    delivery_timeout_s: float = _setting(
        10.0, "Longest time of one try to send a message, in seconds", between=(0.1, 120)
    )
    delivery_attempts: int = _setting(
        8, "Tries to send a message until it is put aside", between=(1, 50)
    )
    import_dir: str = _setting(
        "",
        "Folder whose files the page Import may name by their path; empty: only files that are "
        "dropped on the page",
    )
    import_upload_mb: int = _setting(
        200, "Largest file that may be dropped on the page Import, in MB", between=(1, 10_000)
    )
    import_unpacked_gb: int = _setting(
        50, "Size that a packed file may unpack into at import, in GB", between=(1, 10_000)
    )
    import_memory_mb: int = _setting(
        1024, "Memory that an import may take, in MiB", between=(256, 1_048_576)
    )
    draft_samples: bool = _setting(
        True,
        "Whether values of rows may stand in a model that is drafted of them; the option --samples "
        "of a command goes before it",
    )
    stream_mapping: str = _setting(
        "", "Mapping file of `python -m core stream`, where the command names none"
    )
    stream_user: str = _setting("", "User on the OPC UA server; empty: none")
    stream_password: str = _setting("", "Password of that user", secret=True)
    stream_load_url: str = _setting(
        "",
        "Where streams load into StarRocks: https://USER:PASSWORD@FRONTEND:8030/DATABASE of an "
        "account that may INSERT, with back ends that it may send to after a #, parted by commas",
        secret=True,
    )
    stream_batch_s: float = _setting(
        60.0, "Seconds between two batches of a stream", between=(0.1, 86_400)
    )
    stream_buffer_mb: int = _setting(
        1024,
        "MiB of values that a stream keeps on disk while the store takes none; more are not kept, "
        "and counted",
        between=(1, 1_048_576),
    )
    stream_metrics_port: int = _setting(
        0, "Port of this machine for a stream's metrics; 0: none", between=(0, 65_535)
    )
    port: int = _setting(8501, "Port of the web app", between=(1, 65_535))
    public_url: str = _setting(
        "",
        "Address under which people open the app, such as https://gemba.plant.example; messages "
        "about alerts link to it; empty: they have no link",
    )
    cookie_days: float = _setting(7.0, "Days that a sign-in lasts", between=(0.01, 365))
    log_level: str = _setting("INFO", "Level of the log: DEBUG, INFO, WARNING or ERROR")

    def __repr__(self) -> str:
        shown = []
        for f in fields(self):
            value = getattr(self, f.name)
            shown.append(f"{f.name}={'***' if f.metadata['secret'] and value else repr(value)}")
        return f"Settings({', '.join(shown)})"

    @property
    def unpacked_bytes(self) -> int:
        """Bytes that a packed file may unpack into at import."""
        return self.import_unpacked_gb * 1_000_000_000

    @property
    def state_dir(self) -> Path:
        """Accounts, audit and other state; created on first use by its owners."""
        return self.data_dir / "state"


def load_settings(
    environ: Mapping[str, str] | None = None, *, secrets_file: Path | None = None
) -> Settings:
    """Read settings; the environment wins over the secrets file.

    Raises SettingsError for an unknown name or a value of the wrong type, naming it.
    """
    raw: dict[str, str] = {}
    source = secrets_file or ROOT / ".streamlit" / "secrets.toml"
    if source.is_file():
        try:
            table = tomllib.loads(source.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{source.name} is not valid TOML: {error}.") from error
        raw.update({k: str(v) for k, v in table.items() if k.startswith(PREFIX)})
    env = os.environ if environ is None else environ
    raw.update({k: v for k, v in env.items() if k.startswith(PREFIX)})
    known = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in raw.items():
        if name not in known:
            raise SettingsError(f"Unknown setting {name!r}.{did_you_mean(name, known)}")
        f = known[name]
        values[f.name] = _parse(name, text, f.type if isinstance(f.type, str) else f.type.__name__)
        _check(name, values[f.name], f.metadata["between"])
        if f.metadata["among"] and values[f.name] not in f.metadata["among"]:
            known = f.metadata["among"]
            raise SettingsError(
                f"Setting {name} must be one of {', '.join(known)}, not {text!r}."
                f"{did_you_mean(text, known)}"
            )
    return Settings(**values)


def _check(name: str, value: Any, between: tuple[float, float] | None) -> None:
    """Refuse a number outside its range, and one that is none (`nan`)."""
    if between is not None and not between[0] <= value <= between[1]:
        low, high = between
        raise SettingsError(f"Setting {name} must be from {low:g} to {high:g}, not {value!r}.")


def _parse(name: str, text: str, kind: str) -> Any:
    try:
        if kind == "Path":
            return Path(text).expanduser().resolve()
        if kind == "bool":
            return _TRUTHS[text.strip().casefold()]
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except (KeyError, ValueError):
        raise SettingsError(f"Setting {name} must be of type {kind}, not {text!r}.") from None
    return text


def of_the_app(settings: Settings) -> Settings:
    """The settings of an app that many people ask at once: how often they may, where that is not
    said."""
    return replace(
        settings,
        rate_user=settings.rate_user or _APP_RATE_USER,
        rate_tenant=settings.rate_tenant or _APP_RATE_TENANT,
    )
