"""A compiler for financial models: from text to a live-formula Excel workbook that proves itself.

Everything that a program needs is here, and is imported on first use:

    import modelgen

    book = modelgen.build("my-deal", "out.xlsx", {"growth": 0.015})
    assert book.verdict.ok, book.verdict
    book.recalc({"prepayment@2007-11": 3000})["liquidity"]["2007-11"]
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
DISTRIBUTION = "modelgen-finance"
"""The name to `pip install`; `modelgen` on PyPI is another project."""

if TYPE_CHECKING:
    from modelgen.api.addins import addins
    from modelgen.api.book import Book, BuildReport, Result
    from modelgen.api.deals import Deal, batch, build, coverage, load, roll, shipped, verify
    from modelgen.api.sweeping import SweepResult, sweep
    from modelgen.api.workbooks import audit, check, diff, open, pull, recalc, trace  # noqa: A004
    from modelgen.problem import EngineError, ModelError, ModelgenError
    from modelgen.series import Series, UnknownNameError
    from modelgen.text.setting import Setting
    from modelgen.verdict import Verdict

_NAMES = {
    "modelgen.api.addins": "addins",
    "modelgen.api.book": "Book BuildReport Result",
    "modelgen.api.deals": "Deal batch build coverage load roll shipped verify",
    "modelgen.api.sweeping": "SweepResult sweep",
    "modelgen.api.workbooks": "audit check diff open pull recalc trace",
    "modelgen.problem": "EngineError ModelError ModelgenError",
    "modelgen.series": "Series UnknownNameError",
    "modelgen.text.setting": "Setting",
    "modelgen.verdict": "Verdict",
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [
    "Book",
    "BuildReport",
    "Deal",
    "EngineError",
    "ModelError",
    "ModelgenError",
    "Result",
    "Series",
    "Setting",
    "SweepResult",
    "UnknownNameError",
    "Verdict",
    "__version__",
    "addins",
    "audit",
    "batch",
    "build",
    "check",
    "coverage",
    "diff",
    "load",
    "open",
    "pull",
    "recalc",
    "roll",
    "shipped",
    "sweep",
    "trace",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Imports an attribute on first use (PEP 562)."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'modelgen' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415  # so that `import modelgen` costs nothing

    found = getattr(import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
