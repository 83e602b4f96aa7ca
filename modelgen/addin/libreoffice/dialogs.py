"""The dialogs: an answer as a list whose lines lead to their cells, and the one that asks what if.

Labels and texts of a workbook are put into controls as plain text only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import unohelper
from com.sun.star.awt import Selection, XActionListener, XItemListener

from .answers import Line
from .cells import ItemError
from .items import trace_cell, write
from .sources import page_address
from .whatif import Trial, input_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .answers import Answer
    from .office import OfficeHost

WIDTH, HEIGHT, EDGE, BUTTON, LINE = 380, 250, 6, 66, 14
TITLE = "modelgen"
_INDENT = 4
_FIXED = "Liberation Mono"
"""In which a passage of a document keeps its columns."""
_LONGEST, _MOST_TEXT = 400, 20_000
"""The characters of a line of a list, and of the text below it, that are shown: a label may be of any
length.
"""


class _Action(unohelper.Base, XActionListener, XItemListener):
    """Calls a function when a button is pressed, or a line of a list is chosen or double-clicked."""

    def __init__(self, do: Callable[[], None]) -> None:
        self.do = do

    def actionPerformed(self, _event: Any) -> None:  # noqa: N802
        """A button, or a double click."""
        self.do()

    def itemStateChanged(self, _event: Any) -> None:  # noqa: N802
        """A line was chosen."""
        self.do()

    def disposing(self, _event: Any) -> None:
        """The control is gone."""


class _Dialog:
    """A dialog of controls laid out by hand, in LibreOffice's units of a dialog's font."""

    def __init__(self, context: Any, frame: Any, title: str, height: int = HEIGHT) -> None:
        self.context, self.frame = context, frame
        manager = context.ServiceManager
        self.model = manager.createInstanceWithContext(
            "com.sun.star.awt.UnoControlDialogModel", context
        )
        self.model.Width, self.model.Height, self.model.Title = WIDTH, height, title
        self.model.Sizeable = False
        self.control = manager.createInstanceWithContext(
            "com.sun.star.awt.UnoControlDialog", context
        )
        self.control.setModel(self.model)

    def add(self, kind: str, name: str, x: int, y: int, width: int, height: int, **how: Any) -> Any:
        """A control, at a place and of a size."""
        model = self.model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        model.PositionX, model.PositionY, model.Width, model.Height = x, y, width, height
        model.Name = name
        for key, value in how.items():
            setattr(model, key, value)
        self.model.insertByName(name, model)
        return self.control.getControl(name)

    def button(self, name: str, label: str, column: int, do: Callable[[], None]) -> None:
        """A button at the foot, in a column from the left."""
        x = EDGE + column * (BUTTON + EDGE)
        y = self.model.Height - LINE - 2 - EDGE
        self.add("Button", name, x, y, BUTTON, LINE + 2, Label=label).addActionListener(_Action(do))

    def close_button(self) -> None:
        """The button that closes the dialog, at the right; so does Escape."""
        x, y = WIDTH - EDGE - BUTTON, self.model.Height - LINE - 2 - EDGE
        self.add("Button", "close", x, y, BUTTON, LINE + 2, Label="Close", PushButtonType=2)

    def opened(self) -> None:
        """What is left to do once the dialog's window is there."""

    def show(self) -> None:
        """Opens it, until a person closes it."""
        manager = self.context.ServiceManager
        toolkit = manager.createInstanceWithContext("com.sun.star.awt.Toolkit", self.context)
        parent = self.frame.getContainerWindow()
        self.control.createPeer(toolkit, parent)
        within, own = parent.getPosSize(), self.control.getPosSize()
        x, y = (within.Width - own.Width) // 2, (within.Height - own.Height) // 2
        self.control.setPosSize(max(0, x), max(0, y), 0, 0, 3)  # X and Y
        self.opened()
        try:
            self.control.execute()
        finally:
            self.control.dispose()


class AnswerDialog(_Dialog):
    """An answer: its title, its lines as a list, and below it the whole of the line that is chosen."""

    def __init__(
        self, context: Any, frame: Any, host: OfficeHost, item: str, answer: Answer
    ) -> None:
        super().__init__(context, frame, TITLE)
        self.host, self.item, self.answer = host, item, answer
        inner = WIDTH - 2 * EDGE
        self.title = self.add(
            "FixedText", "title", EDGE, EDGE, inner, 2 * LINE, MultiLine=True, NoLabel=True
        )
        self.list = self.add("ListBox", "lines", EDGE, 3 * LINE - 6, inner, 104)
        self.list.addItemListener(_Action(self._chosen))
        self.list.addActionListener(_Action(self._go))
        how: dict[str, Any] = {
            "MultiLine": True,
            "ReadOnly": True,
            "VScroll": True,
            "HScroll": True,
        }
        if item == "source":
            how["FontName"] = _FIXED
        self.more = self.add("Edit", "more", EDGE, 144, inner, 78, **how)
        self.close_button()
        self.button("go", "Go to the cell", 0, self._go)
        if item in ("trace", "source"):
            self.button("trace", "Trace it", 1, self._trace)
        if answer.document:
            self.button("document", "Open the document", 2, self._open)
        if item == "overlay":
            self.button("save", "Save the overlay...", 1, self._save)
        self._fill(answer)

    def _fill(self, answer: Answer) -> None:
        self.answer = answer
        self.title.getModel().Label = _clipped(answer.title, _LONGEST)
        shown = (f"{' ' * _INDENT * line.level}{line.text}" for line in answer.lines)
        self.list.getModel().StringItemList = tuple(_clipped(text, _LONGEST) for text in shown)
        first = answer.lines[0].more if answer.lines else ""
        more = str(answer.data.get("overlay", "")) or first
        self.more.getModel().Text = more[:_MOST_TEXT]

    def opened(self) -> None:
        """Marks the numeral of the first figure."""
        if self.answer.lines:
            self._mark(self.answer.lines[0])

    def _mark(self, line: Line) -> None:
        """Marks the numeral in the line of the document that is cited, and so scrolls to it."""
        at = line.more.find(">") if not line.more.startswith(">") else 0
        start = line.more.find(line.marked, max(at, 0)) if line.marked else -1
        if start >= 0:
            span = Selection()
            span.Min, span.Max = start, start + len(line.marked)
            self.more.setSelection(span)

    def read(self) -> str:
        """What the dialog shows, from its controls, without opening it."""
        model = self.list.getModel()
        buttons = [
            name
            for name in self.model.ElementNames
            if hasattr(self.model.getByName(name), "PushButtonType")
        ]
        parts = [self.title.getModel().Label, *model.StringItemList, self.more.getModel().Text]
        self.control.dispose()
        return "\n".join([*parts, f"buttons: {', '.join(sorted(buttons))}"])

    def _line(self) -> Line | None:
        at = self.list.getSelectedItemPos()
        return self.answer.lines[at] if 0 <= at < len(self.answer.lines) else None

    def _chosen(self) -> None:
        line = self._line()
        if line is not None:
            text = line.more if line.marked else "\n".join(filter(None, (line.text, line.more)))
            self.more.getModel().Text = text[:_MOST_TEXT]
            self._mark(line)

    def _go(self) -> None:
        line = self._line()
        if line is not None and line.key is not None:
            self.host.show(line.key)

    def _trace(self) -> None:
        """Goes to the cell of the chosen line and shows its own tree."""
        line = self._line()
        if line is None or line.key is None:
            return
        self.host.show(line.key)
        try:
            self._fill(trace_cell(self.host, {}))
        except ItemError as error:
            tell(self.frame, str(error))

    def _open(self) -> None:
        figures = self.answer.data.get("figures") or [{}]
        open_address(self.context, page_address(self.answer.document, figures[0].get("place", "")))

    def _save(self) -> None:
        path = ask_path(self.context)
        if path:
            try:
                write(path, self.answer.data["overlay"])
            except ItemError as error:
                tell(self.frame, str(error))


class WhatIfDialog(_Dialog):
    """Asks for an input and a value, shows what moves; what was set is put back when it closes."""

    def __init__(self, context: Any, frame: Any, host: OfficeHost) -> None:
        super().__init__(context, frame, f"{TITLE}: what if")
        self.trial = Trial(host)
        self.host, self.answer_lines = host, [Line("")]
        inner = WIDTH - 2 * EDGE
        id_, period = input_at(self.trial.model, host.selected())
        ids = tuple(sorted(self.trial.model.inputs))
        rows: dict[str, int] = {"input": EDGE, "period": EDGE + 18, "value": EDGE + 36}
        for name, label in (("input", "Input"), ("period", "Period"), ("value", "Value")):
            y = rows[name]
            self.add("FixedText", f"{name}_label", EDGE, y + 2, 40, LINE, Label=label)
            kind = "ComboBox" if name == "input" else "Edit"
            how = (
                {"StringItemList": ids, "Dropdown": True, "Autocomplete": True}
                if name == "input"
                else {}
            )
            self.add(kind, name, EDGE + 44, y, 180, LINE, **how)
        hint = "a month, as 2007-03; empty: all"
        self.add("FixedText", "hint", 236, rows["period"] + 2, 140, LINE, Label=hint)
        self.model.getByName("input").Text = id_
        self.model.getByName("period").Text = period
        self.list = self.add("ListBox", "lines", EDGE, 64, inner, 156)
        self.button("try", "Try", 0, self._try)
        self.button("back", "Put back", 1, self._back)
        self.close_button()

    def tried(self, given: Mapping[str, str]) -> str:
        """What the dialog shows after a person fills it in, presses Try and Put back, without opening it."""
        for name in ("Input", "Period", "Value"):
            self.model.getByName(name.lower()).Text = given.get(name, "")
        try:
            self._try()
            shown = self.list.getModel().StringItemList
        finally:
            self._back()
        after = self.list.getModel().StringItemList
        self.control.dispose()
        return "\n".join([*shown, *after])

    def _said(self, lines: list[str]) -> None:
        self.list.getModel().StringItemList = tuple(lines)

    def _try(self) -> None:
        given = {name: self.model.getByName(name).Text for name in ("input", "period", "value")}
        try:
            answer = self.trial.set(given["input"].strip(), given["value"], given["period"].strip())
        except ItemError as error:
            self._said([str(error)])
            return
        self._said([answer.title, *(_clipped(str(line), _LONGEST) for line in answer.lines)])

    def _back(self) -> None:
        self.trial.put_back()
        self._said(["Put back."])


def _clipped(text: str, longest: int) -> str:
    """A text on one line, cut where it is too long to be shown."""
    bare = text[: longest + 1].replace("\n", " ").replace("\r", " ")
    return bare if len(bare) <= longest else f"{bare[:longest]}..."


def ask_what_if(context: Any, frame: Any, host: OfficeHost) -> None:
    """Opens the dialog, and puts back what was set however it ends."""
    dialog = WhatIfDialog(context, frame, host)
    try:
        dialog.show()
    finally:
        dialog.trial.put_back()


def tell(frame: Any, sentence: str) -> None:
    """Shows a sentence."""
    window = frame.getContainerWindow() if frame is not None else None
    if window is None:
        return
    box = window.getToolkit().createMessageBox(window, 1, 1, TITLE, sentence)  # INFOBOX, OK
    box.execute()


def open_address(context: Any, address: str) -> None:
    """Opens a file in the program that the system has for it."""
    shell = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.system.SystemShellExecute", context
    )
    shell.execute(address, "", 0)


def ask_path(context: Any) -> str:
    """The path that a person chooses to save to; empty if none."""
    import uno  # noqa: PLC0415  # only a person is asked

    picker = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.ui.dialogs.FilePicker", context
    )
    picker.initialize((10,))  # FILESAVE_AUTOEXTENSION
    picker.appendFilter("YAML", "*.yaml")
    picker.setDefaultName("overlay.yaml")
    if not picker.execute():
        return ""
    return str(uno.fileUrlToSystemPath(picker.getSelectedFiles()[0]))
