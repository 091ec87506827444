"""Random queries asked of several copies of the mill: a user of one site gets what a copy with that
site alone gives, and no role's answer depends on what is masked or hidden for it."""

from pathlib import Path

from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from tests.governance import mill
from tests.governance.queries import Queries
from tests.governance.worlds import ROLES, plain, twin, viewer

OWN = ("N",)


class Differential:
    """Files and connections; `complaint` says what a seed's query gave away, if anything."""

    def __init__(self, folder: Path) -> None:
        whole = mill.build(folder / "whole.duckdb")
        alone = mill.build(folder / "alone.duckdb", sites=OWN)
        self.twins = {
            role: mill.open_direct(twin(folder / f"{role}.duckdb", whole, role, OWN))
            for role in ROLES
        }
        self.whole, self.alone = mill.open_direct(whole), mill.open_direct(alone)

    def close(self) -> None:
        for store in (self.whole, self.alone, *self.twins.values()):
            store.close()

    def complaint(self, seed: int) -> str:
        sql = Queries(seed).query()
        return self.of_scope(sql) or self.of_masks(sql, ROLES[seed % len(ROLES)])

    def of_scope(self, sql: str) -> str:
        """The row scope: governed on the whole equals ungoverned on a copy of one site."""
        governed = govern(sql, mill.NORTH_ADMIN, mill.POLICY, mill.MODEL)
        scoped = plain(self.whole.execute(to_duckdb(governed.sql)).fetchall())
        alone = plain(self.alone.execute(to_duckdb(sql)).fetchall())
        return "" if scoped == alone else f"rows of other sites count in: {sql}"

    def of_masks(self, sql: str, role: str) -> str:
        """The masks: two worlds that look alike to the role give the same."""
        if role == "partial" and ("hours" in sql):
            return ""  # the column does not exist for this role
        governed = govern(sql, viewer(role, OWN), mill.POLICY, mill.MODEL)
        text = to_duckdb(governed.sql)
        here = plain(self.whole.execute(text).fetchall())
        there = plain(self.twins[role].execute(text).fetchall())
        return "" if here == there else f"{role} can tell two worlds apart by: {sql}"
