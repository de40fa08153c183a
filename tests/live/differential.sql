SELECT 7 / 2 AS a, 7 % 2 AS b, -7 / 2 AS c, -7 % 2 AS d, 7.0 / 2 AS e, 1 / 3.0 AS f
SELECT 2147483647 + CAST(1 AS bigint) AS big, CAST(5 AS tinyint) * 3 AS small, ~5 AS inverted, 6 & 3 AS conj, 6 | 3 AS disj, 6 ^ 3 AS excl
SELECT ABS(-3.5) AS a, SIGN(-2) AS s, CEILING(1.2) AS c, FLOOR(-1.2) AS f, POWER(2, 10) AS p, SQUARE(3) AS q
SELECT ROUND(123.456, 2) AS a, ROUND(123.456, -1) AS b, ROUND(-2.5, 0) AS c, ROUND(2.345, 2, 1) AS d
SELECT LEN('abc  ') AS l, LEN(N'Łódź') AS m, DATALENGTH(N'ab') AS d, DATALENGTH('ab ') AS e, LEN('') AS z
SELECT LEFT('lantern', 3) AS l, RIGHT('lantern', 3) AS r, SUBSTRING('lantern', 2, 4) AS s, SUBSTRING('lantern', 0, 3) AS z, SUBSTRING('lantern', 5, 100) AS e
SELECT UPPER('abC') AS u, LOWER('ABc') AS l, LTRIM('  x') AS a, RTRIM('x  ') + '|' AS b, TRIM('  x ') + '|' AS c
SELECT REPLACE('a-b-c', '-', '+') AS r, REVERSE('abc') AS v, REPLICATE('ab', 3) AS p, STUFF('lantern', 2, 3, 'XX') AS s, SPACE(3) + '|' AS sp
SELECT CHARINDEX('n', 'lantern') AS a, CHARINDEX('n', 'lantern', 4) AS b, CHARINDEX('z', 'lantern') AS c, PATINDEX('%te%', 'lantern') AS d
SELECT CONCAT('a', NULL, 1, 2.5) AS c, CONCAT_WS('-', 'a', NULL, 'b') AS w, 'a' + 'b' AS p
SELECT ASCII('A') AS a, CHAR(66) AS c, UNICODE(N'Ł') AS u, NCHAR(321) AS n
SELECT ISNULL(NULL, 5) AS i, COALESCE(NULL, NULL, 'x') AS c, NULLIF(1, 1) AS n, NULLIF(1, 2) AS m, IIF(1 = 2, 'a', 'b') AS f, CHOOSE(2, 'a', 'b', 'c') AS h
SELECT CASE WHEN 1 = 1 THEN 'yes' ELSE 'no' END AS a, CASE 3 WHEN 1 THEN 'one' WHEN 3 THEN 'three' END AS b, CASE WHEN NULL = NULL THEN 1 ELSE 0 END AS c
SELECT DATEADD(day, 1, CAST('2024-02-28' AS date)) AS a, DATEADD(month, 1, CAST('2024-01-31' AS date)) AS b, DATEADD(year, -1, CAST('2024-02-29' AS date)) AS c
SELECT DATEADD(hour, 25, CAST('2024-02-28T12:00:00' AS datetime2(0))) AS a, DATEADD(second, -1, CAST('2024-01-01T00:00:00' AS datetime2(0))) AS b, DATEADD(week, 2, CAST('2024-01-01' AS date)) AS c, DATEADD(quarter, 1, CAST('2024-11-30' AS date)) AS d
SELECT DATEDIFF(day, '2024-01-01', '2024-03-01') AS a, DATEDIFF(month, '2024-01-31', '2024-02-01') AS b, DATEDIFF(year, '2023-12-31', '2024-01-01') AS c, DATEDIFF(hour, '2024-01-01T00:59:00', '2024-01-01T01:00:00') AS d, DATEDIFF(minute, '2024-01-01', '2024-01-02') AS e, DATEDIFF(second, '2024-01-01', '2024-01-02') AS f
SELECT DATEPART(year, '2024-05-06') AS y, DATEPART(quarter, '2024-05-06') AS q, DATEPART(month, '2024-05-06') AS m, DATEPART(dayofyear, '2024-05-06') AS dy, DATEPART(day, '2024-05-06') AS d
SELECT DATEPART(iso_week, '2024-12-30') AS w, DATEPART(weekday, '2024-05-06') AS wd, DATEPART(hour, '2024-05-06T13:45:59') AS h, DATEPART(minute, '2024-05-06T13:45:59') AS mi, DATEPART(second, '2024-05-06T13:45:59') AS s
SELECT YEAR('2024-05-06') AS y, MONTH('2024-05-06') AS m, DAY('2024-05-06') AS d, DATENAME(month, '2024-05-06') AS mn, DATENAME(weekday, '2024-05-06') AS wn
SELECT EOMONTH('2024-02-10') AS a, EOMONTH('2024-02-10', 1) AS b, DATEFROMPARTS(2024, 2, 29) AS c, DATETIME2FROMPARTS(2024, 2, 29, 1, 2, 3, 4, 1) AS d
SELECT CAST('2024-05-06' AS date) AS a, CAST('20240506' AS date) AS b, CAST('2024-05-06T13:45:00' AS datetime2(0)) AS c, CAST('13:45' AS time(0)) AS d
SELECT CONVERT(varchar(10), CAST('2024-05-06' AS date), 23) AS a, CONVERT(varchar(10), CAST('2024-05-06' AS date), 104) AS b, CONVERT(varchar(10), CAST('2024-05-06' AS date), 103) AS c, CONVERT(varchar(10), CAST('2024-05-06' AS date), 101) AS d, CONVERT(char(8), CAST('2024-05-06' AS date), 112) AS e
SELECT TRY_CAST('x' AS int) AS a, TRY_CAST('5' AS int) AS b, TRY_CAST('2024-02-30' AS date) AS c, TRY_CONVERT(decimal(5,2), '12.345') AS d
SELECT CAST(1.999 AS int) AS a, CAST(-1.999 AS int) AS b, CAST(1.5 AS decimal(4,0)) AS c, CAST('12.50' AS money) AS d, CAST(5 AS varchar(3)) + '!' AS e
SELECT CAST(1 AS bit) AS a, CAST(0 AS bit) AS b, CAST(5 AS bit) AS c, CAST('true' AS bit) AS d
SELECT CAST(0x48656C6C6F AS varchar(5)) AS a, CAST('Hello' AS varbinary(5)) AS b, CAST(256 AS binary(4)) AS c
SELECT COUNT(*) AS n, COUNT(DISTINCT customer_id) AS customers, MIN(ordered_at) AS first, MAX(ordered_at) AS last FROM sales.orders
SELECT status_id, COUNT(*) AS n, SUM(freight) AS f, MIN(freight) AS lo, MAX(freight) AS hi FROM sales.orders GROUP BY status_id ORDER BY status_id
SELECT YEAR(ordered_at) AS y, MONTH(ordered_at) AS m, COUNT(*) AS n FROM sales.orders GROUP BY YEAR(ordered_at), MONTH(ordered_at) ORDER BY y, m
SELECT c.country_code, COUNT(*) AS n FROM sales.customers AS c GROUP BY c.country_code HAVING COUNT(*) > 40 ORDER BY n DESC, c.country_code
SELECT kind, is_active, COUNT(*) AS n, COUNT(credit_limit) AS limited, AVG(credit_limit) AS mean FROM sales.customers GROUP BY kind, is_active ORDER BY kind, is_active
SELECT TOP (10) c.customer_id, c.name, SUM(l.line_total) AS revenue FROM sales.customers AS c JOIN sales.orders AS o ON o.customer_id = c.customer_id JOIN sales.order_lines AS l ON l.order_id = o.order_id GROUP BY c.customer_id, c.name ORDER BY revenue DESC, c.customer_id
SELECT TOP (10) p.sku, p.name, SUM(l.quantity) AS units FROM production.products AS p LEFT JOIN sales.order_lines AS l ON l.product_id = p.product_id GROUP BY p.sku, p.name ORDER BY units DESC, p.sku
SELECT p.product_id FROM production.products AS p WHERE NOT EXISTS (SELECT 1 FROM sales.order_lines AS l WHERE l.product_id = p.product_id AND l.quantity > 11) ORDER BY p.product_id
SELECT e.employee_id, e.full_name, m.full_name AS manager FROM hr.employees AS e LEFT JOIN hr.employees AS m ON m.employee_id = e.manager_id ORDER BY e.employee_id
SELECT d.name, COUNT(e.employee_id) AS people, MAX(e.salary) AS top_salary FROM hr.departments AS d LEFT JOIN hr.employees AS e ON e.department_id = d.department_id AND e.left_on IS NULL GROUP BY d.name ORDER BY d.name
WITH tree AS (SELECT department_id, name, 0 AS depth FROM hr.departments WHERE parent_department_id IS NULL UNION ALL SELECT d.department_id, d.name, t.depth + 1 FROM hr.departments AS d JOIN tree AS t ON t.department_id = d.parent_department_id) SELECT department_id, name, depth FROM tree ORDER BY depth, department_id
WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 50) SELECT SUM(x) AS s, COUNT(*) AS c FROM n
WITH m AS (SELECT order_id, SUM(line_total) AS t FROM sales.order_lines GROUP BY order_id) SELECT COUNT(*) AS n FROM m WHERE t > 1000
SELECT employee_id, salary, ROW_NUMBER() OVER (ORDER BY salary DESC, employee_id) AS r, RANK() OVER (ORDER BY salary DESC) AS k, DENSE_RANK() OVER (ORDER BY salary DESC) AS dk FROM hr.employees ORDER BY r
SELECT employee_id, department_id, salary, SUM(salary) OVER (PARTITION BY department_id) AS total, MAX(salary) OVER (PARTITION BY department_id) AS hi FROM hr.employees ORDER BY employee_id
SELECT order_id, ordered_at, LAG(order_id) OVER (PARTITION BY customer_id ORDER BY ordered_at, order_id) AS before, LEAD(order_id, 1, 0) OVER (PARTITION BY customer_id ORDER BY ordered_at, order_id) AS after FROM sales.orders WHERE customer_id <= 5 ORDER BY order_id
SELECT order_id, line_no, SUM(line_total) OVER (PARTITION BY order_id ORDER BY line_no ROWS UNBOUNDED PRECEDING) AS running FROM sales.order_lines WHERE order_id < 10020 ORDER BY order_id, line_no
SELECT employee_id, NTILE(4) OVER (ORDER BY salary, employee_id) AS q FROM hr.employees ORDER BY employee_id
SELECT employee_id, FIRST_VALUE(employee_id) OVER (PARTITION BY department_id ORDER BY hired_on, employee_id) AS first FROM hr.employees ORDER BY employee_id
SELECT country_code FROM sales.customers INTERSECT SELECT country_code FROM production.suppliers
SELECT country_code FROM sales.countries EXCEPT SELECT country_code FROM sales.customers
SELECT 'order' AS what, COUNT(*) AS n FROM sales.orders UNION ALL SELECT 'line', COUNT(*) FROM sales.order_lines UNION ALL SELECT 'payment', COUNT(*) FROM sales.payments
SELECT DISTINCT kind FROM sales.customers ORDER BY kind
SELECT customer_id, name FROM sales.customers ORDER BY customer_id OFFSET 100 ROWS FETCH NEXT 5 ROWS ONLY
SELECT customer_id FROM sales.customers WHERE email IS NULL AND phone IS NULL ORDER BY customer_id
SELECT COUNT(*) AS n FROM sales.customers WHERE email LIKE 'contact1%' OR email LIKE '%[_]x%'
SELECT COUNT(*) AS n FROM sales.customers WHERE name LIKE N'%GmbH'
SELECT COUNT(*) AS n FROM sales.orders WHERE note IS NOT NULL AND discount_code IN ('SPRING10', 'WELCOME')
SELECT COUNT(*) AS n FROM sales.orders WHERE ordered_at BETWEEN '2023-01-01' AND '2023-12-31T23:59:59'
SELECT COUNT(*) AS n FROM sales.orders WHERE ordered_at >= '2024-01-01' AND ordered_at < DATEADD(month, 3, '2024-01-01')
SELECT COUNT(*) AS n FROM sales.payments WHERE is_approved = 0
SELECT COUNT(*) AS n FROM sales.payments WHERE is_approved IS NULL
SELECT method, COUNT(*) AS n, SUM(amount) AS total FROM sales.payments WHERE is_approved = 1 GROUP BY method ORDER BY method
SELECT o.order_id FROM sales.orders AS o WHERE o.freight > (SELECT AVG(freight) * 1.9 FROM sales.orders) ORDER BY o.order_id
SELECT c.customer_id, (SELECT COUNT(*) FROM sales.orders AS o WHERE o.customer_id = c.customer_id) AS n FROM sales.customers AS c WHERE c.customer_id <= 20 ORDER BY c.customer_id
SELECT c.customer_id, x.order_id FROM sales.customers AS c CROSS APPLY (SELECT TOP (1) o.order_id FROM sales.orders AS o WHERE o.customer_id = c.customer_id ORDER BY o.ordered_at DESC, o.order_id DESC) AS x WHERE c.customer_id <= 30 ORDER BY c.customer_id
SELECT c.customer_id, x.order_id FROM sales.customers AS c OUTER APPLY (SELECT TOP (1) o.order_id FROM sales.orders AS o WHERE o.customer_id = c.customer_id ORDER BY o.ordered_at, o.order_id) AS x WHERE c.customer_id > 1130 ORDER BY c.customer_id
SELECT d.department_id, STRING_AGG(e.email, ';') WITHIN GROUP (ORDER BY e.email) AS mails FROM hr.departments AS d JOIN hr.employees AS e ON e.department_id = d.department_id GROUP BY d.department_id ORDER BY d.department_id
SELECT s.warehouse_id, SUM(s.quantity) AS q, SUM(CASE WHEN s.quantity = 0 THEN 1 ELSE 0 END) AS empty FROM production.stock_levels AS s GROUP BY s.warehouse_id ORDER BY s.warehouse_id
SELECT w.code, p.sku, s.quantity FROM production.stock_levels AS s JOIN production.warehouses AS w ON w.warehouse_id = s.warehouse_id JOIN production.products AS p ON p.product_id = s.product_id WHERE s.quantity < s.reorder_point AND p.is_discontinued = 1 ORDER BY w.code, p.sku
SELECT warehouse_id, code, city, opened_at, floor_area_m2 FROM production.warehouses ORDER BY warehouse_id
SELECT warehouse_id, DATEPART(year, opened_at) AS y, CAST(opened_at AS datetime2(0)) AS moment, CAST(opened_at AS date) AS d FROM production.warehouses ORDER BY warehouse_id
SELECT order_id, placed_at, CAST(placed_at AS datetime2(0)) AS wall FROM sales.orders WHERE order_id < 10030 ORDER BY order_id
SELECT COUNT(*) AS n FROM sales.orders WHERE CAST(placed_at AS date) <> CAST(ordered_at AS date)
SELECT test_id, CAST(tested_at AS datetime2(0)) AS t, temperature_c, has_passed, signature FROM production.quality_tests WHERE test_id < 1040 ORDER BY test_id
SELECT has_passed, COUNT(*) AS n, MIN(temperature_c) AS lo, MAX(temperature_c) AS hi FROM production.quality_tests GROUP BY has_passed ORDER BY has_passed
SELECT product_id, unit_price, standard_cost, margin, CAST(margin / unit_price AS decimal(6,4)) AS share FROM production.products ORDER BY product_id
SELECT product_id, weight_kg FROM production.products WHERE weight_kg IS NULL OR weight_kg > 6 ORDER BY product_id
SELECT product_id, LEN(attributes) AS n FROM production.products WHERE attributes IS NOT NULL ORDER BY product_id
SELECT product_id, JSON_VALUE(attributes, '$.colour') AS colour, JSON_VALUE(attributes, '$.battery.mAh') AS mah FROM production.products WHERE attributes IS NOT NULL ORDER BY product_id
SELECT COUNT(*) AS n FROM production.products WHERE ISJSON(attributes) = 1
SELECT employee_id, badge_photo, DATALENGTH(badge_photo) AS n FROM hr.employees WHERE badge_photo IS NOT NULL ORDER BY employee_id
SELECT employee_id, work_starts_at, is_remote, commission_rate, salary FROM hr.employees WHERE commission_rate IS NOT NULL ORDER BY employee_id
SELECT employee_id, DATEDIFF(day, hired_on, ISNULL(left_on, '2025-07-01')) AS days FROM hr.employees ORDER BY employee_id
SELECT s.employee_id, s.valid_from, s.salary, LAG(s.salary) OVER (PARTITION BY s.employee_id ORDER BY s.valid_from) AS before FROM hr.salary_history AS s ORDER BY s.employee_id, s.valid_from
SELECT c.category_id, c.name, p.name AS parent FROM production.categories AS c LEFT JOIN production.categories AS p ON p.category_id = c.parent_category_id ORDER BY c.category_id
SELECT k.name, k.local_name, k.flag, k.vat_rate, k.currency_code FROM sales.countries AS k ORDER BY k.country_code
SELECT * FROM sales.order_statuses ORDER BY status_id
SELECT * FROM sales.tmp_import ORDER BY row_no
SELECT * FROM sales.orders_2019 ORDER BY order_id
SELECT * FROM hr.departments ORDER BY department_id
SELECT * FROM hr.employee_directory ORDER BY employee_id
SELECT * FROM production.low_stock ORDER BY warehouse, sku
SELECT * FROM sales.customer_overview WHERE customer_id <= 50 ORDER BY customer_id
SELECT * FROM sales.monthly_revenue ORDER BY month_start
SELECT order_id, customer_id, ordered_at, line_count, goods_total, freight FROM sales.order_totals WHERE order_id < 10050 ORDER BY order_id
SELECT customer_id, address_no, street, postal_code, city FROM sales.customer_addresses WHERE customer_id <= 40 ORDER BY customer_id, address_no
SELECT a.customer_id, b.customer_id AS referred FROM sales.customers AS a JOIN sales.customers AS b ON b.referred_by_id = a.customer_id WHERE a.customer_id < 60 ORDER BY a.customer_id, b.customer_id
SELECT o.order_id, o.address_no, a.city FROM sales.orders AS o LEFT JOIN sales.customer_addresses AS a ON a.customer_id = o.customer_id AND a.address_no = o.address_no WHERE o.order_id < 10060 ORDER BY o.order_id
SELECT l.order_id, l.line_no, l.quantity, l.unit_price, l.discount, l.line_total FROM sales.order_lines AS l WHERE l.returned_on IS NOT NULL AND l.order_id < 11000 ORDER BY l.order_id, l.line_no
SELECT v.n, v.t FROM (VALUES (1, N'a'), (2, N'b'), (3, NULL)) AS v(n, t) ORDER BY v.n
SELECT x.kind, COUNT(*) AS n FROM (SELECT CASE WHEN credit_limit IS NULL THEN 'none' WHEN credit_limit < 50000 THEN 'small' ELSE 'large' END AS kind FROM sales.customers) AS x GROUP BY x.kind ORDER BY x.kind
SELECT MIN(name) AS lo FROM production.categories
SELECT TOP (5) name FROM production.products ORDER BY unit_price DESC, product_id
SELECT SUM(CAST(quantity AS bigint)) AS s, AVG(CAST(line_total AS float)) AS m, COUNT_BIG(*) AS n FROM sales.order_lines
SELECT o.customer_id, COUNT(*) AS n FROM sales.orders AS o WHERE o.employee_id IS NULL GROUP BY o.customer_id HAVING COUNT(*) >= 25 ORDER BY n DESC, o.customer_id
SELECT DATEDIFF(month, MIN(ordered_at), MAX(ordered_at)) AS months FROM sales.orders
SELECT CAST(ordered_at AS date) AS d, COUNT(*) AS n FROM sales.orders WHERE ordered_at >= '2025-06-01' GROUP BY CAST(ordered_at AS date) ORDER BY d
SELECT p.payment_id, p.paid_at, p.amount, p.reference FROM sales.payments AS p WHERE p.payment_id <= 40 ORDER BY p.payment_id
SELECT DATEPART(hour, paid_at) AS h, COUNT(*) AS n FROM sales.payments GROUP BY DATEPART(hour, paid_at) ORDER BY h
SELECT supplier_id, name, rating, partner_since FROM production.suppliers WHERE rating IS NULL OR rating >= 4 ORDER BY supplier_id
SELECT product_id, supplier_id, lead_days, purchase_price, is_preferred FROM production.product_suppliers WHERE is_preferred = 1 ORDER BY product_id, supplier_id
SELECT country_code, COUNT(*) AS n, GROUPING(country_code) AS g FROM sales.customers GROUP BY ROLLUP (country_code) ORDER BY g, country_code
SELECT kind, country_code, COUNT(*) AS n FROM sales.customers WHERE country_code IN ('DE', 'FR') GROUP BY GROUPING SETS ((kind), (country_code), ()) ORDER BY kind, country_code
SELECT COUNT(*) AS n FROM sales.orders AS o JOIN sales.order_statuses AS s ON s.status_id = o.status_id WHERE s.is_final = 1
SELECT s.label, COUNT(o.order_id) AS n FROM sales.order_statuses AS s LEFT JOIN sales.orders AS o ON o.status_id = s.status_id GROUP BY s.label, s.status_id ORDER BY s.status_id
SELECT e.department_id, e.employee_id FROM hr.employees AS e WHERE e.salary = (SELECT MAX(x.salary) FROM hr.employees AS x WHERE x.department_id = e.department_id) ORDER BY e.department_id, e.employee_id
SELECT e.employee_id FROM hr.employees AS e WHERE e.salary > ALL (SELECT salary FROM hr.employees WHERE department_id = 7) ORDER BY e.employee_id
SELECT e.employee_id FROM hr.employees AS e WHERE e.department_id = ANY (SELECT department_id FROM hr.departments WHERE parent_department_id = 2) ORDER BY e.employee_id
SELECT N'ä' + N'ö' AS a, UPPER(N'äöü') AS u, LOWER(N'ÄÖÜ') AS l, LEN(N'日本') AS n
SELECT CAST(12345.678 AS decimal(10,2)) AS a, CAST(12345.678 AS float) AS b, CAST(12345.678 AS real) AS c, CAST(12345.675 AS money) AS d
SELECT CAST(NULL AS int) AS a, CAST(NULL AS nvarchar(5)) AS b, CAST(NULL AS date) AS c, NULL AS d
SELECT 1 WHERE NULL IN (1, 2)
SELECT 1 AS x WHERE 3 NOT IN (SELECT v FROM (VALUES (1), (2)) AS t(v))
SELECT TOP (3) customer_id, CASE WHEN is_active = 1 THEN 'active' ELSE 'gone' END AS state FROM sales.customers ORDER BY customer_id
SELECT STRING_AGG(CAST(x.n AS varchar(3)), ',') WITHIN GROUP (ORDER BY x.n DESC) AS s FROM (VALUES (1), (2), (3)) AS x(n)
SELECT value FROM STRING_SPLIT('a,b,c', ',')
