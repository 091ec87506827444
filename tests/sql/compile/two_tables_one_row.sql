WITH plant_obt_figures AS (
  SELECT
    SUM(run_min) / 60 AS run_hours
  FROM plant_obt
  WHERE
    event_date >= '2026-06-01' AND event_date < '2026-06-08'
), work_orders_figures AS (
  SELECT
    COUNT(*) AS failures
  FROM work_orders
  WHERE
    event_date >= '2026-06-01'
    AND event_date < '2026-06-08'
    AND order_type = 'corrective'
)
SELECT
  plant_obt_figures.run_hours / COALESCE(work_orders_figures.failures, 0) AS mtbf
FROM plant_obt_figures
CROSS JOIN work_orders_figures
