"""The one table of settings, and the values an installation runs with.

In: environment variables `BATTERY_PASSPORT_<NAME>`. Out: a frozen `Settings`.
An unknown name stops start-up, because a misspelt setting is a setting that was not made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from battery_passport.foundation.errors import Misconfigured

PREFIX = "BATTERY_PASSPORT_"
_DEFAULT_PORT = 8000

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: how it is called, what holds when nobody says otherwise, what it does."""

    name: str
    default: str
    help: str
    secret: bool = False


TABLE: tuple[Setting, ...] = (
    Setting("home", "var", "Folder of all embedded state; two homes are two installations."),
    Setting(
        "database_url",
        "",
        "Address of a PostgreSQL database for records and evidence; empty keeps them in the home.",
        secret=True,
    ),
    Setting("shared", "../shared", "Folder of reference data; for tests and `evaluate` only."),
    Setting("mode", "demo", "`demo` (loopback only) or `production` (no insecure keystores)."),
    Setting("host", "127.0.0.1", "Address the server binds to; loopback only for now."),
    Setting("port", str(_DEFAULT_PORT), "Port of the server; 0 takes a free one."),
    Setting("public_base_url", "", "Address printed in passports and QR codes."),
    Setting("node_modules", "", "Folder of the npm packages; empty finds it beside the project."),
    Setting("anchor_interval_s", "10", "Seconds between two anchored checkpoints."),
    Setting("pipeline_interval_s", "0.5", "Seconds between two runs of the pipeline."),
    Setting("ingest_queue_batches", "4096", "Batches that may wait for the disk before 503."),
    Setting("log_level", "info", "`debug`, `info`, `warning` or `error`."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of every row of `TABLE`, checked."""

    home: Path
    database_url: str = field(repr=False)
    shared: Path
    mode: str
    host: str
    port: int
    public_base_url: str
    node_modules: Path | None
    anchor_interval_s: float
    pipeline_interval_s: float
    ingest_queue_batches: int
    log_level: str

    @property
    def base_url(self) -> str:
        """The address in passports: as set, else the server's; did:web allows no IP address."""
        return self.public_base_url.rstrip("/") or f"http://localhost:{self.port or _DEFAULT_PORT}"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for.

    Raises: Misconfigured for an unknown name or a value of the wrong kind.
    """
    given = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX)
    }
    known = {row.name for row in TABLE}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Misconfigured(
            f"Unknown setting {PREFIX}{unknown[0].upper()}.",
            remedy="The settings are listed in docs/reference/settings.md.",
        )
    values = {row.name: given.get(row.name, row.default) for row in TABLE}
    return Settings(
        home=Path(values["home"]).absolute(),
        database_url=values["database_url"],
        shared=Path(values["shared"]).absolute(),
        mode=_one_of(values, "mode", ("demo", "production")),
        host=_loopback(values["host"]),
        port=_number(values, "port", int, (0, 65_535)),
        public_base_url=values["public_base_url"],
        node_modules=Path(values["node_modules"]) if values["node_modules"] else None,
        anchor_interval_s=_number(values, "anchor_interval_s", float, (0.1, 3_600)),
        pipeline_interval_s=_number(values, "pipeline_interval_s", float, (0.01, 60)),
        ingest_queue_batches=_number(values, "ingest_queue_batches", int, (1, 1_000_000)),
        log_level=_one_of(values, "log_level", ("debug", "info", "warning", "error")),
    )


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if values[name] not in allowed:
        raise Misconfigured(
            f"{PREFIX}{name.upper()} is {values[name]!r}, expected one of {', '.join(allowed)}."
        )
    return values[name]


def _number(
    values: Mapping[str, str], name: str, kind: Callable[[str], N], limits: tuple[float, float]
) -> N:
    low, high = limits
    try:
        number = kind(values[name])
    except ValueError as error:
        raise Misconfigured(f"{PREFIX}{name.upper()} is {values[name]!r}, not a number.") from error
    if not low <= number <= high:
        raise Misconfigured(f"{PREFIX}{name.upper()} is {number}, expected {low} to {high}.")
    return number


def _loopback(host: str) -> str:
    # Until sign-in exists, everybody who reaches the server may do everything.
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise Misconfigured(
            f"{PREFIX}HOST is {host!r}, but this release has no sign-in.",
            remedy="Use 127.0.0.1 and put nothing in front of it.",
        )
    return host
