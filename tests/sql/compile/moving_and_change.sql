SELECT
  event_date AS day,
  line_name,
  SUM(SUM(scrap_units)) OVER (
    PARTITION BY line_name
    ORDER BY event_date
    ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ) / NULLIF(
    SUM(SUM(good_units + scrap_units)) OVER (
      PARTITION BY line_name
      ORDER BY event_date
      ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ),
    0
  ) AS scrap_rate_moving,
  SUM(SUM(scrap_units)) OVER (
    PARTITION BY line_name
    ORDER BY event_date
    ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ) / COUNT(*) OVER (
    PARTITION BY line_name
    ORDER BY event_date
    ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
  ) AS sum_scrap_units_moving,
  AVG(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) - LAG(AVG(CASE WHEN signal_quality = 'GOOD' THEN power_kw END)) OVER (PARTITION BY line_name ORDER BY event_date) AS avg_power_kw_change
FROM plant_obt
GROUP BY
  event_date,
  line_name
ORDER BY
  day,
  line_name
