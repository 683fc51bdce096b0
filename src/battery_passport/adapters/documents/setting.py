"""Sets a document of ours in type: a template, JSON data, the Korean typeface.

In: a template's name and its data. Out: PDF, or the pages as PNG. The same data, the same bytes.
"""

import json
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import typst
from typst import compile as typeset

from battery_passport.adapters.documents.typefaces import unpack_typefaces
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import JsonObject

TEMPLATES: Final = Path(__file__).parent / "templates"
_DATA: Final = "data"


class DocumentNotSet(Misconfigured):
    """A template and its data do not fit each other."""

    code = "document-not-set"
    remedy = "Report it with the message: the fault is in the program."


class Typesetter:
    """Unpacks the typeface once, and keeps it as long as it lives itself."""

    def __init__(self, node_modules: Path) -> None:
        self._node_modules = node_modules
        self._fonts: typst.Fonts | None = None
        self._lock = threading.Lock()

    def pdf(self, template: str, data: JsonObject, *, made_at: datetime) -> bytes:
        """Return a document as PDF. Raises: TypefaceMissing, DocumentNotSet."""
        pages = self._set(template, data, made_at=made_at, form="pdf")
        return pages[0]

    def pictures(self, template: str, data: JsonObject, *, made_at: datetime) -> Sequence[bytes]:
        """Return each page of a document as PNG. Raises: TypefaceMissing, DocumentNotSet."""
        return self._set(template, data, made_at=made_at, form="png")

    def _set(
        self, template: str, data: JsonObject, *, made_at: datetime, form: Literal["pdf", "png"]
    ) -> Sequence[bytes]:
        written = json.dumps(data, ensure_ascii=False, sort_keys=True)
        try:
            with self._lock:
                made = typeset(
                    TEMPLATES / f"{template}.typ",
                    root=TEMPLATES,
                    font_paths=self._ready_fonts(),
                    sys_inputs={_DATA: written},
                    format=form,
                    timestamp=int(made_at.timestamp()),
                )
        except (typst.TypstError, RuntimeError) as error:
            raise DocumentNotSet(f"The document {template} cannot be set: {error}") from error
        # Several pages of pictures come as a list, whatever the package declares.
        several: object = made
        return several if isinstance(several, list) else [made]

    def _ready_fonts(self) -> typst.Fonts:
        if self._fonts is None:
            folder = Path(tempfile.mkdtemp(prefix="typefaces-"))
            # Fonts are read as they are needed, so their files stay until nobody sets type here.
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            unpack_typefaces(self._node_modules, folder)
            self._fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
            )
        return self._fonts
