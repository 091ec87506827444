SELECT
  day,
  oee,
  oee_previous,
  oee - oee_previous AS oee_change,
  (
    oee - oee_previous
  ) / ABS(oee_previous) AS oee_change_pct
FROM (
  SELECT
    CASE
      WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
      THEN CAST(DATE_ADD(event_date, INTERVAL 7 DAY) AS DATE)
      ELSE event_date
    END AS day,
    SUM(
      CASE
        WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08'
        THEN good_units
      END
    ) * SUM(
      CASE WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08' THEN run_min END
    ) / NULLIF(
      SUM(
        CASE
          WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08'
          THEN ideal_units
        END
      ) * SUM(
        CASE
          WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08'
          THEN planned_min
        END
      ),
      0
    ) AS oee,
    SUM(
      CASE
        WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
        THEN good_units
      END
    ) * SUM(
      CASE WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01' THEN run_min END
    ) / NULLIF(
      SUM(
        CASE
          WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
          THEN ideal_units
        END
      ) * SUM(
        CASE
          WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
          THEN planned_min
        END
      ),
      0
    ) AS oee_previous
  FROM plant_obt
  WHERE
    (
      event_date >= '2026-06-01' AND event_date < '2026-06-08'
    )
    OR (
      event_date >= '2026-05-25' AND event_date < '2026-06-01'
    )
  GROUP BY
    CASE
      WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
      THEN CAST(DATE_ADD(event_date, INTERVAL 7 DAY) AS DATE)
      ELSE event_date
    END
) AS figures
ORDER BY
  day
