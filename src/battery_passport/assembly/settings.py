"""The one table of settings, and the values an installation runs with.

In: environment variables `BATTERY_PASSPORT_<NAME>`. Out: a frozen `Settings`.
An unknown name stops start-up, because a misspelt setting is a setting that was not made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from battery_passport.assembly.alarm_settings import alarm_recipients
from battery_passport.assembly.chain_settings import ChainSettings, chain_settings
from battery_passport.assembly.keystore_settings import KeystoreSettings, keystore_settings
from battery_passport.assembly.mqtt_settings import MqttSettings, mqtt_settings
from battery_passport.assembly.secret_files import secrets_from_files
from battery_passport.assembly.witness_settings import WitnessSettings, witness_settings
from battery_passport.foundation.errors import Misconfigured

PREFIX = "BATTERY_PASSPORT_"
_DEFAULT_PORT = 8000
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

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
    Setting(
        "keystore",
        "insecure-demo",
        "Where keys are kept: `insecure-demo`, `file`, `pkcs11` or `remote`.",
    ),
    Setting(
        "keystore_passphrase",
        "",
        "Opens the keystore `file`; 12 characters or more.",
        secret=True,
    ),
    Setting(
        "keystore_key_file",
        "",
        "File of 32 random bytes or more that opens the keystore `file` in place of a passphrase.",
    ),
    Setting("pkcs11_library", "", "The token maker's library, for the keystore `pkcs11`."),
    Setting("pkcs11_token", "", "Label of the token."),
    Setting("pkcs11_pin", "", "The token's user PIN.", secret=True),
    Setting("signer_url", "", "Address of the signer, for the keystore `remote`."),
    Setting("signer_secret", "", "What the signer knows this installation by.", secret=True),
    Setting("signer_timeout_s", "5", "Seconds the signer has for an answer; it is asked thrice."),
    Setting("signer_authority", "", "File of the certificates that vouch for the signer."),
    Setting("signer_certificate", "", "File of this installation's own certificate, if any."),
    Setting("signer_certificate_key", "", "File of its private key."),
    Setting(
        "host",
        "127.0.0.1",
        "Address the server binds to; beyond loopback only in production with an https address.",
    ),
    Setting("port", str(_DEFAULT_PORT), "Port of the server; 0 takes a free one."),
    Setting("public_base_url", "", "Address printed in passports and QR codes."),
    Setting(
        "trusted_proxies",
        "",
        "Addresses or networks, with commas, whose X-Forwarded-For and -Proto are believed.",
    ),
    Setting(
        "rate_limit_factor",
        "1",
        "Multiplies every limit on how often one may ask; 0 lifts them all, for measurements.",
    ),
    Setting(
        "second_factor",
        "auto",
        "Whether privileged people must show a passkey: `required`, `waived` (demo only), or `auto`"
        " for required in production and waived in a demonstration.",
    ),
    Setting(
        "smtp_url",
        "",
        "Mail server for letters, as smtps://name:password@host:465; empty writes them to files.",
        secret=True,
    ),
    Setting("mail_sender", "noreply@localhost", "Address that letters come from."),
    Setting("node_modules", "", "Folder of the npm packages; empty finds it beside the project."),
    Setting("anchor_interval_s", "10", "Seconds between two anchored checkpoints."),
    Setting(
        "state_interval_s",
        "300",
        "Seconds between two epochs of the state tree while passports change; one a day at least.",
    ),
    Setting(
        "witnesses",
        "",
        "Who is asked to cosign checkpoints: address, space, verifier key; commas between them.",
    ),
    Setting("witnesses_required", "0", "How many of the witnesses must have cosigned for a proof."),
    Setting("witness_interval_s", "5", "Seconds between two rounds of asking the witnesses."),
    Setting(
        "chain_engine",
        "embedded",
        "Where the log is anchored: `embedded` (a ledger of this process) or `consortium`.",
    ),
    Setting(
        "chain_network",
        "",
        "Name of the consortium's network, which every vote of its validators carries.",
    ),
    Setting(
        "chain_rpc_urls",
        "",
        "Ethereum JSON-RPC addresses of the consortium's nodes, the nearest first; commas between.",
    ),
    Setting(
        "chain_comet_urls",
        "",
        "CometBFT RPC addresses of its nodes, for finality proofs; commas between them.",
    ),
    Setting(
        "chain_deployer",
        "",
        "Address of the account that deployed the contracts; empty for this installation's own.",
    ),
    Setting(
        "chain_names",
        "",
        "How people know the consortium's accounts and validators: `address=name`, or"
        " `address=English;Korean`; commas between them.",
    ),
    Setting("chain_gas_price_wei", "0", "Price of gas in wei; our networks take none."),
    Setting("anchor_alarm_s", "300", "Age of an unanchored checkpoint that raises an alarm."),
    Setting("alarm_webhook_url", "", "Address that findings of the monitor are posted to."),
    Setting("alarm_mail", "", "Who is sent findings of the monitor: mail addresses with commas."),
    Setting("monitor_share", "0.05", "Share of one core that a server's own audit takes; 0 none."),
    Setting("pipeline_interval_s", "0.5", "Seconds between two runs of the pipeline."),
    Setting(
        "history_gather_batches",
        "256",
        "Batches of a battery that enter the history's files together; fewer are read from the"
        " evidence, for a day at most.",
    ),
    Setting(
        "evidence_seal_after_days",
        "30",
        "Days after which batches go from the database into segments; 0 leaves them there.",
    ),
    Setting(
        "evidence_retention_days",
        "0",
        "Days after which evidence that no published figure rests on is erased; 0 keeps all.",
    ),
    Setting("ingest_queue_batches", "4096", "Batches that may wait for the disk before 503."),
    Setting(
        "device_batches_per_minute",
        "600",
        "Batches that a device may send for a battery before 429; ten minutes' worth at once.",
    ),
    Setting(
        "organisation_batches_per_minute",
        "600000",
        "Batches of all batteries that one organisation answers for; ten minutes' worth at once.",
    ),
    Setting("mqtt_url", "mqtt://127.0.0.1:1883", "Broker that batches come through; mqtts: TLS."),
    Setting("mqtt_public_url", "", "The same as devices reach it; empty for `mqtt_url`."),
    Setting("mqtt_authority", "", "File of the certificates that vouch for the broker."),
    Setting("mqtt_certificate", "", "The broker's certificate, for `mqtt configure`."),
    Setting("mqtt_certificate_key", "", "File of its private key."),
    Setting("log_level", "info", "`debug`, `info`, `warning` or `error`."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of every row of `TABLE`, checked."""

    home: Path
    database_url: str = field(repr=False)
    shared: Path
    mode: str
    keystore: KeystoreSettings
    host: str
    port: int
    public_base_url: str
    trusted_proxies: tuple[str, ...]
    rate_limit_factor: float
    second_factor: str
    smtp_url: str = field(repr=False)
    mail_sender: str
    node_modules: Path | None
    anchor_interval_s: float
    chain: ChainSettings
    chain_gas_price_wei: int
    anchor_alarm_s: float
    alarm_webhook_url: str
    alarm_mail: tuple[str, ...]
    monitor_share: float
    state_interval_s: float
    witnesses: WitnessSettings
    witness_interval_s: float
    pipeline_interval_s: float
    history_gather_batches: int
    evidence_seal_after_days: int
    evidence_retention_days: int
    ingest_queue_batches: int
    device_batches_per_minute: float
    organisation_batches_per_minute: float
    log_level: str
    mqtt: MqttSettings

    @property
    def base_url(self) -> str:
        """The address in passports: as set, else the server's; did:web allows no IP address."""
        return self.public_base_url.rstrip("/") or f"http://localhost:{self.port or _DEFAULT_PORT}"

    @property
    def passkeys_required(self) -> bool:
        """Whether privileged people must show a passkey besides their password."""
        by_mode = "required" if self.mode == "production" else "waived"
        chosen = by_mode if self.second_factor == "auto" else self.second_factor
        return chosen == "required"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for.

    A secret may lie in a file that `<NAME>_FILE` names, as service managers hand them over.
    Raises: Misconfigured for an unknown name or a value of the wrong kind.
    """
    given = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX)
    }
    given = secrets_from_files(given, [row.name for row in TABLE if row.secret])
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
        keystore=keystore_settings(values),
        host=_host(values),
        port=_number(values, "port", int, (0, 65_535)),
        public_base_url=values["public_base_url"],
        trusted_proxies=_networks(values, "trusted_proxies"),
        rate_limit_factor=_number(values, "rate_limit_factor", float, (0, 1_000)),
        second_factor=_second_factor(values),
        smtp_url=values["smtp_url"],
        mail_sender=values["mail_sender"],
        node_modules=Path(values["node_modules"]) if values["node_modules"] else None,
        anchor_interval_s=_number(values, "anchor_interval_s", float, (0.1, 3_600)),
        chain=chain_settings(values),
        chain_gas_price_wei=_number(values, "chain_gas_price_wei", int, (0, 10**18)),
        alarm_webhook_url=values["alarm_webhook_url"],
        alarm_mail=alarm_recipients(values),
        monitor_share=_number(values, "monitor_share", float, (0, 1)),
        anchor_alarm_s=_number(values, "anchor_alarm_s", float, (1, 86_400)),
        witnesses=witness_settings(values),
        witness_interval_s=_number(values, "witness_interval_s", float, (0.1, 3_600)),
        state_interval_s=_number(values, "state_interval_s", float, (1, 86_400)),
        pipeline_interval_s=_number(values, "pipeline_interval_s", float, (0.01, 60)),
        history_gather_batches=_number(values, "history_gather_batches", int, (1, 4_096)),
        evidence_seal_after_days=_number(values, "evidence_seal_after_days", int, (0, 36_500)),
        evidence_retention_days=_number(values, "evidence_retention_days", int, (0, 36_500)),
        ingest_queue_batches=_number(values, "ingest_queue_batches", int, (1, 1_000_000)),
        device_batches_per_minute=_number(
            values, "device_batches_per_minute", float, (0.1, 1_000_000)
        ),
        organisation_batches_per_minute=_number(
            values, "organisation_batches_per_minute", float, (0.1, 100_000_000)
        ),
        mqtt=mqtt_settings(values),
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


def _second_factor(values: Mapping[str, str]) -> str:
    chosen = _one_of(values, "second_factor", ("auto", "required", "waived"))
    if chosen == "waived" and values["mode"] == "production":
        raise Misconfigured(
            f"{PREFIX}SECOND_FACTOR is 'waived', which only a demonstration may be.",
            remedy="Leave it out, or set it to 'required'.",
        )
    return chosen


def _host(values: Mapping[str, str]) -> str:
    host = values["host"]
    if host in LOOPBACK_NAMES:
        return host
    if values["mode"] != "production":
        raise Misconfigured(
            f"{PREFIX}HOST is {host!r}, but a demonstration listens on loopback only.",
            remedy="Use 127.0.0.1, or set up production (docs/how-to/run-in-production-safely.md).",
        )
    public = urlsplit(values["public_base_url"])
    if public.scheme != "https" or public.hostname in LOOPBACK_NAMES | {None}:
        raise Misconfigured(
            f"{PREFIX}HOST is {host!r}, but {PREFIX}PUBLIC_BASE_URL is no https address.",
            remedy="Sign-in over the network needs TLS: put a proxy in front and name its address.",
        )
    return host


def _networks(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    try:
        return tuple(
            str(ip_network(part.strip())) for part in values[name].split(",") if part.strip()
        )
    except ValueError as error:
        raise Misconfigured(
            f"{PREFIX}{name.upper()} is {values[name]!r}: {error}.",
            remedy="Write addresses or networks, as in 10.0.0.2,10.1.0.0/16.",
        ) from error
