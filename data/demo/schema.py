"""Column names and types of the demo plant's three tables, in their order."""

from typing import Final

PLANT_OBT: Final = (
    ("event_date", "DATE"),
    ("plant_id", "VARCHAR"),
    ("event_ts", "TIMESTAMP"),
    ("event_ts_utc", "TIMESTAMP"),
    ("production_date", "DATE"),
    ("shift_name", "VARCHAR"),
    ("plant_name", "VARCHAR"),
    ("country", "VARCHAR"),
    ("area_name", "VARCHAR"),
    ("line_name", "VARCHAR"),
    ("asset_id", "VARCHAR"),
    ("asset_name", "VARCHAR"),
    ("asset_class", "VARCHAR"),
    ("criticality", "VARCHAR"),
    ("manufacturer", "VARCHAR"),
    ("asset_model", "VARCHAR"),
    ("installed_on", "DATE"),
    ("product_code", "VARCHAR"),
    ("product_name", "VARCHAR"),
    ("product_family", "VARCHAR"),
    ("order_no", "VARCHAR"),
    ("crew", "VARCHAR"),
    ("operator_name", "VARCHAR"),
    ("temperature_c", "DOUBLE"),
    ("vibration_mm_s", "DOUBLE"),
    ("pressure_bar", "DOUBLE"),
    ("motor_current_a", "DOUBLE"),
    ("speed_rpm", "DOUBLE"),
    ("flow_m3_h", "DOUBLE"),
    ("power_kw", "DOUBLE"),
    ("signal_quality", "VARCHAR"),
    ("planned_min", "DOUBLE"),
    ("run_min", "DOUBLE"),
    ("down_min", "DOUBLE"),
    ("downtime_reason", "VARCHAR"),
    ("ideal_units", "BIGINT"),
    ("good_units", "BIGINT"),
    ("scrap_units", "BIGINT"),
    ("scrap_reason", "VARCHAR"),
    ("energy_kwh", "DOUBLE"),
)

_EVENT_COLUMNS: Final = (
    ("event_date", "DATE"),
    ("production_date", "DATE"),
    ("plant_id", "VARCHAR"),
    ("plant_name", "VARCHAR"),
    ("country", "VARCHAR"),
    ("area_name", "VARCHAR"),
    ("line_name", "VARCHAR"),
    ("asset_id", "VARCHAR"),
    ("asset_name", "VARCHAR"),
    ("asset_class", "VARCHAR"),
    ("criticality", "VARCHAR"),
)

ALARM_EVENTS: Final = (
    *_EVENT_COLUMNS,
    ("alarm_id", "VARCHAR"),
    ("tag", "VARCHAR"),
    ("message", "VARCHAR"),
    ("priority", "VARCHAR"),
    ("raised_ts", "TIMESTAMP"),
    ("acknowledged_ts", "TIMESTAMP"),
    ("cleared_ts", "TIMESTAMP"),
    ("alarm_value", "DOUBLE"),
    ("limit_value", "DOUBLE"),
    ("shift_name", "VARCHAR"),
    ("operator_name", "VARCHAR"),
)

WORK_ORDERS: Final = (
    *_EVENT_COLUMNS,
    ("work_order_no", "VARCHAR"),
    ("order_type", "VARCHAR"),
    ("failure_mode", "VARCHAR"),
    ("opened_ts", "TIMESTAMP"),
    ("closed_ts", "TIMESTAMP"),
    ("labour_hours", "DOUBLE"),
    ("parts_cost_eur", "DOUBLE"),
    ("downtime_min", "DOUBLE"),
    ("technician_name", "VARCHAR"),
)

TABLES: Final = {
    "plant_obt": PLANT_OBT,
    "alarm_events": ALARM_EVENTS,
    "work_orders": WORK_ORDERS,
}


def create_table(name: str) -> str:
    """The CREATE TABLE statement of one of the three tables."""
    columns = ", ".join(f"{column} {kind}" for column, kind in TABLES[name])
    return f"CREATE TABLE {name} ({columns})"
