SELECT
  asset_id,
  event_date AS day,
  SUM(scrap_units) / SUM(good_units) AS sum_scrap_units_over_sum_good_units,
  SUM(energy_kwh) / (
    SUM(down_min) / 60
  ) AS sum_energy_kwh_over_downtime_hours
FROM plant_obt
GROUP BY
  asset_id,
  event_date
ORDER BY
  sum_scrap_units_over_sum_good_units DESC,
  asset_id,
  day
