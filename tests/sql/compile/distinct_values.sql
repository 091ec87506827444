SELECT
  line_name
FROM plant_obt
GROUP BY
  line_name
ORDER BY
  line_name
