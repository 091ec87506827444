-- Roll-ups of the sales by day and by month. They hold sums and no ratio, so that every ratio can
-- be formed after adding up (../03_materialized_views.sql says how, and how they are refreshed).
--
--   column          is                               in metrics of data/models/retail.yaml
--   quantity ...    SUM of the column of that name   unchanged: SUM(margin_eur) / NULLIF(SUM(revenue_eur), 0)
--   order_count     COUNT(DISTINCT order_no)         SUM(order_count)
--   line_count      COUNT(*)                         SUM(line_count)
--
-- An order lies in one group of mv_daily_revenue, because all that it is split by is the order's
-- own: order_count adds up there. An order's lines lie in several products, so mv_monthly_kpi has
-- no orders. Customers and stores that are counted once are asked of the table.

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.mv_daily_revenue
COMMENT 'Revenue, margin and returns of a store, a channel and a day'
PARTITION BY date_trunc('month', order_date)
DISTRIBUTED BY HASH (store_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    order_date,
    tenant_id,
    tenant_name,
    country,
    city,
    store_id,
    store_name,
    store_format,
    channel,
    customer_segment,
    agent_id,
    payment_method,
    COUNT(DISTINCT order_no) AS order_count,
    COUNT(*) AS line_count,
    SUM(quantity) AS quantity,
    SUM(gross_eur) AS gross_eur,
    SUM(discount_eur) AS discount_eur,
    SUM(revenue_eur) AS revenue_eur,
    SUM(cost_eur) AS cost_eur,
    SUM(margin_eur) AS margin_eur,
    SUM(returned_quantity) AS returned_quantity,
    SUM(refund_eur) AS refund_eur
FROM gemba_store.analytics_obt
GROUP BY
    order_date, tenant_id, tenant_name, country, city, store_id, store_name,
    store_format, channel, customer_segment, agent_id, payment_method;

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.mv_monthly_kpi
COMMENT 'Figures of a store, a product, a promotion and a month'
PARTITION BY order_month
DISTRIBUTED BY HASH (store_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 1 HOUR)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    date_trunc('month', order_date) AS order_month,
    tenant_id,
    tenant_name,
    country,
    city,
    store_id,
    store_name,
    store_format,
    channel,
    product_code,
    product_name,
    brand,
    subcategory,
    category,
    promotion_name,
    return_reason,
    COUNT(*) AS line_count,
    SUM(quantity) AS quantity,
    SUM(gross_eur) AS gross_eur,
    SUM(discount_eur) AS discount_eur,
    SUM(revenue_eur) AS revenue_eur,
    SUM(cost_eur) AS cost_eur,
    SUM(margin_eur) AS margin_eur,
    SUM(returned_quantity) AS returned_quantity,
    SUM(refund_eur) AS refund_eur
FROM gemba_store.analytics_obt
GROUP BY
    date_trunc('month', order_date), tenant_id, tenant_name, country, city, store_id,
    store_name, store_format, channel, product_code, product_name, brand, subcategory, category,
    promotion_name, return_reason;
