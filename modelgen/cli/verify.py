"""The command verify: compares every cell, evaluator against engines."""

from dataclasses import asdict
from typing import Any

import click

from modelgen.cli.options import EngineName, as_json_option, scenario_option, set_options
from modelgen.cli.show import DONE, FAILED, NO_ENGINE, progress, show_json, show_verdict

SHOWN = 20


@click.command("verify", short_help="Compare every cell, evaluator against engines.")
@click.argument("deal")
@click.option(
    "--engine",
    "engines",
    type=EngineName(),
    multiple=True,
    help="Verify only with this engine; default: all that are installed. Repeatable.",
)
@scenario_option
@set_options
@as_json_option
def command(deal: str, as_json: bool, **options: Any) -> int:
    """Compare every cell of a deal's workbook, evaluator against engines. Exit 1 if some differ or the model
    does not hold.
    """
    from modelgen.api.deals import verify

    with progress("Verifying") as report:
        verdict, proofs = verify(deal, progress=report, **options)
    agree = all(proof.agrees for proof in proofs)
    code = DONE if agree and verdict.ok else FAILED
    if any(proof.failure for proof in proofs):
        code = NO_ENGINE
    if as_json:
        show_json(
            {
                "deal": deal,
                "cells": max((proof.cells for proof in proofs), default=0),
                "engines": [{**asdict(proof), "agrees": proof.agrees} for proof in proofs],
                "verdict": verdict.as_json(),
                "ok": agree and verdict.ok,
            }
        )
        return code
    for proof in proofs:
        if proof.failure:
            print(f"{proof.engine}: {proof.failure}")
            continue
        agreeing = proof.cells - len(proof.differing)
        print(f"{proof.engine}: {agreeing:,} of {proof.cells:,} cells agree")
        for differing in proof.differing[:SHOWN]:
            values = f"evaluator {differing.evaluator!r}, {proof.engine} {differing.engine!r}"
            print(f"  {differing.cell}: {values}")
        if len(proof.differing) > SHOWN:
            print(f"  and {len(proof.differing) - SHOWN} more")
    print()
    show_verdict(verdict)
    return code
