SELECT
  event_ts,
  asset_id,
  temperature_c,
  vibration_mm_s
FROM plant_obt
WHERE
  vibration_mm_s > 5
  AND DAYOFWEEK_ISO(event_date) <= 5
  AND HOUR(event_ts) * 60 + MINUTE(event_ts) BETWEEN 0 AND 1000
ORDER BY
  vibration_mm_s DESC,
  event_ts,
  asset_id
LIMIT 20
