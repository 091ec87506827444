SELECT
  asset_id,
  COUNT(CASE WHEN vibration_mm_s > 4.5 AND signal_quality = 'GOOD' THEN 1 END) * 10 / 60 AS hours,
  PERCENTILE_CONT(CASE WHEN signal_quality = 'GOOD' THEN power_kw END, 0.95) AS p95_power_kw,
  MAX_BY(
    temperature_c,
    CASE
      WHEN NOT temperature_c IS NULL AND signal_quality = 'GOOD'
      THEN event_ts_utc
    END
  ) AS latest_temperature_c,
  CASE
    WHEN COUNT(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) > 1
    THEN STDDEV_SAMP(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END)
  END AS stddev_temperature_c,
  MIN(CASE WHEN vibration_mm_s > 4.5 AND signal_quality = 'GOOD' THEN event_ts END) AS first_time,
  SUM(energy_kwh) AS sum_energy_kwh
FROM plant_obt
WHERE
  event_date >= '2026-06-01' AND event_date < '2026-07-01'
GROUP BY
  asset_id
ORDER BY
  asset_id
