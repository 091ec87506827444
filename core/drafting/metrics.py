"""The figures of a drafted model that are no column of its store: the share of rows of each flag,
and how long each row took. Sums and means are those of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from core.drafting.lasting import lasting_of, said_of, words_of_length
from core.drafting.pairs import pairs_of
from core.drafting.survey import Survey
from core.drafting.words import label_of, plain_name, singular, table_label


def metrics_of(found: Survey) -> dict[str, CommentedMap]:
    """Name -> what a model says of the metric."""
    taken = {*found.names.columns.values()}
    made: dict[str, CommentedMap] = {}
    for table in found.tables:
        _add_shares(found, table, taken, made)
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


def reckoned_columns(
    found: Survey, table: str, labels: Mapping[str, str]
) -> dict[str, CommentedMap]:
    """Name -> what a model says of each column that is reckoned: how long a row took from the
    table's time to a later one, and by how much a figure is off what was meant. labels: of the
    table's columns."""
    entity = singular(table_label(table))
    taken = {*found.names.columns.values()}
    called = {label.casefold() for label in labels.values()}
    of_rows = words_of_length(found.natures[table], labels)
    made: dict[str, CommentedMap] = {}
    each = lasting_of(found.tables[table], found.natures[table], found.axes[table])
    for at, one in enumerate(each):
        begin, end = (found.names.columns[table, name] for name in (one.begin, one.end))
        first, last = (labels[name].casefold() for name in (one.begin, one.end))
        said = said_of(one, labels, entity, of_rows if at == 0 else ())
        made[plain_name(f"{begin}_to_{end}", {*taken, *made})] = CommentedMap(
            {
                "type": "double",
                "role": "measure",
                "label": f"Time from {first} to {last}",
                "drafted": True,
                "expression": f"TIMESTAMPDIFF(SECOND, {begin}, {end}) / {one.seconds()}",
                "unit": one.unit,
                "default_agg": "avg",
                "additive": True,
                "decimals": 1,
                "synonyms": on_one_line([words for words in said if words not in called]),
            }
        )
    for actual, planned in pairs_of(found.natures[table]):
        came, meant = (found.names.columns[table, name] for name in (actual, planned))
        of = found.natures[table][actual]
        made[plain_name(f"{came}_less_{meant}", {*taken, *made})] = CommentedMap(
            {
                "type": "double",
                "role": "measure",
                "label": f"{labels[actual]} less {labels[planned].casefold()}",
                "drafted": True,
                "expression": f"{came} - {meant}",
                **({"unit": of.unit} if of.unit else {}),
                "default_agg": "sum" if of.adds else "avg",
                **({"additive": True} if of.adds else {}),
            }
        )
    return made
