SELECT
  line_name,
  COUNT(*) / 7 AS alarm_count_per_day
FROM alarm_events
WHERE
  event_date >= '2026-06-01' AND event_date < '2026-06-08'
GROUP BY
  line_name
ORDER BY
  line_name
