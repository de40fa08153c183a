"""The rows of the sample database that stand still: countries, people, products, stock, customers."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from mssql_mcp.demo import names
from mssql_mcp.demo.dice import Dice

CUSTOMER_COUNT = 1_200
PRODUCT_COUNT = 180
EMPLOYEE_COUNT = 96
TEST_COUNT = 3_000

Row = tuple[Any, ...]


class MasterRows(Dice):
    """Make them; `tables` holds them by `schema.table` in the order in which they can be inserted.

    Attributes:
        tables: What has been made so far.
        sellers: Employees who take orders.
        testers: Employees at the test bench.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.tables: dict[str, list[Row]] = {}
        self.sellers: list[int] = []
        self.testers: list[int] = []

    def codes(self) -> None:
        """Fill the code tables."""
        self.tables["sales.countries"] = [
            (code, name, local, region, currency, vat, flag)
            for code, name, local, region, currency, vat, _, flag, _ in names.COUNTRIES
        ]
        self.tables["sales.order_statuses"] = list(names.STATUSES)

    def people(self) -> None:
        """Fill departments, employees and their pay."""
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
            department = number if number <= len(departments) else 2 + self.weighted((4, 10, 5, 9, 8, 4, 4, 5, 3, 4, 1))
            employees.append(self._employee(number, department, taken, history))
        self.tables["hr.employees"] = employees
        self.tables["hr.salary_history"] = history
        self.sellers = [row[0] for row in employees if row[5] in {6, 7} and row[9] is None]
        self.testers = [row[0] for row in employees if row[5] == 4]

    def _employee(self, number: int, department: int, taken: set[str], history: list[Row]) -> Row:
        given, family = self.pick(names.GIVEN_NAMES), self.pick(names.FAMILY_NAMES)
        while f"{given} {family}" in taken:
            given, family = self.pick(names.GIVEN_NAMES), self.pick(names.FAMILY_NAMES)
        taken.add(f"{given} {family}")
        is_head = number <= len(names.DEPARTMENTS)
        if is_head:
            parent = names.DEPARTMENTS[department - 1][1]
            manager, title = parent, f"Head of {names.DEPARTMENTS[department - 1][0]}"
        else:
            manager, title = department, self.pick(names.JOB_TITLES[department])
        first_year = 2008 if is_head else 2012
        hired = self.day(dt.date(first_year, 1, 1), dt.date(2024, 12, 1) if not is_head else dt.date(2016, 1, 1))
        left = None
        if not is_head and self.share() < 0.12:
            left = self.day(hired + dt.timedelta(days=90), dt.date(2025, 6, 30))
        salary = (self.number(700, 1300) if is_head else self.number(280, 620)) * 10_000
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
            self.number(40, 300) if sells else None,
            1 if self.share() < 0.2 else 0,
            self.pick(("06:00:00", "07:30:00", "08:00:00", "09:00:00", "09:00:00")),
            b"\x89PNG" + self.data(28) if self.share() < 0.15 else None,
            self.guid(),
        )

    def _salaries(self, number: int, hired: dt.date, left: dt.date | None, salary: int, history: list[Row]) -> None:
        steps = self.number(0, 4)
        end = left or dt.date(2025, 6, 30)
        days = sorted({self.day(hired + dt.timedelta(days=1), end) for _ in range(steps)})
        raised = [salary]
        for _ in days:
            raised.append(raised[-1] * 1000 // self.number(1015, 1120) // 5_000 * 5_000)
        raised.reverse()
        history.append((number, hired.isoformat(), raised[0], "Hired"))
        history.extend(
            (number, day.isoformat(), pay, self.pick(("Yearly review", "Promotion", "New duties", None)))
            for day, pay in zip(days, raised[1:], strict=True)
        )

    def catalogue(self) -> None:
        """Fill categories and products."""
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
        name = f"{self.pick(names.PRODUCT_NAMES)} {noun} {self.number(1, 9) * 10}"
        while name in taken:
            name = f"{self.pick(names.PRODUCT_NAMES)} {noun} {self.number(1, 99)}"
        taken.add(name)
        price = base * self.number(60, 220) // 100 // 10 * 10 + self.pick((0, 5, 9))
        cost = price * self.number(3200, 6400) // 100
        released = self.day(dt.date(2014, 1, 1), dt.date(2021, 12, 31))
        gone = self.day(dt.date(2023, 1, 1), dt.date(2025, 6, 1)) if self.share() < 0.1 else None
        return (
            number,
            f"{noun[0]}{noun.split()[-1][0]}-{100_000 + number * 37}".upper(),
            name,
            category,
            price,
            cost,
            price * 100 - cost,
            round(0.08 + self.share() * 6, 3) if self.share() < 0.93 else None,
            self._attributes(category) if self.share() < 0.9 else None,
            1 if gone else 0,
            released.isoformat(),
            gone.isoformat() if gone else None,
            self.guid(),
        )

    def _attributes(self, category: int) -> str:
        facts: dict[str, Any] = {
            "colour": self.pick(names.COLOURS),
            "ip": self.pick(("IP20", "IP44", "IP65", "IP67")),
        }
        if category != 17:
            facts["lumens"] = self.number(4, 160) * 10
        if self.share() < 0.4:
            facts["battery"] = {"mAh": self.number(8, 60) * 100, "removable": self.share() < 0.5}
        facts["tags"] = [tag for tag in ("outdoor", "dimmable", "gift", "handmade") if self.share() < 0.35]
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))

    def supply(self) -> None:
        """Fill suppliers, warehouses and stock."""
        suppliers = names.SUPPLIER_NAMES
        self.tables["production.suppliers"] = [
            (
                number,
                name,
                country,
                None if number % 7 == 0 else self.number(1, 5),
                f"orders@supplier{number:02}.example" if number % 5 else None,
                self.day(dt.date(2009, 1, 1), dt.date(2023, 1, 1)).isoformat(),
            )
            for number, (name, country) in enumerate(suppliers, start=1)
        ]
        junction: list[Row] = []
        for product in self.tables["production.products"]:
            chosen = sorted({self.number(1, len(suppliers)) for _ in range(self.number(1, 3))})
            junction.extend(
                (
                    product[0],
                    supplier,
                    self.number(2, 60),
                    product[5] * self.number(70, 95) // 100,
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
                0 if self.share() < 0.06 else self.number(1, 400),
                None if self.share() < 0.1 else self.number(1, 12) * 10,
                self._counted_at(),
            )
            for warehouse in range(1, len(names.WAREHOUSES) + 1)
            for product in range(1, PRODUCT_COUNT + 1)
            if warehouse < 3 or self.share() < 0.6
        ]

    def _counted_at(self) -> str:
        day, hour, minute, second = (self.number(*span) for span in ((1, 30), (5, 18), (0, 59), (0, 59)))
        return f"2025-06-{day:02} {hour:02}:{minute:02}:{second:02}.{self.number(0, 999):03}"

    def tests(self) -> None:
        """Fill the measurements of the test bench."""
        tests: list[Row] = []
        start = dt.datetime(2023, 1, 2, 5, 0)
        for number in range(TEST_COUNT):
            moment = start + dt.timedelta(minutes=number * 430 + self.number(0, 400))
            lit = self.share() < 0.98
            lumens = 40 + self.share() * 1500
            verdict = None if self.share() < 0.02 else int(lit and self.share() < 0.95)
            tests.append(
                (
                    1000 + number,
                    self.number(1, PRODUCT_COUNT),
                    self.pick(self.testers) if self.share() < 0.7 else None,
                    f"{moment:%Y-%m-%d %H:%M}:{self.number(0, 59):02}.{self.number(0, 9_999_999):07}",
                    lumens if lit else None,
                    self.number(-80, 240) / 8,  # eighths: exact in a real
                    verdict,
                    self.data(16),
                )
            )
        self.tables["production.quality_tests"] = tests

    def customers(self) -> None:
        """Fill customers and their addresses."""
        customers: list[Row] = []
        addresses: list[Row] = []
        for number in range(1, CUSTOMER_COUNT + 1):
            place = self.weighted(names.COUNTRY_WEIGHTS)
            code, cities = names.COUNTRIES[place][0], names.COUNTRIES[place][8]
            city = self.pick(cities)
            kind = ("business", "person", "public")[self.weighted((6, 3, 1))]
            customers.append(self._customer(number, kind, code, city))
            for address in range(1, self.weighted((0, 14, 4, 2)) + 1):
                postal_code = f"{self.number(10_000, 99_999)}" if self.share() < 0.9 else None
                street = f"{self.pick(names.STREETS)} {self.number(1, 180)}"
                addresses.append(
                    (number, address, street, postal_code, city if address == 1 else self.pick(cities), code)
                )
        self.tables["sales.customers"] = customers
        self.tables["sales.customer_addresses"] = addresses

    def _customer(self, number: int, kind: str, code: str, city: str) -> Row:
        preferences = None
        if self.share() < 0.3:
            channel, language = self.pick(("email", "post", "phone")), self.pick(("en", "de", "fr", "ja"))
            inner = f"<channel>{channel}</channel><language>{language}</language>"
            preferences = f'<preferences newsletter="{self.number(0, 1)}">{inner}</preferences>'
        created = dt.datetime(2019, 5, 6) + dt.timedelta(minutes=number * 1150 + self.number(0, 1100))
        return (
            number,
            self._customer_name(kind, code, city),
            kind,
            code,
            city,
            f"contact{number}@customer{number % 97:02}.example" if self.share() < 0.85 else None,
            f"+00 {self.number(100, 999)} {self.number(100_000, 999_999)}" if self.share() < 0.6 else None,
            self.number(1, 40) * 500 * 10_000 if kind != "person" and self.share() < 0.8 else None,
            self.pick(self.sellers) if kind != "person" and self.share() < 0.7 else None,
            self.number(1, number - 1) if number > 20 and self.share() < 0.18 else None,
            0 if self.share() < 0.07 else 1,
            preferences,
            f"{created:%Y-%m-%d %H:%M:%S}",
        )

    def _customer_name(self, kind: str, code: str, city: str) -> str:
        if kind == "person":
            return f"{self.pick(names.GIVEN_NAMES)} {self.pick(names.FAMILY_NAMES)}"
        if kind == "public":
            return f"{self.pick(('Museum', 'Library', 'City Hall', 'School No. 4', 'Railway Museum'))} {city}"
        local = names.LOCAL_BUSINESSES.get(code)
        if local and self.share() < 0.7:
            return f"{self.pick(local)} {names.BUSINESS_FORMS[code]}"
        return f"{self.pick(names.BUSINESS_WORDS)} {self.pick(names.BUSINESS_KINDS)} {names.BUSINESS_FORMS[code]}"


def _ascii(name: str) -> str:
    import unicodedata

    plain = name.translate(str.maketrans("łŁøØıđ", "lLoOid"))
    letters = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha()).lower()
