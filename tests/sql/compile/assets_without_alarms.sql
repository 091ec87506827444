WITH alarm_events_figures AS (
  SELECT
    asset_id,
    COUNT(*) AS row_count
  FROM alarm_events
  WHERE
    event_date >= '2025-06-02' AND event_date < '2025-06-03' AND plant_id = 'HAM'
  GROUP BY
    asset_id
)
SELECT
  grouped.asset_id AS asset_id,
  COALESCE(alarm_events_figures.row_count, 0) AS row_count
FROM (
  SELECT
    asset_id
  FROM plant_obt
  WHERE
    NOT asset_id IS NULL AND plant_id = 'HAM'
  GROUP BY
    asset_id
) AS grouped
LEFT JOIN alarm_events_figures
  ON grouped.asset_id <=> alarm_events_figures.asset_id
WHERE
  COALESCE(alarm_events_figures.row_count, 0) = 0
ORDER BY
  asset_id
