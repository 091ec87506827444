"""A grammar is made once for everybody who may name the same, and for nobody else."""

from concurrent.futures import ThreadPoolExecutor

from core.generation.grammar import Grammars
from core.generation.grammar.nodes import ebnf
from tests.generation.plants import POLICY, ROW_CAP, World


def test_the_same_is_made_once(plant: World):
    grammars = Grammars()
    user = POLICY.user("admin")
    visible = plant.visible(user)

    def asked(_: int):
        return grammars.of(
            plant.model, visible, plant.facts, plants=user.plants, row_cap=ROW_CAP,
            masked=plant.masked(user),
        )  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(asked, range(12)))
    assert len(grammars) == 1
    assert all(one is found[0] for one in found)
    assert found[0].grammar.text == ebnf(plant.rules(user))


def test_what_somebody_may_name_is_part_of_the_key(plant: World):
    grammars = Grammars()
    visible = plant.visible(POLICY.user("trainee"))
    whole = plant.visible(POLICY.user("admin"))

    def text(shown, plants, **more):
        return grammars.of(
            plant.model, shown, plant.facts, plants=plants, **{"row_cap": ROW_CAP, **more}
        ).grammar.text

    first = text(whole, ["HAM", "AUS"])
    assert text(whole, ["AUS", "HAM"]) == first
    assert len(grammars) == 1
    others = [
        text(visible, ["HAM", "AUS"]),
        text(whole, ["HAM"]),
        text(whole, ["HAM", "AUS"], row_cap=50),
        text(whole, ["HAM", "AUS"], columns=frozenset({("plant_obt", "power_kw")})),
        text(whole, ["HAM", "AUS"], masked=frozenset({("plant_obt", "asset_name")})),
    ]
    assert len({first, *others}) == 6
    text(whole, ["HAM", "AUS"], stamp="loaded again")
    assert len(grammars) == 7


def test_no_more_are_kept_than_said(plant: World):
    grammars = Grammars(2)
    whole = plant.visible(POLICY.user("admin"))
    columns = frozenset({("plant_obt", "power_kw")})

    def of(cap: int):
        return grammars.of(
            plant.model, whole, plant.facts, plants=["HAM"], row_cap=cap, columns=columns
        )

    kept = [of(cap) for cap in (1, 2, 3)]
    assert len(grammars) == 2
    assert of(3) is kept[2]
