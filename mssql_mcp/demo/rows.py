"""The rows of the sample database: the same ones every time, in the form in which SQLite keeps them.

Forms of storage are those of `sqltypes`: decimals and money as scaled integers, moments as ISO text of a fixed width,
bits as 0 and 1.
"""

from __future__ import annotations

import datetime as dt

from mssql_mcp.demo import names
from mssql_mcp.demo.rows_master import CUSTOMER_COUNT, PRODUCT_COUNT, MasterRows, Row

SEED = 1879  # the year of the first lamp in the company's invented history
LINE_COUNT = 50_000
_FIRST_ORDER = dt.datetime(2022, 1, 3, 6, 0, 0)
_TRADING_MINUTES = int((dt.datetime(2025, 7, 1) - _FIRST_ORDER).total_seconds() // 60)
_CANCELLED = 6


class Generator(MasterRows):
    """Make all rows."""

    def __init__(self, seed: int = SEED) -> None:
        super().__init__(seed)
        self._offsets = {row[0]: row[6] for row in names.COUNTRIES}

    def run(self) -> dict[str, list[Row]]:
        """Fill and give `tables`."""
        self.codes()
        self.people()
        self.catalogue()
        self.supply()
        self.tests()
        self.customers()
        self._orders()
        self._leftovers()
        return self.tables

    def _orders(self) -> None:
        sizes: list[int] = []
        left = LINE_COUNT
        while left:
            sizes.append(min(left, 1 + self.weighted((24, 22, 17, 12, 9, 7, 5, 4))))
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
        moment = _FIRST_ORDER + dt.timedelta(minutes=int(_TRADING_MINUTES * self.share() ** 0.8))
        if moment.weekday() >= 5 and self.share() < 0.6:
            moment -= dt.timedelta(days=2)
        return moment.replace(hour=5 + int(self.share() * 17), second=int(self.share() * 60))

    def _addresses_by_customer(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for row in self.tables["sales.customer_addresses"]:
            counts[row[0]] = counts.get(row[0], 0) + 1
        return counts

    def _order(self, order_id: int, moment: dt.datetime, addresses: dict[int, int]) -> Row:
        # Early customers buy more; some never do.
        customer = 1 + int((CUSTOMER_COUNT - 60) * self.share() ** 1.7)
        row = self.tables["sales.customers"][customer - 1]
        status = self._status(moment)
        shipped = None
        if status in {4, 5, 7}:
            shipped = (moment + dt.timedelta(days=self.number(1, 9))).date().isoformat()
        return (
            order_id,
            customer,
            None if self.share() < 0.05 else self.number(1, addresses[customer]),
            self.pick(self.sellers) if self.share() < 0.55 else None,
            status,
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y-%m-%d %H:%M:%S}{_offset(self._offsets[row[3]])}",
            shipped,
            0 if self.share() < 0.2 else self.number(390, 4990) * 100,
            self.pick(("SPRING10", "WELCOME", "LOYAL5", "spring10")) if self.share() < 0.12 else None,
            self.pick(names.NOTES) if self.share() < 0.06 else None,
        )

    def _status(self, moment: dt.datetime) -> int:
        if moment >= dt.datetime(2025, 6, 10):
            return 1 + self.weighted((3, 4, 3, 6, 2, 1, 0))
        return 4 + self.weighted((1, 90, 5, 4))

    def _lines(self, order: Row, size: int, lines: list[Row]) -> int:
        products = self.tables["production.products"]
        total = 0
        for line_no in range(1, size + 1):
            product = products[int(PRODUCT_COUNT * self.share() ** 1.4)]
            quantity = 1 + int(12 * self.share() ** 2.5)
            price = product[4] * self.number(95, 100) // 100
            discount = self.pick((25, 50, 100, 125, 150)) if self.share() < 0.2 else 0
            # Rounded half up to cents, as CONVERT(decimal(12,2), ...) does for what is positive.
            line_total = (quantity * price * (1000 - discount) + 500) // 1000
            total += line_total
            returned = None
            if order[4] == 7 and self.share() < 0.8:
                shipped = dt.date.fromisoformat(order[7])
                returned = (shipped + dt.timedelta(days=self.number(3, 30))).isoformat()
            lines.append((order[0], line_no, product[0], quantity, price, discount, line_total, returned))
        return total

    def _payments(self, order: Row, moment: dt.datetime, amount: int, payments: list[Row]) -> None:
        if order[4] in {1, _CANCELLED}:
            return
        parts = (amount // 3, amount - amount // 3) if self.share() < 0.08 else (amount,)
        for part in parts:
            paid = moment + dt.timedelta(hours=self.number(0, 400))
            # datetime counts in 1/300 of a second: the last digit is 0, 3 or 7.
            fraction = f"{self.number(0, 99):02}{self.pick('037')}"
            approved = None if self.share() < 0.01 else int(self.share() < 0.985)
            payments.append(
                (
                    len(payments) + 1,
                    order[0],
                    f"{paid:%Y-%m-%d %H:%M:%S}.{fraction}",
                    part,
                    ("card", "transfer", "invoice")[self.weighted((6, 3, 3))],
                    self.guid(),
                    approved,
                )
            )

    def _leftovers(self) -> None:
        archive: list[Row] = []
        for number in range(640):
            moment = dt.datetime(2019, 1, 2, 8) + dt.timedelta(minutes=number * 800 + self.number(0, 700))
            customer = self.number(1, 150)
            offset = self._offsets[self.tables["sales.customers"][customer - 1][3]]
            text = f"{moment:%Y-%m-%d %H:%M:%S}"
            shipped = (moment + dt.timedelta(days=self.number(1, 20))).date().isoformat()
            freight = self.number(300, 2500) * 100
            archive.append(
                (1001 + number, customer, None, None, 5, text, text + _offset(offset), shipped, freight, None, None)
            )
        self.tables["sales.orders_2019"] = archive
        self.tables["sales.tmp_import"] = list(names.IMPORT_ROWS)


def _offset(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
