SELECT
  HOUR(event_ts) AS hour_of_day,
  DAYOFWEEK_ISO(event_date) AS day_of_week,
  MONTH(event_date) AS month_of_year,
  COUNT(*) AS row_count
FROM plant_obt
WHERE
  signal_quality <> 'GOOD' OR signal_quality IS NULL
GROUP BY
  HOUR(event_ts),
  DAYOFWEEK_ISO(event_date),
  MONTH(event_date)
ORDER BY
  hour_of_day,
  day_of_week,
  month_of_year
