SELECT
  asset_id,
  AVG(vibration_mm_s) AS avg_vibration_mm_s
FROM plant_obt
WHERE
  event_date >= '2026-06-01'
  AND event_date < '2026-07-01'
  AND asset_class = 'pump'
  AND signal_quality = 'GOOD'
GROUP BY
  asset_id
ORDER BY
  avg_vibration_mm_s DESC,
  asset_id
LIMIT 1
OFFSET 2
