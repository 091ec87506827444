WITH plant_obt_figures AS (
  SELECT
    CASE
      WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
      THEN CAST(DATE_ADD(event_date, INTERVAL 7 DAY) AS DATE)
      ELSE event_date
    END AS day,
    SUM(
      CASE
        WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08'
        THEN energy_kwh
      END
    ) AS energy_kwh,
    SUM(
      CASE
        WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
        THEN energy_kwh
      END
    ) AS energy_kwh_previous
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
), alarm_events_figures AS (
  SELECT
    CASE
      WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01'
      THEN CAST(DATE_ADD(event_date, INTERVAL 7 DAY) AS DATE)
      ELSE event_date
    END AS day,
    COUNT(CASE WHEN event_date >= '2026-06-01' AND event_date < '2026-06-08' THEN 1 END) AS alarm_count,
    COUNT(CASE WHEN event_date >= '2026-05-25' AND event_date < '2026-06-01' THEN 1 END) AS alarm_count_previous
  FROM alarm_events
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
)
SELECT
  day,
  energy_kwh,
  energy_kwh_previous,
  energy_kwh - energy_kwh_previous AS energy_kwh_change,
  (
    energy_kwh - energy_kwh_previous
  ) / ABS(energy_kwh_previous) AS energy_kwh_change_pct,
  alarm_count,
  alarm_count_previous,
  alarm_count - alarm_count_previous AS alarm_count_change,
  (
    alarm_count - alarm_count_previous
  ) / ABS(alarm_count_previous) AS alarm_count_change_pct
FROM (
  SELECT
    grouped.day AS day,
    plant_obt_figures.energy_kwh AS energy_kwh,
    plant_obt_figures.energy_kwh_previous AS energy_kwh_previous,
    COALESCE(alarm_events_figures.alarm_count, 0) AS alarm_count,
    COALESCE(alarm_events_figures.alarm_count_previous, 0) AS alarm_count_previous
  FROM (
    SELECT
      day
    FROM plant_obt_figures
    UNION
    SELECT
      day
    FROM alarm_events_figures
  ) AS grouped
  LEFT JOIN plant_obt_figures
    ON grouped.day <=> plant_obt_figures.day
  LEFT JOIN alarm_events_figures
    ON grouped.day <=> alarm_events_figures.day
) AS figures
ORDER BY
  day
