"""The settings of the chain: embedded by default, a consortium only if it is named whole.

In: an environment. Out: where the log is anchored, or a refusal that names the setting.
"""

import pytest

from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.foundation.errors import Misconfigured

CONSORTIUM = {
    "CHAIN_ENGINE": "consortium",
    "CHAIN_NETWORK": "a-network",
    "CHAIN_RPC_URLS": "http://127.0.0.1:1, https://node.example/rpc",
    "CHAIN_COMET_URLS": "http://127.0.0.1:2",
    "CHAIN_DEPLOYER": "0x" + "aB" * 20,
}


def environment(**changed: str) -> dict[str, str]:
    return {PREFIX + name: value for name, value in {**CONSORTIUM, **changed}.items()}


def test_the_ledger_is_embedded_unless_told_otherwise() -> None:
    assert load_settings({}).chain.engine == "embedded"


def test_a_consortium_is_named_whole() -> None:
    chain = load_settings(environment()).chain
    assert chain.rpc_urls == ("http://127.0.0.1:1", "https://node.example/rpc")
    assert chain.comet_urls == ("http://127.0.0.1:2",)
    assert (chain.network, chain.deployer) == ("a-network", "0x" + "aB" * 20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAIN_ENGINE", "another"),
        ("CHAIN_NETWORK", ""),
        ("CHAIN_NETWORK", "Spaces in it"),
        ("CHAIN_RPC_URLS", ""),
        ("CHAIN_RPC_URLS", "ftp://node.example"),
        ("CHAIN_COMET_URLS", "127.0.0.1:2"),
        ("CHAIN_DEPLOYER", "0x12"),
    ],
)
def test_what_is_missing_or_misspelt_is_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        load_settings(environment(**{name: value}))
