"""The genesis document of a consortium network, settled member by member.

In: the node program's own default document. Out: the same with the consortium's rules in it.
deploy/consortium/README.md gives the reason for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from battery_passport.adapters.evm.consortium.model import COIN

BLOCK_GAS = 100_000_000
BLOCK_BYTES = 4 * 1024 * 1024

_PERMISSIONED = "ACCESS_TYPE_PERMISSIONED"
_OPEN = "ACCESS_TYPE_PERMISSIONLESS"
_NOTHING = "0.000000000000000000"


def settle_genesis(document: dict[str, Any], *, deployers: Sequence[str]) -> dict[str, Any]:
    """Return the document with every rule of `RULES` and the list of deployers in it."""
    for path, value in rules(deployers).items():
        _put(document, path, value)
    return document


def rules(deployers: Sequence[str]) -> Mapping[str, object]:
    """Return each setting that differs from the node's own, by its place in the document."""
    deposit = [{"denom": COIN, "amount": "10000000"}]
    return {
        # Nothing costs anything: what is offered is decided by roles, not by money.
        "app_state.feemarket.params.no_base_fee": True,
        "app_state.feemarket.params.base_fee": _NOTHING,
        "app_state.feemarket.params.min_gas_price": _NOTHING,
        # Otherwise every receipt shows at least half of the gas limit as used.
        "app_state.feemarket.params.min_gas_multiplier": _NOTHING,
        "app_state.mint.params.mint_denom": COIN,
        "app_state.mint.params.inflation_max": _NOTHING,
        "app_state.mint.params.inflation_min": _NOTHING,
        "app_state.mint.params.inflation_rate_change": _NOTHING,
        "app_state.mint.minter.inflation": _NOTHING,
        "app_state.distribution.params.community_tax": _NOTHING,
        # Only listed accounts put code on the chain. Calls stay open: the contracts check roles,
        # and a restriction would refuse readers too.
        "app_state.evm.params.evm_denom": COIN,
        "app_state.evm.params.access_control.create": {
            "access_type": _PERMISSIONED,
            "access_control_list": list(deployers),
        },
        "app_state.evm.params.access_control.call": {
            "access_type": _OPEN,
            "access_control_list": [],
        },
        "app_state.evm.params.active_static_precompiles": [],
        "app_state.erc20.params.enable_erc20": False,
        "app_state.erc20.params.permissionless_registration": False,
        "app_state.erc20.native_precompiles": [],
        # No bridges to other chains.
        "app_state.transfer.params.send_enabled": False,
        "app_state.transfer.params.receive_enabled": False,
        "app_state.ibc.client_genesis.params.allowed_clients": [],
        # A validator that is away keeps its seat for about two weeks and loses no stake.
        "app_state.slashing.params.signed_blocks_window": "1000000",
        "app_state.slashing.params.min_signed_per_window": "0.050000000000000000",
        "app_state.slashing.params.downtime_jail_duration": "60s",
        "app_state.slashing.params.slash_fraction_double_sign": _NOTHING,
        "app_state.slashing.params.slash_fraction_downtime": _NOTHING,
        "app_state.staking.params.bond_denom": COIN,
        "app_state.gov.params.min_deposit": deposit,
        "app_state.gov.params.expedited_min_deposit": [{"denom": COIN, "amount": "50000000"}],
        "app_state.bank.denom_metadata": [_COIN_METADATA],
        "consensus.params.block.max_gas": str(BLOCK_GAS),
        "consensus.params.block.max_bytes": str(BLOCK_BYTES),
    }


_COIN_METADATA = {
    "description": "Votes of the consortium's members; nothing is paid with them.",
    "denom_units": [
        {"denom": COIN, "exponent": 0, "aliases": ["attotest"]},
        {"denom": "test", "exponent": 18, "aliases": []},
    ],
    "base": COIN,
    "display": "test",
    "name": "Vote",
    "symbol": "VOTE",
    "uri": "",
    "uri_hash": "",
}


def _put(document: dict[str, Any], path: str, value: object) -> None:
    *folders, name = path.split(".")
    place = document
    for folder in folders:
        place = place[folder]
    if name not in place:
        raise KeyError(f"The node's genesis has no {path}.")
    place[name] = value
