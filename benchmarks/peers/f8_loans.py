"""Loans by month in f8-engine, as `python f8_loans.py LOANS MONTHS FILE`; prints how many formulas."""

import sys

from f8 import Model

loans, months, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
model = Model("Loans")
sheet = model.add_sheet("Loans")
for loan in range(1, loans + 1):
    name = f"LOAN{loan}"
    table = sheet.add_table(name, f"Loan {loan}")
    table.add_column("item", role="descriptor", header="Line")
    for month in range(1, months + 1):
        table.add_column(f"m{month}", header=f"m{month}", format="currency", decimals=0)
    rates = {f"m{month}": 0.005 for month in range(1, months + 1)}
    paid = {f"m{month}": 3.0 for month in range(1, months + 1)}
    table.add_row("rate", cells={"item": "Rate", **rates})
    table.add_row("paid", cells={"item": "Paid", **paid})
    table.add_row(
        "opening", cells={"item": "Opening", "m1": 1000.0}, expr=f'{name}["closing", col.prev]'
    )
    table.add_row(
        "closing", cells={"item": "Closing"}, expr=f'{name}["opening", @col] - {name}["paid", @col]'
    )
    table.add_row(
        "interest",
        cells={"item": "Interest"},
        expr=f'{name}["opening", @col] * {name}["rate", @col]',
    )
    table.add_row(
        "service",
        cells={"item": "Service"},
        expr=f'{name}["interest", @col] + {name}["paid", @col]',
    )
model.compile().save(target)
print(loans * (4 * months - 1))
