"""Tells LibreOffice which class answers the menu; the modules stand beside it in `pythonpath`."""

import unohelper
from modelgen_office.component import NAME, SERVICES, Handler

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # LibreOffice looks for this name
g_ImplementationHelper.addImplementation(Handler, NAME, SERVICES)
