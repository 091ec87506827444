"""The order lines of one retailer as an Arrow table, sorted by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.retail import stories
from data.retail.catalogue import (
    CHANNELS,
    DAYS,
    FIRST_DAY,
    IN_STORE,
    ONLINE,
    PAYMENTS,
    PRODUCTS,
    REASONS,
    SEASONS,
    SEGMENT_SHARES,
    SEGMENTS,
    STORE_HOURS,
    WEB_HOURS,
    WEEKDAYS,
    Product,
    Promotion,
    Store,
    Tenant,
)
from data.retail.people import email_of, names_of
from data.retail.schema import COLUMNS

_SEED: Final = 20260630
_WALK_IN_SHARE: Final = 0.22
_MORE_LINES: Final = 0.75
_MOST_LINES: Final = 6
_COLLECTED_SHARE: Final = 0.09
_ONLINE_RETURNS: Final = 1.7
_FIRST_ORDER: Final = 100001
_RECALL: Final = REASONS.index("Recall")

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Orders:
    """One entry an order, by day, then time. day: from FIRST_DAY. customer: -1 for none."""

    day: _Ints
    second: _Ints
    store: _Ints
    channel: _Ints
    customer: _Ints
    agent: _Ints
    payment: _Ints


def tenant_lines(tenant: Tenant, first_day: date) -> pa.Table:
    """The lines from `first_day` on, in the columns of `schema.COLUMNS`. All days are always
    generated and the earlier ones cut off, so a day's rows do not depend on how many are kept."""
    random = np.random.default_rng([_SEED, *tenant.tenant_id.encode()])
    products = tuple(p for p in PRODUCTS if p.category in tenant.categories)
    orders = _orders(tenant, random)
    of_order, product, line = _basket(tenant, products, orders, random)
    day = orders.day[of_order]
    figures = _figures(tenant, products, orders, of_order, product, random)
    customers = names_of(tenant, random)
    rows = _columns(tenant, products, orders, of_order, product, line, customers, figures)
    return rows.slice(int(np.searchsorted(day, (first_day - FIRST_DAY).days)))


def _at(day: date) -> int:
    return (day - FIRST_DAY).days


def _calendar() -> list[date]:
    return [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]


def _demand(tenant: Tenant, store: Store, calendar: list[date]) -> _Floats:
    """Mean orders of a store on each day."""
    mean = np.array([store.orders * WEEKDAYS[d.weekday()] for d in calendar])
    mean *= 1 + tenant.growth * np.arange(DAYS) / 365
    share = 0.5 if tenant.tenant_id == "LOT" else 1.0
    for n, day in enumerate(calendar):
        if day.month == 12:
            rush = [factor for since, factor in stories.CHRISTMAS if day.day >= since][-1]
            mean[n] *= 1 + share * (rush - 1)
    for promotion in _promotions(tenant):
        lift = promotion.lift if not promotion.categories else 1 + (promotion.lift - 1) / 2
        mean[_at(promotion.first) : _at(promotion.last) + 1] *= lift
    mean[: max(_at(store.opened_on), 0)] = 0
    if tenant.tenant_id == stories.OUTAGE_TENANT:
        mean[_at(stories.OUTAGE_DAY)] = 0
    return mean


def _promotions(tenant: Tenant) -> list[Promotion]:
    return [p for p in stories.PROMOTIONS if p.tenant_id == tenant.tenant_id]


def _orders(tenant: Tenant, random: np.random.Generator) -> _Orders:
    calendar = _calendar()
    parts: list[tuple[_Ints, ...]] = []
    first_agent = 0
    for number, store in enumerate(tenant.stores):
        count = random.poisson(_demand(tenant, store, calendar))
        day = np.repeat(np.arange(DAYS), count)
        size = len(day)
        is_web = store.format == "Online"
        hours, weights = zip(*(WEB_HOURS if is_web else STORE_HOURS), strict=True)
        hour = random.choice(hours, size, p=np.array(weights) / sum(weights))
        second = hour * 3600 + random.integers(0, 3600, size)
        collected = random.random(size) < _COLLECTED_SHARE
        channel = np.full(size, 2) if is_web else collected.astype(np.int64)
        # Few customers buy often: the power of an even draw leans to the first ones.
        customer = (tenant.customers * random.random(size) ** 1.3).astype(np.int64)
        walks_in = (channel == 0) & (random.random(size) < _WALK_IN_SHARE)
        customer[walks_in] = -1
        agent = np.full(size, -1)
        if store.agents:
            agent = first_agent + random.integers(0, len(store.agents), size)
            agent[channel == 1] = -1
        payment = random.choice(len(PAYMENTS), size, p=ONLINE if is_web else IN_STORE)
        parts.append((day, second, np.full(size, number), channel, customer, agent, payment))
        first_agent += len(store.agents)
    whole = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    order = np.lexsort((whole[2], whole[1], whole[0]))
    return _Orders(*(column[order] for column in whole))


def _basket(
    tenant: Tenant, products: tuple[Product, ...], orders: _Orders, random: np.random.Generator
) -> tuple[_Ints, _Ints, _Ints]:
    """Of each line: its order, its product and its number in the order."""
    size = np.minimum(1 + random.poisson(_MORE_LINES, len(orders.day)), _MOST_LINES)
    of_order = np.repeat(np.arange(len(orders.day)), size)
    line = np.arange(len(of_order)) - np.repeat(np.cumsum(size) - size, size) + 1
    product = np.zeros(len(of_order), dtype=np.int64)
    day = orders.day[of_order]
    bounds = np.searchsorted(day, np.arange(DAYS + 1))
    for n, today in enumerate(_calendar()):
        weights = np.array([_pull(tenant, p, today) for p in products])
        start, stop = bounds[n], bounds[n + 1]
        drawn = random.random(stop - start)
        product[start:stop] = np.searchsorted(np.cumsum(weights / weights.sum()), drawn)
    return of_order, np.minimum(product, len(products) - 1), line


def _pull(tenant: Tenant, product: Product, day: date) -> float:
    """How much a product is asked for on a day, against the others."""
    if product.code == stories.RECALLED and day > stories.RECALL_DAY:
        return 0.0
    pull = product.weight * SEASONS[product.category][day.month - 1]
    for promotion in _promotions(tenant):
        if product.category in promotion.categories and promotion.first <= day <= promotion.last:
            pull *= 1.7
    return pull


def _figures(
    tenant: Tenant,
    products: tuple[Product, ...],
    orders: _Orders,
    of_order: _Ints,
    product: _Ints,
    random: np.random.Generator,
) -> dict[str, NDArray[Any]]:
    """Numbers of each line, in EUR to the cent, and what came back of it."""
    size = len(of_order)
    day, channel = orders.day[of_order], orders.channel[of_order]
    category = np.array([p.category for p in products])[product]
    price = np.array([p.price_eur for p in products])[product]
    quantity = 1 + random.poisson(np.where(price < 60, 0.55, 0.12))
    off, promotion = _reductions(tenant, orders, of_order, category, random)
    gross = np.round(price * quantity, 2)
    discount = np.round(gross * off, 2)
    revenue = np.round(gross - discount, 2)
    share = np.array([p.cost for p in products])[product] * random.normal(1, 0.015, size)
    dearer = (category == stories.DEARER_CATEGORY) & (day >= _at(stories.DEARER_SINCE))
    cost = np.round(gross * share * np.where(dearer, stories.DEARER_BY, 1.0), 2)
    comes_back = np.array([p.returned for p in products])[product]
    comes_back = comes_back * np.where(channel == 2, _ONLINE_RETURNS, 1.0)
    code = np.array([p.code for p in products])[product]
    recalled = (code == stories.RECALLED) & (day >= _at(stories.RECALL_BOUGHT_SINCE))
    comes_back = np.where(recalled, stories.RECALL_RETURNED, comes_back)
    after = day + random.integers(2, 29, size)
    back_on = np.where(recalled, np.maximum(after, _at(stories.RECALL_DAY) + after % 9), after)
    # What would come back after the last day is not known yet.
    is_back = (random.random(size) < comes_back) & (back_on < DAYS)
    returned = np.where(is_back, random.integers(1, quantity + 1), 0)
    reason = random.choice(4, size, p=(0.1, 0.25, 0.3, 0.35))
    worn = np.isin(category, ("Clothing", "Footwear")) & (random.random(size) < 0.6)
    reason = np.where(worn, 0, reason)
    reason = np.where(recalled & (random.random(size) < 0.93), _RECALL, reason)
    return {
        "quantity": quantity,
        "gross_eur": gross,
        "discount_eur": discount,
        "revenue_eur": revenue,
        "cost_eur": cost,
        "margin_eur": np.round(revenue - cost, 2),
        "returned_quantity": returned,
        "refund_eur": np.round(revenue * returned / quantity, 2),
        "reason": np.where(is_back, reason, -1),
        "returned_on": np.where(is_back, back_on, -1),
        "promotion": promotion,
    }


def _reductions(
    tenant: Tenant,
    orders: _Orders,
    of_order: _Ints,
    category: NDArray[Any],
    random: np.random.Generator,
) -> tuple[_Floats, _Ints]:
    """The share of the price that is let off each line, and its promotion (-1 for none)."""
    size = len(of_order)
    day, agent = orders.day[of_order], orders.agent[of_order]
    # Two lines in three are sold at the list price, the others at 2 to 15 % less.
    off = np.where(random.random(size) < 0.66, 0.0, random.uniform(0.02, 0.15, size))
    agents = [name for store in tenant.stores for name in store.agents]
    if stories.GENEROUS in agents:
        generous = (agent == agents.index(stories.GENEROUS)) & (day >= _at(stories.GENEROUS_SINCE))
        off = np.where(generous, random.normal(stories.GENEROUS_OFF, 0.04, size).clip(0, 0.4), off)
    promotion = np.full(size, -1)
    for number, offer in enumerate(stories.PROMOTIONS):
        if offer.tenant_id != tenant.tenant_id:
            continue
        holds: _Flags = (day >= _at(offer.first)) & (day <= _at(offer.last))
        if offer.categories:
            holds &= np.isin(category, offer.categories)
        else:
            holds &= random.random(size) < 0.8
        promotion[holds] = number
        off = np.where(holds, offer.off, off)
    return off, promotion


def _columns(
    tenant: Tenant,
    products: tuple[Product, ...],
    orders: _Orders,
    of_order: _Ints,
    product: _Ints,
    line: _Ints,
    customers: list[str],
    figures: dict[str, NDArray[Any]],
) -> pa.Table:
    day, store = orders.day[of_order], orders.store[of_order]
    customer, agent = orders.customer[of_order], orders.agent[of_order]
    stores, size = tenant.stores, len(of_order)
    agents = [(s.store_id, n, name) for s in stores for n, name in enumerate(s.agents, start=1)]
    dates = np.array(FIRST_DAY, "datetime64[D]") + day
    # The customer's segment is a trait of the person; whoever gives no name walks in.
    segment = np.searchsorted(np.cumsum(SEGMENT_SHARES), _even(tenant.customers)).clip(0, 3)
    known = {
        "order_date": pa.array(dates),
        "tenant_id": _same(tenant.tenant_id, size),
        "order_ts": pa.array(
            dates.astype("datetime64[us]") + (orders.second[of_order] * 1_000_000)
        ),
        "tenant_name": _same(tenant.name, size),
        "country": _text(store, [s.country for s in stores]),
        "city": _text(store, [s.city for s in stores]),
        "store_id": _text(store, [s.store_id for s in stores]),
        "store_name": _text(store, [s.name for s in stores]),
        "store_format": _text(store, [s.format for s in stores]),
        "opened_on": pa.array(np.array([s.opened_on for s in stores], "datetime64[D]")[store]),
        "channel": _text(orders.channel[of_order], CHANNELS),
        "order_no": pa.array(
            [f"{tenant.tenant_id}-{_FIRST_ORDER + n}" for n in range(len(orders.day))]
        ).take(pa.array(of_order)),
        "line_no": pa.array(line),
        "product_code": _text(product, [p.code for p in products]),
        "product_name": _text(product, [p.name for p in products]),
        "brand": _text(product, [p.brand for p in products]),
        "subcategory": _text(product, [p.subcategory for p in products]),
        "category": _text(product, [p.category for p in products]),
        "customer_id": _text(
            customer, [f"C-{tenant.tenant_id}-{n:05d}" for n in range(1, len(customers) + 1)]
        ),
        "customer_name": _text(customer, customers),
        "customer_email": _text(customer, [email_of(n, k) for k, n in enumerate(customers)]),
        "customer_segment": _text(np.where(customer < 0, 4, segment[customer]), SEGMENTS),
        "agent_id": _text(agent, [f"A-{s[1:]}{n:02d}" for s, n, _ in agents]),
        "agent_name": _text(agent, [name for _, _, name in agents]),
        "payment_method": _text(orders.payment[of_order], PAYMENTS),
        "promotion_name": _text(figures["promotion"], [p.name for p in stories.PROMOTIONS]),
        "currency": _text(store, [s.currency for s in stores]),
        "return_reason": _text(figures["reason"], REASONS),
        "returned_on": pa.array(
            np.array(FIRST_DAY, "datetime64[D]") + figures["returned_on"],
            mask=figures["returned_on"] < 0,
        ),
    }
    names = [name for name, _ in COLUMNS]
    return pa.table({n: known[n] if n in known else pa.array(figures[n]) for n in names})


def _even(count: int) -> _Floats:
    """Numbers from 0 to 1 that are spread evenly and in no order."""
    return np.asarray((np.arange(count) * 0.6180339887498949) % 1.0, dtype=np.float64)


def _text(codes: _Ints, values: Sequence[str | None]) -> pa.Array:
    """Text from codes; a code below zero is NULL."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values), pa.string()))


def _same(value: str, size: int) -> pa.Array:
    return _text(np.zeros(size, dtype=np.int64), [value])
