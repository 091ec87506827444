SELECT
  line_name,
  CAST(DATE_TRUNC('WEEK', event_date) AS DATE) AS week,
  SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0) AS oee,
  AVG(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS mean_vibration
FROM plant_obt
WHERE
  event_ts >= '2026-06-01 06:00:00'
  AND event_ts < '2026-06-02 14:00:00'
  AND event_date >= '2026-06-01'
  AND event_date < '2026-06-03'
GROUP BY
  line_name,
  CAST(DATE_TRUNC('WEEK', event_date) AS DATE)
ORDER BY
  CASE WHEN oee IS NULL THEN 1 ELSE 0 END,
  oee,
  line_name,
  week
