SELECT
  FLOOR(vibration_mm_s / 0.5) * 0.5 AS vibration_mm_s_bin,
  COUNT(*) AS row_count
FROM plant_obt
WHERE
  event_date >= '2026-06-01'
  AND event_date < '2026-06-08'
  AND signal_quality = 'GOOD'
  AND NOT vibration_mm_s IS NULL
GROUP BY
  FLOOR(vibration_mm_s / 0.5) * 0.5
ORDER BY
  vibration_mm_s_bin
