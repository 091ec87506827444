SELECT
  figures.week AS week,
  figures.oee AS oee,
  reference.oee AS oee_reference,
  figures.oee - reference.oee AS oee_change,
  (
    figures.oee - reference.oee
  ) / ABS(reference.oee) AS oee_change_pct
FROM (
  SELECT
    CAST(DATE_TRUNC('WEEK', event_date) AS DATE) AS week,
    SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0) AS oee
  FROM plant_obt
  WHERE
    line_name = 'Line 1'
  GROUP BY
    CAST(DATE_TRUNC('WEEK', event_date) AS DATE)
) AS figures
LEFT JOIN (
  SELECT
    CAST(DATE_TRUNC('WEEK', event_date) AS DATE) AS week,
    SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0) AS oee
  FROM plant_obt
  GROUP BY
    CAST(DATE_TRUNC('WEEK', event_date) AS DATE)
) AS reference
  ON figures.week <=> reference.week
ORDER BY
  week
