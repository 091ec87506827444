SELECT
  line_name,
  oee,
  oee_previous,
  oee - oee_previous AS oee_change,
  (
    oee - oee_previous
  ) / ABS(oee_previous) AS oee_change_pct,
  avg_power_kw,
  avg_power_kw_previous,
  avg_power_kw - avg_power_kw_previous AS avg_power_kw_change,
  (
    avg_power_kw - avg_power_kw_previous
  ) / ABS(avg_power_kw_previous) AS avg_power_kw_change_pct
FROM (
  SELECT
    line_name,
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
    ) AS oee_previous,
    AVG(
      CASE
        WHEN signal_quality = 'GOOD'
        AND event_date >= '2026-06-01'
        AND event_date < '2026-06-08'
        THEN power_kw
      END
    ) AS avg_power_kw,
    AVG(
      CASE
        WHEN signal_quality = 'GOOD'
        AND event_date >= '2026-05-25'
        AND event_date < '2026-06-01'
        THEN power_kw
      END
    ) AS avg_power_kw_previous
  FROM plant_obt
  WHERE
    (
      event_date >= '2026-06-01' AND event_date < '2026-06-08'
    )
    OR (
      event_date >= '2026-05-25' AND event_date < '2026-06-01'
    )
  GROUP BY
    line_name
) AS figures
ORDER BY
  CASE WHEN oee_change IS NULL THEN 1 ELSE 0 END,
  oee_change,
  line_name
LIMIT 3
