SELECT
  production_date AS day,
  shift_name,
  line_name,
  SUM(SUM(good_units)) OVER (
    PARTITION BY line_name
    ORDER BY production_date, MIN(event_ts)
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) * SUM(SUM(run_min)) OVER (
    PARTITION BY line_name
    ORDER BY production_date, MIN(event_ts)
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) / NULLIF(
    SUM(SUM(ideal_units)) OVER (
      PARTITION BY line_name
      ORDER BY production_date, MIN(event_ts)
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) * SUM(SUM(planned_min)) OVER (
      PARTITION BY line_name
      ORDER BY production_date, MIN(event_ts)
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ),
    0
  ) AS oee_running
FROM plant_obt
WHERE
  production_date >= '2026-06-01' AND production_date < '2026-06-03'
GROUP BY
  production_date,
  shift_name,
  line_name
ORDER BY
  day,
  MIN(event_ts),
  shift_name,
  line_name
