WITH plant_obt_figures AS (
  SELECT
    plant_id,
    SUM(down_min) AS sum_down_min
  FROM plant_obt
  GROUP BY
    plant_id
), alarm_events_figures AS (
  SELECT
    plant_id,
    COUNT(*) AS row_count_over
  FROM alarm_events
  GROUP BY
    plant_id
)
SELECT
  grouped.plant_id AS plant_id,
  plant_obt_figures.sum_down_min / COALESCE(alarm_events_figures.row_count_over, 0) AS sum_down_min_over_row_count
FROM (
  SELECT
    plant_id
  FROM plant_obt_figures
  UNION
  SELECT
    plant_id
  FROM alarm_events_figures
) AS grouped
LEFT JOIN plant_obt_figures
  ON grouped.plant_id <=> plant_obt_figures.plant_id
LEFT JOIN alarm_events_figures
  ON grouped.plant_id <=> alarm_events_figures.plant_id
ORDER BY
  plant_id
