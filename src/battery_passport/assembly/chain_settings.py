"""The settings that tell where the log is anchored.

In: the values of settings by name. Out: the engine and, for a consortium, its nodes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from battery_passport.foundation.errors import Misconfigured

EMBEDDED = "embedded"
CONSORTIUM = "consortium"
_ENGINES = (EMBEDDED, CONSORTIUM)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_NETWORK = re.compile(r"[a-z0-9][a-z0-9-]{0,48}")
_VALIDATOR = re.compile(r"[0-9a-fA-F]{40}")
_LONGEST_NAME = 80
_REMEDY = "docs/how-to/run-a-consortium.md tells what belongs there."


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """Where the log is anchored; everything but the engine is of a consortium."""

    engine: str = EMBEDDED
    network: str = ""
    rpc_urls: tuple[str, ...] = ()
    comet_urls: tuple[str, ...] = ()
    deployer: str = ""
    names: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    """English and Korean names by address in lower letters: accounts with 0x, validators without"""


def chain_settings(values: Mapping[str, str]) -> ChainSettings:
    """Return where the log is anchored. Raises: Misconfigured."""
    engine = values["chain_engine"]
    if engine not in _ENGINES:
        raise _refused("CHAIN_ENGINE", engine, " or ".join(_ENGINES))
    if engine == EMBEDDED:
        return ChainSettings()
    network, deployer = values["chain_network"], values["chain_deployer"]
    if not _NETWORK.fullmatch(network):
        raise _refused("CHAIN_NETWORK", network, "the network's name")
    if deployer and not _ADDRESS.fullmatch(deployer):
        raise _refused("CHAIN_DEPLOYER", deployer, "0x and 40 digits")
    return ChainSettings(
        engine=engine,
        network=network,
        rpc_urls=_urls(values, "chain_rpc_urls"),
        comet_urls=_urls(values, "chain_comet_urls"),
        deployer=deployer,
        names=MappingProxyType(dict(_names(values["chain_names"]))),
    )


def _urls(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in values[name].split(",") if part.strip())
    for url in found:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _refused(name.upper(), url, "http or https addresses with commas between")
    if not found:
        raise _refused(name.upper(), "", "the address of one node at least")
    return found


def _names(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for part in filter(None, (each.strip() for each in text.split(","))):
        address, _, name = part.partition("=")
        english, _, korean = (each.strip() for each in name.partition(";"))
        right = _ADDRESS.fullmatch(address) or _VALIDATOR.fullmatch(address)
        if not right or not english or max(len(english), len(korean)) > _LONGEST_NAME:
            raise _refused("CHAIN_NAMES", part, "an address, =, a name and perhaps ; and another")
        yield address.lower(), (english, korean or english)


def _refused(name: str, value: str, expected: str) -> Misconfigured:
    return Misconfigured(
        f"BATTERY_PASSPORT_{name} is {value[:120]!r}, expected {expected}.", remedy=_REMEDY
    )
