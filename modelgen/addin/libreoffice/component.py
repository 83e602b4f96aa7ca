"""The handler of the menu's addresses: `vnd.modelgen:check` and the like, from the menu or from a
program.

A program dispatches an address with arguments (see `items`) and Quiet=True, so that no dialog opens;
the result of the dispatch is the answer, as text or, with Form=json, as JSON. With File, it is written
there, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import unohelper
from com.sun.star.frame import DispatchResultEvent, XDispatchProvider, XNotifyingDispatch
from com.sun.star.lang import XInitialization, XServiceInfo

from . import dialogs
from .cells import ItemError
from .items import ITEMS, write
from .office import OfficeHost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answers import Answer

PROTOCOL = "vnd.modelgen:"
NAME = "org.modelgen.ProtocolHandler"
SERVICES = ("com.sun.star.frame.ProtocolHandler",)
_SUCCESS, _FAILURE = 1, 0  # com.sun.star.frame.DispatchResultState


class Handler(unohelper.Base, XDispatchProvider, XNotifyingDispatch, XInitialization, XServiceInfo):
    """Answers one frame's menu; LibreOffice makes one for each."""

    def __init__(self, context: Any, *_: Any) -> None:
        self.context, self.frame = context, None

    def initialize(self, arguments: Sequence[Any]) -> None:
        """Takes the frame that the menu belongs to."""
        if arguments:
            self.frame = arguments[0]

    def queryDispatch(self, address: Any, _target: str, _flags: int) -> Any:  # noqa: N802
        """Itself, for an address of a menu item."""
        known = address.Protocol == PROTOCOL and address.Path in ITEMS
        return self if known else None

    def queryDispatches(self, requests: Sequence[Any]) -> tuple[Any, ...]:  # noqa: N802
        """The same for several addresses."""
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def dispatch(self, address: Any, arguments: Sequence[Any]) -> None:
        """Does a menu item."""
        self._do(address.Path, arguments)

    def dispatchWithNotification(  # noqa: N802
        self, address: Any, arguments: Sequence[Any], listener: Any
    ) -> None:
        """Does a menu item and tells the listener what it answered."""
        done, said = self._do(address.Path, arguments)
        if listener is not None:
            event = DispatchResultEvent()
            event.Source, event.Result = self, said
            event.State = _SUCCESS if done else _FAILURE
            listener.dispatchFinished(event)

    def addStatusListener(self, _listener: Any, _address: Any) -> None:  # noqa: N802
        """Nothing to tell: the items can always be chosen."""

    def removeStatusListener(self, _listener: Any, _address: Any) -> None:  # noqa: N802
        """Nothing to forget."""

    def getImplementationName(self) -> str:  # noqa: N802
        """The name under which it is registered."""
        return NAME

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Whether it is a service of a name."""
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        """Its services."""
        return SERVICES

    def _do(self, item: str, given: Sequence[Any]) -> tuple[bool, str]:
        """Whether an item could be done, and what it said; a person is shown it in a dialog."""
        arguments = {one.Name: one.Value for one in given}
        quiet = bool(arguments.pop("Quiet", False))
        form, file = str(arguments.pop("Form", "text")), str(arguments.pop("File", ""))
        texts: dict[str, str] = {name: str(value) for name, value in arguments.items()}
        try:
            host = OfficeHost(self.frame)
            if item == "whatif" and not (quiet or texts.get("Value")):
                dialogs.ask_what_if(self.context, self.frame, host)
                return True, ""
            if item == "whatif" and form == "dialog":
                return True, dialogs.WhatIfDialog(self.context, self.frame, host).tried(texts)
            answer = ITEMS[item](host, texts)
            said = _in_form(answer, form)
            if form == "dialog":
                said = dialogs.AnswerDialog(self.context, self.frame, host, item, answer).read()
            elif not quiet:
                dialogs.AnswerDialog(self.context, self.frame, host, item, answer).show()
            if file:
                write(file, said)
        except ItemError as error:
            if not quiet:
                dialogs.tell(self.frame, str(error))
            return False, json.dumps({"error": str(error)}) if form == "json" else str(error)
        except (
            Exception
        ) as error:  # a workbook may be broken in any way: LibreOffice would show a traceback
            sentence = f"This workbook cannot be read: {type(error).__name__}, {error}."
            if not quiet:
                dialogs.tell(self.frame, sentence)
            return False, json.dumps({"error": sentence}) if form == "json" else sentence
        return True, said


def _in_form(answer: Answer, form: str) -> str:
    if form != "json":
        return str(answer)
    told = {"title": answer.title, "lines": [str(line) for line in answer.lines], **answer.data}
    return json.dumps({**told, "document": answer.document}, ensure_ascii=False)
