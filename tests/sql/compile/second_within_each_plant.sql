SELECT
  plant_id,
  asset_id,
  sum_energy_kwh
FROM (
  SELECT
    plant_id,
    asset_id,
    SUM(energy_kwh) AS sum_energy_kwh,
    ROW_NUMBER() OVER (PARTITION BY plant_id ORDER BY SUM(energy_kwh) DESC, plant_id, asset_id) AS place
  FROM plant_obt
  GROUP BY
    plant_id,
    asset_id
) AS ranked
WHERE
  place > 1 AND place <= 2
ORDER BY
  plant_id,
  place
