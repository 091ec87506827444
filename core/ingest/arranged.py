"""What somebody said of files of several tables: which are one table, its name, how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Literal

from core.errors import UserFixable, did_you_mean
from core.ingest.finding import Source
from core.ingest.recognised import Choices
from core.ingest.relations import REJECTS
from core.translation import told

#: What files of the same columns are: one table, or one each; empty: decided by what they hold.
Same = Literal["", "one", "apart"]
#: Names of what stands beside the tables while they are built.
TAKEN: Final = frozenset({REJECTS, "rejected_scans", "staging", "fresh", "work"})
MOST_NAME: Final = 40
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Arranged:
    """What was said; all else is found. By keys of files (`Source.key`): tables: the name of the
    file's table, and files of one name are one table; choices: how the file is read; left_out:
    files that are not imported. patterns: of names of files or sheets, such as `site*.csv`, with
    the name of their table, empty for files that are left out.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    patterns: tuple[tuple[str, str], ...] = ()
    same: Same = ""

    def name_of(self, source: Source) -> str:
        """The name of its table; empty where nobody said one."""
        return self.tables.get(source.key) or self._by_pattern(source) or ""

    def takes(self, source: Source) -> bool:
        """Whether the file is imported."""
        return source.key not in self.left_out and self._by_pattern(source) != ""

    def choices_of(self, source: Source, of_all: Choices) -> Choices:
        """How the file is read. of_all: what was said of all files."""
        return self.choices.get(source.key, of_all)

    def names(self, source: Source) -> bool:
        """Whether anything was said of this file alone."""
        return bool(self.name_of(source)) or source.key in self.choices

    def check(self, sources: Sequence[Source], is_name: Callable[[str], bool]) -> None:
        """Raises UserFixable for a pattern that no file has, and for what is no name of a table.
        is_name: whether a model can name a table so."""
        files = [name for one in sources for name in _names(one)]
        for pattern, _ in self.patterns:
            if not any(_fits(one, pattern) for one in sources):
                raise UserFixable(
                    told(
                        "No file or sheet is called {pattern}.{hint} There are: {names}.",
                        pattern=repr(pattern),
                        hint=did_you_mean(pattern, files),
                        names=", ".join(files[:20]),
                    )
                )
        said = [*self.tables.values(), *(name for _, name in self.patterns if name)]
        for name in said:
            check_table_name(name, is_name)

    def _by_pattern(self, source: Source) -> str | None:
        """The name that a pattern gives it; None where none fits."""
        return next((name for pattern, name in self.patterns if _fits(source, pattern)), None)


def check_table_name(name: str, is_name: Callable[[str], bool]) -> None:
    """Raises UserFixable for what is no name of a table."""
    if not _NAME.fullmatch(name) or name in TAKEN:
        raise UserFixable(
            told(
                "{name} is no name for a table. Use lower case letters, digits and _, up to 40, "
                "and no {taken}.",
                name=repr(name),
                taken=", ".join(sorted(TAKEN)),
            )
        )
    if not is_name(name):
        raise UserFixable(
            told(
                "{name} is a word of SQL and no name for a table. Call it {other} or otherwise.",
                name=repr(name),
                other=f"{name}_rows",
            )
        )


def _names(source: Source) -> tuple[str, ...]:
    return (source.name, source.sheet) if source.sheet else (source.name,)


def _fits(source: Source, pattern: str) -> bool:
    folded = pattern.casefold()
    return any(fnmatchcase(name.casefold(), folded) for name in (*_names(source), source.path.name))
