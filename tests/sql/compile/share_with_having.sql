SELECT
  downtime_reason,
  downtime_hours_share,
  downtime_hours
FROM (
  SELECT
    downtime_reason,
    SUM(down_min) / 60 / SUM(SUM(down_min) / 60) OVER () AS downtime_hours_share,
    SUM(down_min) / 60 AS downtime_hours
  FROM plant_obt
  WHERE
    NOT downtime_reason IS NULL
  GROUP BY
    downtime_reason
) AS figures
WHERE
  downtime_hours > 1
ORDER BY
  downtime_reason
