"""A print shop in Vietnam: orders as a till writes them, US dates, a sum below each month."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_CUSTOMERS = ("Công ty An Phát", "Nhà sách Phương Nam", "Trường Lê Lợi", "Khách lẻ")
_PRODUCTS = ("Tờ rơi", "Danh thiếp", "Sách", "Bao bì")
_HEADER = (
    "Mã đơn", "Ngày đặt", "Ngày giao", "Khách hàng", "Sản phẩm", "Số lượng", "Giấy hỏng",
    "Thời gian in", "Thành tiền (USD)",
)  # fmt: skip


def make(folder: Path) -> Tables:
    """450 orders of three months, in UTF-16 with tabs; what is given back stands in brackets."""
    dice = random.Random(66)
    orders = []
    for k in range(450):
        day = date(2026, 4, 1) + timedelta(days=k // 5)
        is_back = dice.random() < 0.06
        amount = round(dice.uniform(20, 4200), 2)
        orders.append((
            f"{k + 88:05}", day, day + timedelta(days=dice.randrange(0, 9)),
            dice.choice(_CUSTOMERS), dice.choice(_PRODUCTS), dice.randrange(50, 6000),
            round(dice.uniform(0, 9), 1), dice.randrange(120, 30000),
            -amount if is_back else amount,
        ))  # fmt: skip
    lines = ["\t".join(_HEADER)]
    for month in (4, 5, 6):
        part = [row for row in orders if row[1].month == month]
        for no, day, given, customer, product, count, waste, took, amount in part:
            money = f"({-amount:,.2f})" if amount < 0 else f"{amount:,.2f}"
            clock = f"{took // 3600}:{took % 3600 // 60:02}:{took % 60:02}"
            lines.append("\t".join((
                no, f"{day.month}/{day.day}/{day.year}", f"{given.month}/{given.day}/{given.year}",
                customer, product, f"{count:,}", f"{waste}%", clock, money,
            )))  # fmt: skip
        total = sum(row[8] for row in part)
        lines.append("\t".join(("Cộng tháng", "", "", "", "", f"{sum(r[5] for r in part):,}", "",
                                "", f"{total:,.2f}")))  # fmt: skip
    (folder / "don_hang.txt").write_text("\r\n".join(lines) + "\r\n", encoding="utf-16")
    rows = [(r[0], r[1].isoformat(), r[2].isoformat(), *r[3:]) for r in orders]
    return {
        "o": (("no", "day", "given", "customer", "product", "n", "waste", "took", "amount"), rows),
    }


_ASKED = (
    Asked("tổng thành tiền theo tháng",
          "SELECT substr(day, 1, 7) || '-01', SUM(amount) FROM o GROUP BY 1"),
    Asked("Có bao nhiêu đơn trong tháng 5?",
          "SELECT COUNT(*) FROM o WHERE substr(day, 1, 7) = '2026-05'"),
    Asked("số lượng theo sản phẩm", "SELECT product, SUM(n) FROM o GROUP BY 1"),
    Asked("giấy hỏng trung bình theo sản phẩm", "SELECT product, AVG(waste) FROM o GROUP BY 1"),
    Asked("thời gian in trung bình theo sản phẩm",
          "SELECT product, AVG(took / 60.0) FROM o GROUP BY 1"),
    Asked("khách hàng nào có thành tiền cao nhất?",
          "SELECT customer, SUM(amount) FROM o GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("total amount in June", "SELECT SUM(amount) FROM o WHERE substr(day, 1, 7) = '2026-06'"),
    Asked("How many orders were there per customer?",
          "SELECT customer, COUNT(*) FROM o GROUP BY 1"),
    Asked("largest order quantity in April",
          "SELECT MAX(n) FROM o WHERE substr(day, 1, 7) = '2026-04'"),
    Asked("quantity of Sách per week in May",
          "SELECT date(day, 'weekday 0', '-6 days'), SUM(n) FROM o WHERE product = 'Sách' AND "
          "substr(day, 1, 7) = '2026-05' GROUP BY 1"),
    Asked("Wie viele Bestellungen gab es am 4. Juni?",
          "SELECT COUNT(*) FROM o WHERE day = '2026-06-04'"),
    Asked("Umsatz nach Kunde im Mai",
          "SELECT customer, SUM(amount) FROM o WHERE substr(day, 1, 7) = '2026-05' GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "prints", make,
    (
        ("import", "{folder}", "--name", "prints", "--json"),
        ("import", "{folder}", "--name", "prints", "--yes", "--json", "--time-of-day", "none",
         "--type", "Thời gian in=duration"),
    ),
    _ASKED, (), "prints",
)  # fmt: skip
