"""Style sheets, fonts and the icon: an allowlist, read once, addressed by digest.

In: our own files and the design system's npm package. Out: addresses and ready bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import Misconfigured
from battery_passport.web import krds
from battery_passport.web.delivery import Delivery, prepare

STATIC = Path(__file__).parent / "static"
BUILT = STATIC / "built"
STYLE_SHEETS = (
    "base.css",
    "passport.css",
    "pages.css",
    "owner.css",
    "readers.css",
    "console.css",
    "account.css",
    "verifier.css",
    "explorer.css",
    "fleet.css",
    "sheet.css",
    "print.css",
)
"""In the order of the cascade."""

SCRIPTS = ("live.js", "passkeys.js")
"""Small named behaviours on pages that work without them."""

BUILT_FILES = ("verifier.js", "keys.js", "telemetry.js", "uplot.css")
"""Scripts that setup joins with the npm packages they need, and such packages' style sheets."""

OFFLINE_VERIFIER = "verify-offline.html"


class ScriptsNotBuilt(Misconfigured):
    """The scripts that are joined with npm packages have not been made."""

    code = "scripts-not-built"
    remedy = "Run `make setup`."


MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css",
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }
)


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """`addresses` by name for templates; `deliveries` by address for the route."""

    addresses: Mapping[str, str]
    deliveries: Mapping[str, Delivery]


def load_static_files(node_modules: Path) -> StaticFiles:
    """Return every file that may be fetched under `/static`.

    Raises: DesignSystemMissing, ScriptsNotBuilt.
    """
    fonts = {f"krds/fonts/{name}": krds.read_font(node_modules, name) for name in krds.FONTS}
    addresses = {name: _address(name, body) for name, body in fonts.items()}
    sheets = {
        "krds/krds.css": krds.read_style_sheet(node_modules).encode("utf-8"),
        "site.css": _with_fonts(_own_style_sheet(), addresses),
        "icon.svg": (STATIC / "icon.svg").read_bytes(),
        **{name: (STATIC / name).read_bytes() for name in SCRIPTS},
        **{name: read_built(name) for name in BUILT_FILES},
    }
    addresses |= {name: _address(name, body) for name, body in sheets.items()}
    deliveries = {
        addresses[name]: prepare(body, media_type=_media_type(name), compress=name in sheets)
        for name, body in (fonts | sheets).items()
    }
    return StaticFiles(MappingProxyType(addresses), MappingProxyType(deliveries))


def read_built(name: str) -> bytes:
    """Return a file that setup made. Raises: ScriptsNotBuilt."""
    try:
        return (BUILT / name).read_bytes()
    except FileNotFoundError as error:
        raise ScriptsNotBuilt(f"There is no {name} in {BUILT}.") from error


def _own_style_sheet() -> str:
    return "\n".join((STATIC / name).read_text("utf-8") for name in STYLE_SHEETS)


def _with_fonts(css: str, addresses: Mapping[str, str]) -> bytes:
    for name, address in addresses.items():
        css = css.replace(f"/static/{name}", address)
    return css.encode("utf-8")


def _address(name: str, body: bytes) -> str:
    """Return `/static/krds/krds.0123456789abcdef.css`: another content, another address."""
    path = PurePosixPath(name)
    return f"/static/{path.with_suffix('')}.{sha256(body).hex()[:16]}{path.suffix}"


def _media_type(name: str) -> str:
    return MEDIA_TYPES[PurePosixPath(name).suffix]
