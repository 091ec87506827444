# title: rollup with a label for the totals
SELECT IF(GROUPING(plant_name) = 1, 'All plants', plant_name) AS plant, IF(GROUPING(line_name) = 1, 'All lines', line_name) AS line, SUM(down_min) AS minutes
FROM plant_obt
GROUP BY ROLLUP (plant_name, line_name)
# title: grouping sets of three kinds
SELECT plant_id, shift_name, COUNT(*) AS n FROM alarm_events GROUP BY GROUPING SETS ((plant_id, shift_name), (plant_id), ())
# title: cube
SELECT priority, shift_name, COUNT(*) AS n FROM alarm_events GROUP BY CUBE (priority, shift_name)
# title: grouping id in order
SELECT plant_id, order_type, SUM(parts_cost_eur) AS eur, GROUPING_ID(plant_id, order_type) AS g FROM work_orders GROUP BY ROLLUP (plant_id, order_type) ORDER BY g, plant_id, order_type
# title: only the subtotals
SELECT plant_id, asset_class, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY ROLLUP (plant_id, asset_class) HAVING GROUPING(asset_class) = 1
# title: rollup over dates
SELECT DATE_TRUNC('week', event_date) AS wk, plant_id, SUM(good_units) AS u FROM plant_obt GROUP BY ROLLUP (DATE_TRUNC('week', event_date), plant_id)
# title: grouping sets in a WITH query
WITH g AS (SELECT line_name, product_family, SUM(scrap_units) AS scrap, GROUPING(product_family) AS is_total FROM plant_obt WHERE product_family IS NOT NULL GROUP BY GROUPING SETS ((line_name, product_family), (line_name)))
SELECT line_name, product_family, scrap FROM g ORDER BY line_name, is_total, product_family
# title: CASE over GROUPING
SELECT CASE WHEN GROUPING(order_type) = 1 AND GROUPING(asset_class) = 1 THEN 'grand total' WHEN GROUPING(order_type) = 1 THEN CONCAT('total ', asset_class) ELSE CONCAT(asset_class, ' ', order_type) END AS label, COUNT(*) AS n
FROM work_orders GROUP BY ROLLUP (asset_class, order_type)
# title: coalesced totals
SELECT COALESCE(crew, 'Total') AS crew, SUM(good_units) AS u FROM plant_obt GROUP BY ROLLUP (crew)
# title: distinct counts in rollup
SELECT area_name, COUNT(DISTINCT asset_id) AS assets FROM alarm_events GROUP BY ROLLUP (area_name)
# title: cube of three with a ratio
SELECT plant_id, shift_name, crew, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS a FROM plant_obt GROUP BY CUBE (plant_id, shift_name, crew)
# title: rank within a rollup
SELECT plant_id, line_name, n, RANK() OVER (PARTITION BY plant_id ORDER BY n DESC) AS r
FROM (SELECT plant_id, line_name, COUNT(*) AS n FROM alarm_events GROUP BY ROLLUP (plant_id, line_name)) x WHERE line_name IS NOT NULL
