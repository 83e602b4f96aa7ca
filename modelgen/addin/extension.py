"""The extension for LibreOffice as one file, .oxt: the modules of `addin.libreoffice` with what
registers them.

The same modelgen gives the same bytes: the archive's times are fixed, its parts in a fixed order.
"""

import io
import zipfile
from pathlib import Path

from modelgen import __version__

FILE = "modelgen.oxt"
PACKAGE = "modelgen_office"
"""The name of the modules inside LibreOffice, which may have a modelgen of its own to import."""
_HERE = Path(__file__).resolve().parent
_PARTS = (
    "registration.py",
    "ProtocolHandler.xcu",
    "Addons.xcu",
    "description.xml",
    "description.txt",
)
_IDENTIFIER = b'<identifier value="org.modelgen.libreoffice"/>'
_TIME = (1980, 1, 1, 0, 0, 0)


def files() -> dict[str, bytes]:
    """The parts of the extension by their paths in the archive."""
    parts = _HERE / "parts"
    found = {"META-INF/manifest.xml": (parts / "manifest.xml").read_bytes()}
    for name in _PARTS:
        found[name] = (parts / name).read_bytes().replace(b"@VERSION@", __version__.encode())
    for module in sorted((_HERE / "libreoffice").glob("*.py")):
        found[f"pythonpath/{PACKAGE}/{module.name}"] = module.read_bytes()
    return found


def extension() -> bytes:
    """The extension as the bytes of its file.

    >>> extension()[:2]
    b'PK'
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files().items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def is_own(content: bytes) -> bool:
    """Whether a file's content is the extension, of this or another version of modelgen."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _IDENTIFIER in archive.read("description.xml")
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError):
        return False
