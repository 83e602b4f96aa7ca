"""Loans by month in modeleon, as `python modeleon_loans.py LOANS MONTHS FILE`; prints how many formulas."""

import sys

import modeleon as mo

loans, months, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
book = mo.MultiVariable("Loans")
for loan in range(1, loans + 1):
    one = mo.MultiVariable(f"Loan {loan}")
    setattr(book, f"loan_{loan}", one)
    one.rate = mo.Variable([0.005] * months)
    one.paid = mo.Variable([3.0] * months)
    one.amount = mo.Variable(1000.0)
    one.closing = mo.recurrence(start=one.amount, formula="{prev} - {p}", p=one.paid)
    one.interest = one.closing * one.rate
    one.fee = one.closing * one.rate * one.rate
    one.service = one.interest + one.paid + one.fee
book.to_excel(target)
print(loans * 4 * months)
