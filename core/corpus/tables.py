"""The tables of the corpus in the application's state database.

A head holds an entry's working copy and what is live of it; versions hold every contents that a
working copy ever had. Types and statements are those that SQLite, PostgreSQL and MySQL share.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import MEDIUMTEXT

META = sa.MetaData()
_ID = sa.String(36)
_NAME = sa.String(128)
# MySQL counts bytes, and its TEXT holds too few for 20,000 characters.
_LONG = sa.Text().with_variant(MEDIUMTEXT(), "mysql")


def _contents() -> list[sa.Column[object]]:
    """Columns of an entry's contents: the same in a head and in a version."""
    return [
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", _LONG, nullable=False),
        sa.Column("sql", _LONG, nullable=False),
        sa.Column("paraphrases", _LONG, nullable=False),
        sa.Column("plants", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("author", _NAME, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime, nullable=True),
        sa.Column("verified_by", _NAME, nullable=False),
        sa.Column("verified_at", sa.DateTime, nullable=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("plan_key", sa.Text, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    ]


#: One row a tenant; whoever writes locks it first, so that writers of a tenant follow one another.
LOCKS = sa.Table(
    "corpus_locks",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False),
)
HEADS = sa.Table(
    "corpus_heads",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("entry", _ID, primary_key=True),
    *_contents(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("changed_by", _NAME, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    # What is live: the version, and the digest of its contents; none and empty when nothing is.
    sa.Column("live_version", sa.Integer, nullable=True),
    sa.Column("live_digest", sa.String(64), nullable=False),
    sa.Column("staged", sa.Boolean, nullable=False),
    # What the files say, and which of their contents was taken over last.
    sa.Column("file_json", _LONG, nullable=False),
    sa.Column("file_digest", sa.String(64), nullable=False),
    sa.Column("applied_digest", sa.String(64), nullable=False),
    sa.Column("hits", sa.Integer, nullable=False),
    sa.Column("used_at", sa.DateTime, nullable=True),
    # What a search looks through, and what the list sorts by.
    sa.Column("haystack", _LONG, nullable=False),
    sa.Column("sorted_as", sa.String(128), nullable=False),
    sa.Index("corpus_heads_list", "tenant", "model", "deleted", "changed_at"),
    sa.Index("corpus_heads_counts", "tenant", "model", "deleted", "status", "kind"),
    sa.Index("corpus_heads_staged", "tenant", "model", "staged"),
    sa.Index("corpus_heads_live", "tenant", "model", "live_version"),
)
VERSIONS = sa.Table(
    "corpus_versions",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("entry", _ID, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    *_contents(),
    sa.Column("batch", sa.Integer, nullable=False),
    sa.Index("corpus_versions_batch", "tenant", "batch"),
)
#: The questions of a head (its own and its paraphrases) in normal form, and its plants.
QUESTIONS = sa.Table(
    "corpus_questions",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("entry", _ID, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("key", sa.String(512), nullable=False),
    sa.Index("corpus_questions_key", "tenant", "model", "key"),
)
PLANTS = sa.Table(
    "corpus_plants",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("entry", _ID, primary_key=True),
    sa.Column("plant", sa.String(64), primary_key=True),
)
BATCHES = sa.Table(
    "corpus_batches",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("batch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("by", _NAME, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("undoes", sa.Integer, nullable=True),
)
#: Which version an entry's working copy had before and after a batch.
CHANGES = sa.Table(
    "corpus_changes",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("batch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entry", _ID, primary_key=True),
    sa.Column("before", sa.Integer, nullable=True),
    sa.Column("after", sa.Integer, nullable=False),
    sa.Index("corpus_changes_entry", "tenant", "entry"),
)
PUBLISHES = sa.Table(
    "corpus_publishes",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("by", _NAME, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("report", _LONG, nullable=False),
    sa.Column("back_to", sa.Integer, nullable=True),
    sa.Column("batch", sa.Integer, nullable=False),
)
#: Which version of an entry was live before and after a publish; none: it was not live.
PUBLISHED = sa.Table(
    "corpus_published",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entry", _ID, primary_key=True),
    sa.Column("before", sa.Integer, nullable=True),
    sa.Column("after", sa.Integer, nullable=True),
    sa.Index("corpus_published_entry", "tenant", "entry"),
)
SEEDS = sa.Table(
    "corpus_seeds",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("stamp", sa.String(64), nullable=False),
)
CASES = sa.Table(
    "corpus_cases",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("case_id", _ID, primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("key", sa.String(512), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("sql", _LONG, nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("evidence", _LONG, nullable=False),
    sa.Column("first_at", sa.DateTime, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", _NAME, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("entry", sa.String(36), nullable=False),
    sa.Column("batch", sa.Integer, nullable=True),
    sa.Index("corpus_cases_queue", "tenant", "model", "state", "key"),
)
#: Who told what in a case, once for each person and answer.
REPORTS = sa.Table(
    "corpus_reports",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("case_id", _ID, primary_key=True),
    sa.Column("user", _NAME, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("text", _LONG, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("sql", _LONG, nullable=False),
    sa.Column("answer_id", sa.String(32), primary_key=True),
    sa.Index("corpus_reports_user", "tenant", "user"),
)
#: How often a question was asked, and by whom.
ASKED = sa.Table(
    "corpus_asked",
    META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("hash", sa.String(32), primary_key=True),
    sa.Column("user", _NAME, primary_key=True),
    sa.Column("key", sa.String(512), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("corpus_asked_age", "tenant", "at"),
)
