"""The metrics of a drafted model: the share of rows of each flag, and how long it took from a
table's time to a later one. Sums and means are those of the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from core.drafting.lasting import lasting_of, said_of, words_of_length
from core.drafting.survey import Survey
from core.drafting.words import label_of, plain_name, singular, table_label


def metrics_of(
    found: Survey, labels_of: Callable[[str], Mapping[str, str]]
) -> dict[str, CommentedMap]:
    """Name -> what a model says of the metric. labels_of: table -> column -> label."""
    taken = {*found.names.columns.values()}
    made: dict[str, CommentedMap] = {}
    for table in found.tables:
        _add_shares(found, table, taken, made)
        _add_lasting(found, table, labels_of(table), taken, made)
    return made


def on_one_line(found: Sequence[str]) -> CommentedSeq:
    """A list as a model's text has it."""
    made = CommentedSeq(found)
    made.fa.set_flow_style()
    return made


def _add_shares(found: Survey, table: str, taken: set[str], made: dict[str, CommentedMap]) -> None:
    for natured in found.natures[table].values():
        if natured.nature != "flag" or natured.is_personal:
            continue
        column = found.names.columns[table, natured.column.name]
        test = column if natured.type == "boolean" else f"{column} = 1"
        label = label_of(natured.column.name, is_flag=True)
        made[plain_name(f"{column}_share", {*taken, *made})] = CommentedMap(
            {
                "label": f"{label} share",
                "drafted": True,
                "table": found.names.tables[table],
                "expression": f"AVG(CASE WHEN {test} THEN 1.0 WHEN {column} IS NULL THEN "
                "NULL ELSE 0.0 END)",
                "unit": "1",
                "display": "percent",
                "decimals": 1,
            }
        )


def _add_lasting(
    found: Survey,
    table: str,
    labels: Mapping[str, str],
    taken: set[str],
    made: dict[str, CommentedMap],
) -> None:
    """The mean of such times, and all of them together."""
    entity = singular(table_label(table))
    called = {label.casefold() for label in labels.values()}
    of_rows = words_of_length(found.natures[table], labels)
    each = lasting_of(found.tables[table], found.natures[table], found.axes[table])
    for at, one in enumerate(each):
        begin, end = (found.names.columns[table, name] for name in (one.begin, one.end))
        first, last = (labels[name].casefold() for name in (one.begin, one.end))
        said = said_of(one, labels, entity, of_rows if at == 0 else ())
        said = [words for words in said if words not in called]
        took = f"TIMESTAMPDIFF(SECOND, {begin}, {end})"
        name = plain_name(f"{begin}_to_{end}", {*taken, *made})
        shared = {"table": found.names.tables[table], "unit": one.unit, "decimals": 1}
        made[name] = CommentedMap(
            {
                "label": f"Mean time from {first} to {last}",
                "drafted": True,
                "expression": f"AVG({took}) / {one.seconds()}",
                **shared,
                "synonyms": on_one_line(said),
            }
        )
        made[plain_name(f"{name}_total", {*taken, *made})] = CommentedMap(
            {
                "label": f"Total time from {first} to {last}",
                "drafted": True,
                "expression": f"SUM({took}) / {one.seconds()}",
                **shared,
                "additive": True,
                "synonyms": on_one_line([f"total {words}" for words in said]),
            }
        )
