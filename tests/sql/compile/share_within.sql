SELECT
  plant_id,
  asset_id,
  SUM(energy_kwh) / SUM(SUM(energy_kwh)) OVER (PARTITION BY plant_id) AS sum_energy_kwh_share
FROM plant_obt
GROUP BY
  plant_id,
  asset_id
ORDER BY
  plant_id,
  asset_id
