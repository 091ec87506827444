"""Column names and types of the sales table, in their order."""

from typing import Final

TABLE: Final = "analytics_obt"

COLUMNS: Final = (
    ("order_date", "DATE"),
    ("tenant_id", "VARCHAR"),
    ("order_ts", "TIMESTAMP"),
    ("tenant_name", "VARCHAR"),
    ("country", "VARCHAR"),
    ("city", "VARCHAR"),
    ("store_id", "VARCHAR"),
    ("store_name", "VARCHAR"),
    ("store_format", "VARCHAR"),
    ("opened_on", "DATE"),
    ("channel", "VARCHAR"),
    ("order_no", "VARCHAR"),
    ("line_no", "BIGINT"),
    ("product_code", "VARCHAR"),
    ("product_name", "VARCHAR"),
    ("brand", "VARCHAR"),
    ("subcategory", "VARCHAR"),
    ("category", "VARCHAR"),
    ("customer_id", "VARCHAR"),
    ("customer_name", "VARCHAR"),
    ("customer_email", "VARCHAR"),
    ("customer_segment", "VARCHAR"),
    ("agent_id", "VARCHAR"),
    ("agent_name", "VARCHAR"),
    ("payment_method", "VARCHAR"),
    ("promotion_name", "VARCHAR"),
    ("currency", "VARCHAR"),
    ("quantity", "BIGINT"),
    ("gross_eur", "DOUBLE"),
    ("discount_eur", "DOUBLE"),
    ("revenue_eur", "DOUBLE"),
    ("cost_eur", "DOUBLE"),
    ("margin_eur", "DOUBLE"),
    ("returned_quantity", "BIGINT"),
    ("refund_eur", "DOUBLE"),
    ("return_reason", "VARCHAR"),
    ("returned_on", "DATE"),
)


def create_table() -> str:
    """The CREATE TABLE statement."""
    columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS)
    return f"CREATE TABLE {TABLE} ({columns})"
