"""A small model over the demo plant's tables, so that these tests need no model file."""

from core.semantic.model import Column, Metric, Quality, SemanticModel, Table, TimeAxis


def _text(name, **more):
    return Column(name, "string", "dimension", name.replace("_", " "), **more)


def _sensor(name, unit, **more):
    return Column(name, "double", "measure", name, unit=unit, needs_good=True, **more)


def _amount(name, unit, kind="double", **more):
    return Column(name, kind, "measure", name, unit=unit, default_agg="sum", additive=True, **more)


_PLACE = [
    Column("event_date", "date", "time", "date"),
    Column("production_date", "date", "time", "production day"),
    *(_text(n) for n in ("plant_id", "plant_name", "area_name", "line_name", "asset_id")),
    _text("asset_class"),
    _text("criticality"),
]


def _columns(*columns):
    return {c.name: c for c in (*_PLACE, *columns)}


READINGS = Table(
    name="plant_obt",
    label="Readings",
    entity="reading",
    columns=_columns(
        Column("event_ts", "datetime", "time", "time"),
        Column("event_ts_utc", "datetime", "time", "UTC time"),
        _text("shift_name"),
        _text("product_family"),
        _text("operator_name", personal=True),
        Column("installed_on", "date", "dimension", "installed on"),
        _sensor("temperature_c", "Cel"),
        _sensor("vibration_mm_s", "mm/s"),
        _sensor("power_kw", "kW"),
        _text("signal_quality"),
        _amount("planned_min", "min"),
        _amount("run_min", "min"),
        _amount("down_min", "min"),
        _text("downtime_reason", drop_null=True),
        _amount("ideal_units", None, "integer"),
        _amount("good_units", None, "integer"),
        _amount("scrap_units", None, "integer"),
        _amount("energy_kwh", "kW.h"),
    ),
    time=TimeAxis(
        "event_ts", "event_date", "event_ts_utc", "production_date", "shift_name", interval_min=10
    ),
    scope="plant_id",
    quality=Quality("signal_quality", ("GOOD",), ("UNCERTAIN",), ("BAD",)),
    default_fields=("event_ts", "asset_id", "temperature_c", "vibration_mm_s"),
)

ALARMS = Table(
    name="alarm_events",
    label="Alarms",
    entity="alarm",
    columns=_columns(
        Column("raised_ts", "datetime", "time", "raised"),
        Column("acknowledged_ts", "datetime", "time", "acknowledged"),
        Column("cleared_ts", "datetime", "time", "cleared"),
        _text("alarm_id"),
        _text("priority"),
        Column("message", "string", "text", "message"),
        _text("shift_name"),
        Column("alarm_value", "double", "measure", "value"),
    ),
    time=TimeAxis(
        "raised_ts",
        "event_date",
        production_date="production_date",
        shift="shift_name",
        end="cleared_ts",
    ),
    scope="plant_id",
    default_fields=("raised_ts", "asset_id", "priority", "message"),
)

ORDERS = Table(
    name="work_orders",
    label="Work orders",
    entity="work order",
    columns=_columns(
        Column("opened_ts", "datetime", "time", "opened"),
        Column("closed_ts", "datetime", "time", "closed"),
        _text("work_order_no"),
        _text("order_type"),
        _text("failure_mode", drop_null=True),
        _amount("labour_hours", "h"),
        _amount("parts_cost_eur", "EUR"),
        _amount("downtime_min", "min"),
    ),
    time=TimeAxis("opened_ts", "event_date", production_date="production_date", end="closed_ts"),
    scope="plant_id",
)


def _metric(name, table, expression=None, **more):
    return Metric(name, name.replace("_", " "), table, expression, **more)


METRICS = [
    _metric(
        "oee",
        "plant_obt",
        "SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0)",
        display="percent",
        direction="higher",
    ),
    _metric(
        "availability", "plant_obt", "SUM(run_min) / NULLIF(SUM(planned_min), 0)", display="percent"
    ),
    _metric(
        "scrap_rate",
        "plant_obt",
        "SUM(scrap_units) / NULLIF(SUM(good_units + scrap_units), 0)",
        display="percent",
    ),
    _metric("downtime_hours", "plant_obt", "SUM(down_min) / 60", additive=True, unit="h"),
    _metric("run_hours", "plant_obt", "SUM(run_min) / 60", additive=True, unit="h"),
    _metric("energy_kwh", "plant_obt", "SUM(energy_kwh)", additive=True, unit="kW.h"),
    _metric("mean_vibration", "plant_obt", "AVG(vibration_mm_s)", needs_good=True, unit="mm/s"),
    _metric("energy_per_unit", "plant_obt", "SUM(energy_kwh) / NULLIF(SUM(good_units), 0)"),
    _metric("alarm_count", "alarm_events", "COUNT(*)", additive=True),
    _metric(
        "open_alarms", "alarm_events", "COUNT(*)", condition="cleared_ts IS NULL", additive=True
    ),
    _metric("orders", "work_orders", "COUNT(*)", additive=True),
    _metric(
        "failures", "work_orders", "COUNT(*)", condition="order_type = 'corrective'", additive=True
    ),
    _metric(
        "mttr",
        "work_orders",
        "SUM(downtime_min) / 60 / NULLIF(COUNT(*), 0)",
        condition="order_type = 'corrective'",
        unit="h",
    ),
    _metric("mtbf", "work_orders", formula="run_hours / failures", unit="h"),
    _metric(
        "inherent_availability", "work_orders", formula="mtbf / (mtbf + mttr)", display="percent"
    ),
    _metric("scrap_share_of_run", "plant_obt", formula="scrap_rate / availability"),
]

MODEL = SemanticModel(
    name="small",
    label="Small plant",
    version="1",
    tables={t.name: t for t in (READINGS, ALARMS, ORDERS)},
    metrics={m.name: m for m in METRICS},
    default_table="plant_obt",
    entity="asset_id",
)
