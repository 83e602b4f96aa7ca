"""Drives an installed extension in a running LibreOffice, as a menu does: through the dispatcher.

Run by the Python that has UNO, not by that of the tests: `python3 oxt_driver.py PIPE < steps.json > said.json`. A step is
a list: ["open", path], ["new"], ["known", item], ["do", item, {argument: value}], ["type", cell, value], ["formula", cell, text], ["rename", sheet, name],
["insert_rows", sheet, before, count], ["read", cell],
["select", cell], ["undo"] for what could be undone, ["modified"]. What each says is an item of the list that is printed.
"""

import json
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.util import URL


def properties(**given: Any) -> tuple[Any, ...]:
    out = []
    for name, value in given.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        out.append(one)
    return tuple(out)


class Driver:
    def __init__(self, pipe: str) -> None:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        for _ in range(300):
            try:
                self.context = resolver.resolve(address)
                break
            except Exception:  # not there yet
                time.sleep(0.1)
        make = self.context.ServiceManager.createInstanceWithContext
        self.desktop = make("com.sun.star.frame.Desktop", self.context)
        self.helper = make("com.sun.star.frame.DispatchHelper", self.context)
        self.document: Any = None

    def cell(self, address: str) -> Any:
        sheet, _, place = address.rpartition("!")
        return self.document.Sheets.getByName(sheet).getCellRangeByName(place)

    def open(self, path: str) -> None:
        if self.document is not None:
            self.document.close(True)
        url = uno.systemPathToFileUrl(path)
        self.document = self.desktop.loadComponentFromURL(url, "_blank", 0, properties(Hidden=True))

    def new(self) -> None:
        self.document.close(True)
        address = "private:factory/scalc"
        self.document = self.desktop.loadComponentFromURL(
            address, "_blank", 0, properties(Hidden=True)
        )

    def known(self, item: str) -> bool:
        """Whether the menu's handler takes an address."""
        address = URL()
        address.Complete, address.Protocol, address.Path = (
            f"vnd.modelgen:{item}",
            "vnd.modelgen:",
            item,
        )
        frame = self.document.CurrentController.Frame
        return frame.queryDispatch(address, "_self", 0) is not None

    def do(self, item: str, arguments: dict[str, Any]) -> dict[str, Any]:
        frame = self.document.CurrentController.Frame
        began = time.monotonic()
        given = properties(Quiet=True, **arguments)
        event = self.helper.executeDispatch(frame, f"vnd.modelgen:{item}", "", 0, given)
        seconds = round(time.monotonic() - began, 2)
        return {"done": event.State == 1, "said": event.Result, "seconds": seconds}

    def type(self, address: str, value: Any) -> None:
        cell = self.cell(address)
        if value is None:
            cell.clearContents(7)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def rename(self, sheet: str, name: str) -> None:
        self.document.Sheets.getByName(sheet).setName(name)

    def insert_rows(self, sheet: str, before: int, count: int) -> None:
        self.document.Sheets.getByName(sheet).Rows.insertByIndex(before - 1, count)

    def formula(self, address: str, text: str) -> None:
        self.cell(address).setFormula(text)

    def read(self, address: str) -> Any:
        cell = self.cell(address)
        return cell.getValue() if cell.Type.value in ("VALUE", "FORMULA") else cell.getString()

    def select(self, address: str) -> None:
        self.document.CurrentController.select(self.cell(address))

    def undo(self) -> int:
        return len(self.document.UndoManager.AllUndoActionTitles)

    def modified(self) -> bool:
        return bool(self.document.isModified())

    def close(self) -> None:
        if self.document is not None:
            self.document.close(True)
        self.desktop.terminate()


def main() -> None:
    driver = Driver(sys.argv[1])
    said = []
    try:
        for name, *arguments in json.load(sys.stdin):
            said.append(getattr(driver, name)(*arguments))
    finally:
        driver.close()
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
