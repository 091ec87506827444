"""A maintenance shop's work orders, planned and actual hours: a workbook in Vietnamese."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks.own.kinds import Asked, Folder, Tables

_MACHINES = ("Máy ép 1", "Máy ép 2", "Băng tải A", "Lò nung", "Máy nén khí")
_KINDS = ("Sửa chữa", "Bảo dưỡng", "Kiểm tra")


def make(folder: Path) -> Tables:
    """500 orders of half a year; the youngest are not done."""
    dice = random.Random(25)
    rows = []
    end = datetime(2026, 2, 28)
    for k in range(500):
        made = datetime(2025, 9, 1) + timedelta(days=k * 180 // 500)
        done = made + timedelta(days=dice.randrange(0, 12))
        kind = dice.choices(_KINDS, (5, 4, 2))[0]
        planned = dice.choice((1, 2, 4, 6, 8))
        rows.append(
            (
                f"WO-{3000 + k}",
                dice.choices(_MACHINES, (5, 3, 4, 2, 1))[0],
                kind,
                made,
                done if done < end else None,
                planned,
                round(planned * dice.uniform(0.6, 1.8), 1) if done < end else None,
                1000 * dice.randrange(50, 4000),
                ("Cao", "Thường")[dice.random() < 0.7],
            )
        )
    with xlsxwriter.Workbook(
        str(folder / "lenh_bao_tri.xlsx"), {"default_date_format": "dd/mm/yyyy"}
    ) as book:
        sheet = book.add_worksheet("Lệnh bảo trì")
        header = (
            "Mã lệnh",
            "Thiết bị",
            "Loại",
            "Ngày tạo",
            "Ngày hoàn thành",
            "Giờ dự kiến",
            "Giờ thực tế",
            "Chi phí (VND)",
            "Mức ưu tiên",
        )
        for k, row in enumerate([header, *rows]):
            sheet.write_row(k, 0, row)
    columns = ("no", "machine", "kind", "made", "done", "planned", "actual", "cost", "priority")
    return {
        "o": (
            columns,
            [tuple(f"{v:%Y-%m-%d}" if isinstance(v, datetime) else v for v in row) for row in rows],
        )
    }


_ASKED = (
    Asked(
        "Tổng chi phí theo thiết bị",
        "SELECT machine, SUM(cost) FROM o GROUP BY 1",
    ),
    Asked(
        "Có bao nhiêu lệnh trong tháng 12?",
        "SELECT COUNT(*) FROM o WHERE substr(made, 1, 7) = '2025-12'",
    ),
    Asked(
        "còn tháng 11?",
        "SELECT COUNT(*) FROM o WHERE substr(made, 1, 7) = '2025-11'",
        goes_on=True,
    ),
    Asked(
        "Tổng giờ thực tế và giờ dự kiến theo thiết bị",
        "SELECT machine, SUM(actual), SUM(planned) FROM o GROUP BY 1",
    ),
    Asked(
        "Thiết bị nào có chi phí cao nhất trong tháng 1?",
        "SELECT machine, SUM(cost) FROM o WHERE substr(made, 1, 7) = '2026-01' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "Số lệnh sửa chữa theo tháng",
        "SELECT substr(made, 1, 7) || '-01', COUNT(*) FROM o WHERE kind = 'Sửa chữa' GROUP BY 1",
    ),
    Asked(
        "Có bao nhiêu lệnh chưa hoàn thành?",
        "SELECT COUNT(*) FROM o WHERE done IS NULL",
    ),
    Asked(
        "Giờ thực tế trung bình của Lò nung",
        "SELECT AVG(actual) FROM o WHERE machine = 'Lò nung'",
    ),
    Asked(
        "Tỷ lệ lệnh có mức ưu tiên Cao theo thiết bị",
        "SELECT machine, 100.0 * AVG(priority = 'Cao') FROM o GROUP BY 1",
    ),
    Asked(
        "Số lệnh có giờ thực tế lớn hơn giờ dự kiến",
        "SELECT COUNT(*) FROM o WHERE actual > planned",
    ),
    Asked(
        "total cost (chi phí) of Máy ép 1 by month",
        "SELECT substr(made, 1, 7) || '-01', SUM(cost) FROM o WHERE machine = 'Máy ép 1' "
        "GROUP BY 1",
    ),
    Asked(
        "top 3 thiết bị theo số lệnh",
        "SELECT machine, COUNT(*) FROM o GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
)

FOLDER = Folder(
    "orders",
    make,
    (("import", "{folder}/lenh_bao_tri.xlsx", "--name", "orders", "--yes", "--json"),),
    _ASKED,
    (),
    "orders",
)
