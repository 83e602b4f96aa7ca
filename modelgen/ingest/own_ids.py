"""The ids of the rows that the model adds to those of the company: no line of a filing has one."""

DEBT = "balance.debt"
NET_CHANGE = "cash_flow.net_change"
"""The line of all that changes cash, where the document prints none."""
OTHER_CHANGES = "cash_flow.other_changes"
OTHER_CASH = "cash_flow.other_cash"
CASH_BEFORE = "cash_flow.cash_before_interest"
REPORTED = "cash_flow.reported"
DISAGREES = "cash_flow.disagrees"
INCOME_AGREEING = "cash_flow.net_income_agreeing"
SIDES_APART = "balance.sides_apart"
SIDES_AGREEING = "balance.sides_agreeing"

OWN_IDS = frozenset(
    (
        *(DEBT, NET_CHANGE, OTHER_CHANGES, OTHER_CASH, CASH_BEFORE, REPORTED),
        *(DISAGREES, INCOME_AGREEING, SIDES_APART, SIDES_AGREEING),
    )
)
