"""The government design system KRDS, cut down to the parts in use, from its npm package.

In: the installed `krds-uiux` 1.1.0. Out: one style sheet and the three files it needs.
Its official-government masthead and identifier are left out on purpose: this is no official site.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from battery_passport.foundation.errors import Misconfigured

COMPONENTS = (".krds-btn", ".krds-badge", ".krds-input", "#krds-skip-link", ".krds-table-wrap")
"""The components in use, by the beginning of their selectors."""

LEFT_OUT_OF_COMMON = (".svg-icon", ".krds-drop-wrap")

FONTS: Mapping[str, str] = MappingProxyType(
    {
        "PretendardGOV-Regular.woff2": "PretendardGOV-Regular.subset.woff2",
        "PretendardGOV-Bold.woff2": "PretendardGOV-Bold.subset.woff2",
    }
)

_MODE = re.compile(r"\[data-krds-mode=[a-z-]+\]\s*")
_NOT_A_RULE = re.compile(r"/\*.*?\*/|@(?:import|charset)[^;]*;", re.DOTALL)


class DesignSystemMissing(Misconfigured):
    """The npm package that the pages are styled with is not installed."""

    code = "design-system-missing"
    remedy = "Run `make setup`, or set `node_modules` to the folder that holds `krds-uiux`."


def _resources(node_modules: Path) -> Path:
    folder = node_modules / "krds-uiux" / "resources"
    if not folder.is_dir():
        raise DesignSystemMissing(f"There is no krds-uiux in {node_modules}.")
    return folder


def read_font(node_modules: Path, name: str) -> bytes:
    """Return a font of the package.

    Raises: DesignSystemMissing.
    """
    return (_resources(node_modules) / "fonts" / FONTS[name]).read_bytes()


def read_style_sheet(node_modules: Path) -> str:
    """Return tokens, common rules and the components in use, in that order.

    Raises: DesignSystemMissing.
    """
    folder = _resources(node_modules) / "css"
    tokens = (folder / "token" / "krds_tokens.css").read_text("utf-8")
    common = (folder / "common" / "common.css").read_text("utf-8")
    component = (folder / "component" / "component.css").read_text("utf-8")
    return "\n".join(
        (
            "".join(_selected(tokens, wanted=("",))),
            "".join(_selected(common, wanted=("",), unwanted=LEFT_OUT_OF_COMMON)),
            "".join(_selected(component, wanted=COMPONENTS)),
        )
    )


def _selected(
    css: str, *, wanted: tuple[str, ...], unwanted: tuple[str, ...] = ()
) -> Iterator[str]:
    for prelude, body in _rules(_NOT_A_RULE.sub("", css)):
        if prelude.startswith("@media"):
            inner = "".join(_selected(body, wanted=wanted, unwanted=unwanted))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif body.strip() and _is_selected(prelude, wanted, unwanted):
            yield f"{prelude}{{{' '.join(body.split())}}}"


def _is_selected(prelude: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> bool:
    selectors = [_MODE.sub("", selector).strip() for selector in prelude.split(",")]
    if unwanted and all(selector.startswith(unwanted) for selector in selectors):
        return False
    return any(selector.startswith(wanted) for selector in selectors)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each outermost rule."""
    depth, start, opened = 0, 0, 0
    for brace in re.finditer(r"[{}]", css):
        if brace[0] == "{":
            if depth == 0:
                opened = brace.start()
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            yield " ".join(css[start:opened].split()), css[opened + 1 : brace.start()]
            start = brace.end()
