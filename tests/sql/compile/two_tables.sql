WITH plant_obt_figures AS (
  SELECT
    asset_class,
    SUM(run_min) / 60 AS run_hours
  FROM plant_obt
  WHERE
    event_date >= '2026-06-01' AND event_date < '2026-06-08'
  GROUP BY
    asset_class
), work_orders_figures AS (
  SELECT
    asset_class,
    COUNT(*) AS failures,
    SUM(downtime_min) / 60 / NULLIF(COUNT(*), 0) AS mttr
  FROM work_orders
  WHERE
    event_date >= '2026-06-01'
    AND event_date < '2026-06-08'
    AND order_type = 'corrective'
  GROUP BY
    asset_class
)
SELECT
  grouped.asset_class AS asset_class,
  plant_obt_figures.run_hours / COALESCE(work_orders_figures.failures, 0) AS mtbf,
  (
    plant_obt_figures.run_hours / COALESCE(work_orders_figures.failures, 0)
  ) / (
    (
      plant_obt_figures.run_hours / COALESCE(work_orders_figures.failures, 0)
    ) + work_orders_figures.mttr
  ) AS inherent_availability
FROM (
  SELECT
    asset_class
  FROM plant_obt_figures
  UNION
  SELECT
    asset_class
  FROM work_orders_figures
) AS grouped
LEFT JOIN plant_obt_figures
  ON grouped.asset_class <=> plant_obt_figures.asset_class
LEFT JOIN work_orders_figures
  ON grouped.asset_class <=> work_orders_figures.asset_class
ORDER BY
  mtbf DESC,
  asset_class
