SELECT
  figures.line_name AS line_name,
  figures.oee AS oee,
  reference.oee AS oee_reference,
  figures.oee - reference.oee AS oee_change,
  (
    figures.oee - reference.oee
  ) / ABS(reference.oee) AS oee_change_pct
FROM (
  SELECT
    line_name,
    SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0) AS oee
  FROM plant_obt
  GROUP BY
    line_name
) AS figures
CROSS JOIN (
  SELECT
    SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0) AS oee
  FROM plant_obt
) AS reference
ORDER BY
  oee_change DESC,
  line_name
