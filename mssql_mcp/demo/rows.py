"""The rows of the sample database: the same ones every time, in the form in which SQLite keeps them.

Only `Random.random()` is drawn from, the one method whose sequence Python promises to keep. Forms of storage are those
of `sqltypes`: decimals and money as scaled integers, moments as ISO text of a fixed width, bits as 0 and 1.
"""

from __future__ import annotations

import datetime as dt
import json
from random import Random
from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import names

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 1879  # the year of the first lamp in the company's invented history
LINE_COUNT = 50_000
CUSTOMER_COUNT = 1_200
PRODUCT_COUNT = 180
EMPLOYEE_COUNT = 96
TEST_COUNT = 3_000
_FIRST_ORDER = dt.datetime(2022, 1, 3, 6, 0, 0)
_TRADING_MINUTES = int((dt.datetime(2025, 7, 1) - _FIRST_ORDER).total_seconds() // 60)
_CANCELLED = 6

Row = tuple[Any, ...]


class Generator:
    """Make all rows; `tables` holds them by `schema.table` in the order in which they can be inserted."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = Random(seed).random
        self.tables: dict[str, list[Row]] = {}

    def run(self) -> dict[str, list[Row]]:
        """Fill and give `tables`."""
        self._codes()
        self._people()
        self._catalogue()
        self._supply()
        self._tests()
        self._customers()
        self._orders()
        self._leftovers()
        return self.tables

    def _number(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def _pick(self, values: Sequence[Any]) -> Any:
        return values[int(self._random() * len(values))]

    def _weighted(self, weights: Sequence[int]) -> int:
        place = self._random() * sum(weights)
        for position, weight in enumerate(weights):
            place -= weight
            if place < 0:
                return position
        return len(weights) - 1

    def _bytes(self, count: int) -> bytes:
        return bytes(int(self._random() * 256) for _ in range(count))

    def _guid(self) -> str:
        text = self._bytes(16).hex().upper()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-A{text[17:20]}-{text[20:]}"

    def _day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=self._number(0, (last - first).days))

    def _codes(self) -> None:
        self.tables["sales.countries"] = [
            (code, name, local, region, currency, vat, flag)
            for code, name, local, region, currency, vat, _, flag, _ in names.COUNTRIES
        ]
        self.tables["sales.order_statuses"] = list(names.STATUSES)

    def _people(self) -> None:
        departments = names.DEPARTMENTS
        self.tables["hr.departments"] = [
            (
                number,
                name,
                parent,
                cost_center,
                None if budget is None else budget * 10_000,
                f"{2004 + number}-0{1 + number % 9}-01",
            )
            for number, (name, parent, cost_center, budget) in enumerate(departments, start=1)
        ]
        employees: list[Row] = []
        history: list[Row] = []
        taken: set[str] = set()
        for number in range(1, EMPLOYEE_COUNT + 1):
            department = (
                number if number <= len(departments) else 2 + self._weighted((4, 10, 5, 9, 8, 4, 4, 5, 3, 4, 1))
            )
            employees.append(self._employee(number, department, taken, history))
        self.tables["hr.employees"] = employees
        self.tables["hr.salary_history"] = history
        self._sellers = [row[0] for row in employees if row[5] in {6, 7} and row[9] is None]
        self._testers = [row[0] for row in employees if row[5] == 4]

    def _employee(self, number: int, department: int, taken: set[str], history: list[Row]) -> Row:
        given, family = self._pick(names.GIVEN_NAMES), self._pick(names.FAMILY_NAMES)
        while f"{given} {family}" in taken:
            given, family = self._pick(names.GIVEN_NAMES), self._pick(names.FAMILY_NAMES)
        taken.add(f"{given} {family}")
        is_head = number <= len(names.DEPARTMENTS)
        if is_head:
            parent = names.DEPARTMENTS[department - 1][1]
            manager, title = parent, f"Head of {names.DEPARTMENTS[department - 1][0]}"
        else:
            manager, title = department, self._pick(names.JOB_TITLES[department])
        first_year = 2008 if is_head else 2012
        hired = self._day(dt.date(first_year, 1, 1), dt.date(2024, 12, 1) if not is_head else dt.date(2016, 1, 1))
        left = None
        if not is_head and self._random() < 0.12:
            left = self._day(hired + dt.timedelta(days=90), dt.date(2025, 6, 30))
        salary = (self._number(700, 1300) if is_head else self._number(280, 620)) * 10_000
        self._salaries(number, hired, left, salary, history)
        sells = department in {6, 7}
        return (
            number,
            given,
            family,
            f"{given} {family}",
            f"{_ascii(given)}.{_ascii(family)}@lanternworks.example",
            department,
            manager,
            title,
            hired.isoformat(),
            left.isoformat() if left else None,
            salary,
            self._number(40, 300) if sells else None,
            1 if self._random() < 0.2 else 0,
            self._pick(("06:00:00", "07:30:00", "08:00:00", "09:00:00", "09:00:00")),
            b"\x89PNG" + self._bytes(28) if self._random() < 0.15 else None,
            self._guid(),
        )

    def _salaries(self, number: int, hired: dt.date, left: dt.date | None, salary: int, history: list[Row]) -> None:
        steps = self._number(0, 4)
        end = left or dt.date(2025, 6, 30)
        days = sorted({self._day(hired + dt.timedelta(days=1), end) for _ in range(steps)})
        raised = [salary]
        for _ in days:
            raised.append(raised[-1] * 1000 // self._number(1015, 1120) // 5_000 * 5_000)
        raised.reverse()
        history.append((number, hired.isoformat(), raised[0], "Hired"))
        history.extend(
            (number, day.isoformat(), pay, self._pick(("Yearly review", "Promotion", "New duties", None)))
            for day, pay in zip(days, raised[1:], strict=True)
        )

    def _catalogue(self) -> None:
        self.tables["production.categories"] = [
            (number, name, parent) for number, (name, parent) in enumerate(names.CATEGORIES, start=1)
        ]
        categories = tuple(names.CATEGORY_NOUNS)
        products: list[Row] = []
        taken: set[str] = set()
        for number in range(1, PRODUCT_COUNT + 1):
            category = categories[(number * 5) % len(categories)]
            products.append(self._product(number, category, taken))
        self.tables["production.products"] = products

    def _product(self, number: int, category: int, taken: set[str]) -> Row:
        noun, base = names.CATEGORY_NOUNS[category]
        name = f"{self._pick(names.PRODUCT_NAMES)} {noun} {self._number(1, 9) * 10}"
        while name in taken:
            name = f"{self._pick(names.PRODUCT_NAMES)} {noun} {self._number(1, 99)}"
        taken.add(name)
        price = base * self._number(60, 220) // 100 // 10 * 10 + self._pick((0, 5, 9))
        cost = price * self._number(3200, 6400) // 100
        released = self._day(dt.date(2014, 1, 1), dt.date(2021, 12, 31))
        gone = self._day(dt.date(2023, 1, 1), dt.date(2025, 6, 1)) if self._random() < 0.1 else None
        return (
            number,
            f"{noun[0]}{noun.split()[-1][0]}-{100_000 + number * 37}".upper(),
            name,
            category,
            price,
            cost,
            price * 100 - cost,
            round(0.08 + self._random() * 6, 3) if self._random() < 0.93 else None,
            self._attributes(category) if self._random() < 0.9 else None,
            1 if gone else 0,
            released.isoformat(),
            gone.isoformat() if gone else None,
            self._guid(),
        )

    def _attributes(self, category: int) -> str:
        facts: dict[str, Any] = {
            "colour": self._pick(names.COLOURS),
            "ip": self._pick(("IP20", "IP44", "IP65", "IP67")),
        }
        if category != 17:
            facts["lumens"] = self._number(4, 160) * 10
        if self._random() < 0.4:
            facts["battery"] = {"mAh": self._number(8, 60) * 100, "removable": self._random() < 0.5}
        facts["tags"] = [tag for tag in ("outdoor", "dimmable", "gift", "handmade") if self._random() < 0.35]
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))

    def _supply(self) -> None:
        suppliers = names.SUPPLIER_NAMES
        self.tables["production.suppliers"] = [
            (
                number,
                name,
                country,
                None if number % 7 == 0 else self._number(1, 5),
                f"orders@supplier{number:02}.example" if number % 5 else None,
                self._day(dt.date(2009, 1, 1), dt.date(2023, 1, 1)).isoformat(),
            )
            for number, (name, country) in enumerate(suppliers, start=1)
        ]
        junction: list[Row] = []
        for product in self.tables["production.products"]:
            chosen = sorted({self._number(1, len(suppliers)) for _ in range(self._number(1, 3))})
            junction.extend(
                (
                    product[0],
                    supplier,
                    self._number(2, 60),
                    product[5] * self._number(70, 95) // 100,
                    int(supplier == chosen[0]),
                )
                for supplier in chosen
            )
        self.tables["production.product_suppliers"] = junction
        self.tables["production.warehouses"] = [
            (number, code, city, country, moment + offset, area)
            for number, (code, city, country, moment, offset, area) in enumerate(names.WAREHOUSES, start=1)
        ]
        self.tables["production.stock_levels"] = [
            (
                warehouse,
                product,
                0 if self._random() < 0.06 else self._number(1, 400),
                None if self._random() < 0.1 else self._number(1, 12) * 10,
                self._counted_at(),
            )
            for warehouse in range(1, len(names.WAREHOUSES) + 1)
            for product in range(1, PRODUCT_COUNT + 1)
            if warehouse < 3 or self._random() < 0.6
        ]

    def _counted_at(self) -> str:
        day, hour, minute, second = (self._number(*span) for span in ((1, 30), (5, 18), (0, 59), (0, 59)))
        return f"2025-06-{day:02} {hour:02}:{minute:02}:{second:02}.{self._number(0, 999):03}"

    def _tests(self) -> None:
        tests: list[Row] = []
        start = dt.datetime(2023, 1, 2, 5, 0)
        for number in range(TEST_COUNT):
            moment = start + dt.timedelta(minutes=number * 430 + self._number(0, 400))
            lit = self._random() < 0.98
            lumens = 40 + self._random() * 1500
            verdict = None if self._random() < 0.02 else int(lit and self._random() < 0.95)
            tests.append(
                (
                    1000 + number,
                    self._number(1, PRODUCT_COUNT),
                    self._pick(self._testers) if self._random() < 0.7 else None,
                    f"{moment:%Y-%m-%d %H:%M}:{self._number(0, 59):02}.{self._number(0, 9_999_999):07}",
                    lumens if lit else None,
                    self._number(-80, 240) / 8,  # eighths: exact in a real
                    verdict,
                    self._bytes(16),
                )
            )
        self.tables["production.quality_tests"] = tests

    def _customers(self) -> None:
        customers: list[Row] = []
        addresses: list[Row] = []
        for number in range(1, CUSTOMER_COUNT + 1):
            place = self._weighted(names.COUNTRY_WEIGHTS)
            code, cities = names.COUNTRIES[place][0], names.COUNTRIES[place][8]
            city = self._pick(cities)
            kind = ("business", "person", "public")[self._weighted((6, 3, 1))]
            customers.append(self._customer(number, kind, code, city))
            for address in range(1, self._weighted((0, 14, 4, 2)) + 1):
                postal_code = f"{self._number(10_000, 99_999)}" if self._random() < 0.9 else None
                street = f"{self._pick(names.STREETS)} {self._number(1, 180)}"
                addresses.append(
                    (number, address, street, postal_code, city if address == 1 else self._pick(cities), code)
                )
        self.tables["sales.customers"] = customers
        self.tables["sales.customer_addresses"] = addresses

    def _customer(self, number: int, kind: str, code: str, city: str) -> Row:
        preferences = None
        if self._random() < 0.3:
            channel, language = self._pick(("email", "post", "phone")), self._pick(("en", "de", "fr", "ja"))
            inner = f"<channel>{channel}</channel><language>{language}</language>"
            preferences = f'<preferences newsletter="{self._number(0, 1)}">{inner}</preferences>'
        created = dt.datetime(2019, 5, 6) + dt.timedelta(minutes=number * 1150 + self._number(0, 1100))
        return (
            number,
            self._customer_name(kind, code, city),
            kind,
            code,
            city,
            f"contact{number}@customer{number % 97:02}.example" if self._random() < 0.85 else None,
            f"+00 {self._number(100, 999)} {self._number(100_000, 999_999)}" if self._random() < 0.6 else None,
            self._number(1, 40) * 500 * 10_000 if kind != "person" and self._random() < 0.8 else None,
            self._pick(self._sellers) if kind != "person" and self._random() < 0.7 else None,
            self._number(1, number - 1) if number > 20 and self._random() < 0.18 else None,
            0 if self._random() < 0.07 else 1,
            preferences,
            f"{created:%Y-%m-%d %H:%M:%S}",
        )

    def _customer_name(self, kind: str, code: str, city: str) -> str:
        if kind == "person":
            return f"{self._pick(names.GIVEN_NAMES)} {self._pick(names.FAMILY_NAMES)}"
        if kind == "public":
            return f"{self._pick(('Museum', 'Library', 'City Hall', 'School No. 4', 'Railway Museum'))} {city}"
        local = names.LOCAL_BUSINESSES.get(code)
        if local and self._random() < 0.7:
            return f"{self._pick(local)} {names.BUSINESS_FORMS[code]}"
        return f"{self._pick(names.BUSINESS_WORDS)} {self._pick(names.BUSINESS_KINDS)} {names.BUSINESS_FORMS[code]}"

    def _orders(self) -> None:
        sizes: list[int] = []
        left = LINE_COUNT
        while left:
            sizes.append(min(left, 1 + self._weighted((24, 22, 17, 12, 9, 7, 5, 4))))
            left -= sizes[-1]
        moments = sorted(self._moment() for _ in sizes)
        addresses = self._addresses_by_customer()
        orders: list[Row] = []
        lines: list[Row] = []
        payments: list[Row] = []
        for position, (size, moment) in enumerate(zip(sizes, moments, strict=True)):
            order = self._order(10_001 + position, moment, addresses)
            total = self._lines(order, size, lines)
            self._payments(order, moment, total * 100 + order[8], payments)
            orders.append(order)
        self.tables["sales.orders"] = orders
        self.tables["sales.order_lines"] = lines
        self.tables["sales.payments"] = payments

    def _moment(self) -> dt.datetime:
        moment = _FIRST_ORDER + dt.timedelta(minutes=int(_TRADING_MINUTES * self._random() ** 0.8))
        if moment.weekday() >= 5 and self._random() < 0.6:
            moment -= dt.timedelta(days=2)
        return moment.replace(hour=5 + int(self._random() * 17), second=int(self._random() * 60))

    def _addresses_by_customer(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for row in self.tables["sales.customer_addresses"]:
            counts[row[0]] = counts.get(row[0], 0) + 1
        self._offsets = {row[0]: row[6] for row in names.COUNTRIES}
        return counts

    def _order(self, order_id: int, moment: dt.datetime, addresses: dict[int, int]) -> Row:
        # Early customers buy more; some never do.
        customer = 1 + int((CUSTOMER_COUNT - 60) * self._random() ** 1.7)
        row = self.tables["sales.customers"][customer - 1]
        status = self._status(moment)
        shipped = None
        if status in {4, 5, 7}:
            shipped = (moment + dt.timedelta(days=self._number(1, 9))).date().isoformat()
        return (
            order_id,
            customer,
            None if self._random() < 0.05 else self._number(1, addresses[customer]),
            self._pick(self._sellers) if self._random() < 0.55 else None,
            status,
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y-%m-%d %H:%M:%S}{_offset(self._offsets[row[3]])}",
            shipped,
            0 if self._random() < 0.2 else self._number(390, 4990) * 100,
            self._pick(("SPRING10", "WELCOME", "LOYAL5", "spring10")) if self._random() < 0.12 else None,
            self._pick(names.NOTES) if self._random() < 0.06 else None,
        )

    def _status(self, moment: dt.datetime) -> int:
        if moment >= dt.datetime(2025, 6, 10):
            return 1 + self._weighted((3, 4, 3, 6, 2, 1, 0))
        return 4 + self._weighted((1, 90, 5, 4))

    def _lines(self, order: Row, size: int, lines: list[Row]) -> int:
        products = self.tables["production.products"]
        total = 0
        for line_no in range(1, size + 1):
            product = products[int(PRODUCT_COUNT * self._random() ** 1.4)]
            quantity = 1 + int(12 * self._random() ** 2.5)
            price = product[4] * self._number(95, 100) // 100
            discount = self._pick((25, 50, 100, 125, 150)) if self._random() < 0.2 else 0
            # Rounded half up to cents, as CONVERT(decimal(12,2), ...) does for what is positive.
            line_total = (quantity * price * (1000 - discount) + 500) // 1000
            total += line_total
            returned = None
            if order[4] == 7 and self._random() < 0.8:
                shipped = dt.date.fromisoformat(order[7])
                returned = (shipped + dt.timedelta(days=self._number(3, 30))).isoformat()
            lines.append((order[0], line_no, product[0], quantity, price, discount, line_total, returned))
        return total

    def _payments(self, order: Row, moment: dt.datetime, amount: int, payments: list[Row]) -> None:
        if order[4] in {1, _CANCELLED}:
            return
        parts = (amount // 3, amount - amount // 3) if self._random() < 0.08 else (amount,)
        for part in parts:
            paid = moment + dt.timedelta(hours=self._number(0, 400))
            # datetime counts in 1/300 of a second: the last digit is 0, 3 or 7.
            fraction = f"{self._number(0, 99):02}{self._pick('037')}"
            approved = None if self._random() < 0.01 else int(self._random() < 0.985)
            payments.append(
                (
                    len(payments) + 1,
                    order[0],
                    f"{paid:%Y-%m-%d %H:%M:%S}.{fraction}",
                    part,
                    ("card", "transfer", "invoice")[self._weighted((6, 3, 3))],
                    self._guid(),
                    approved,
                )
            )

    def _leftovers(self) -> None:
        archive: list[Row] = []
        for number in range(640):
            moment = dt.datetime(2019, 1, 2, 8) + dt.timedelta(minutes=number * 800 + self._number(0, 700))
            customer = self._number(1, 150)
            offset = self._offsets[self.tables["sales.customers"][customer - 1][3]]
            text = f"{moment:%Y-%m-%d %H:%M:%S}"
            shipped = (moment + dt.timedelta(days=self._number(1, 20))).date().isoformat()
            freight = self._number(300, 2500) * 100
            archive.append(
                (1001 + number, customer, None, None, 5, text, text + _offset(offset), shipped, freight, None, None)
            )
        self.tables["sales.orders_2019"] = archive
        self.tables["sales.tmp_import"] = list(names.IMPORT_ROWS)


def _offset(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _ascii(name: str) -> str:
    import unicodedata

    plain = name.translate(str.maketrans("łŁøØıđ", "lLoOid"))
    letters = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha()).lower()
