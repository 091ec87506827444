SELECT
  priority,
  SUM(TIMESTAMPDIFF(SECOND, raised_ts, cleared_ts)) / 3600 AS hours,
  COUNT(CASE WHEN cleared_ts IS NULL THEN 1 END) AS open_alarms,
  COUNT(DISTINCT asset_id) AS count_distinct_asset_id
FROM alarm_events
WHERE
  LOCATE(LOWER('SEAL'), LOWER(message)) > 0
GROUP BY
  priority
ORDER BY
  priority
