"""The platform on a consortium network: proofs that are final, an outage that stops nothing else.

In: a server whose chain is a network of validators. Out: bundles that a stranger believes offline.
The network is the session's: other tests have killed, wiped, added and retired its validators.
"""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import httpx
import pytest

from battery_passport.adapters.evm.accounts import address_of, sign_digest
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.evm.sending import Sender
from battery_passport.adapters.keystore.software import SoftwareKey
from battery_passport.adapters.sql.opening import open_database
from battery_passport.assembly.choosing_ledger import OtherLedger, open_ledger
from battery_passport.assembly.home import Home
from battery_passport.assembly.keys import load_keys
from battery_passport.assembly.keystores import open_keystore
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.credentials.keystore import SigningKey
from battery_passport.foundation.clock import SystemClock
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.onchain.batch_tree import PassportLeaf, batch_tree
from battery_passport.ledger.onchain.messages import BatchIssue, OwnershipTransfer
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import TypedMessage, digest_of
from battery_passport.proof.verification import verify_bundle
from tests.factories.chain import account_key
from tests.factories.consortium import ConsortiumWorld, eventually
from tests.factories.page_text import text_of
from tests.integration.support.effects import anchored_size, effects_of
from tests.integration.support.homes import finish
from tests.integration.support.servers import Server, running_server

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("consortium"),
    pytest.mark.timeout(600),
]

RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}
AN_HOUR_S = 3_600


@dataclass
class Scene:
    """A server on the network, and the proofs it gave."""

    world: ConsortiumWorld
    server: Server
    bundles: list[tuple[bytes, bytes]] = field(default_factory=list)

    def passport(self, alias: str) -> None:
        self.server.ask("battery-add", {"battery": alias, **RATING})
        self.server.ask("passport-issue", {"battery": alias})

    def prove(self, alias: str) -> JsonObject:
        """Return a bundle's anchor, after keeping the bundle with the trust file of this hour."""
        content = str(self.server.ask("bundle", {"battery": alias})["content"]).encode()
        self.bundles.append((content, str(self.server.ask("trust-export", {})["content"]).encode()))
        anchor: JsonObject = json.loads(content)["anchor"]
        return anchor

    def check_bundles(self) -> None:
        """Check that every bundle holds under every trust file that was ever given out."""
        for content, _ in self.bundles:
            for _, trust in self.bundles:
                verify_bundle(content, trust)


@pytest.fixture(scope="module")
def scene(consortium: ConsortiumWorld) -> Iterator[Scene]:
    with running_server(consortium.home) as server:
        yield Scene(consortium, server)


def test_a_bundle_shows_what_the_validators_agreed_on(scene: Scene) -> None:
    scene.passport("first")
    anchor = scene.prove("first")
    assert anchor["ledger"] == "consortium network"
    assert "finality" in anchor
    scene.check_bundles()


def test_the_home_does_not_fall_back_to_a_ledger_of_its_own(scene: Scene) -> None:
    elsewhere = {f"{PREFIX}CHAIN_ENGINE": "embedded"}
    answer = finish(scene.world.home.start_verb("audit", extra=elsewhere))
    assert answer.code == 0, answer  # the running server knows better
    settings = load_settings({**scene.world.home.environment(), **elsewhere})
    home = Home(settings.home)
    keys = load_keys(open_keystore(settings, home))
    with (
        closing(open_database(settings.database_url, home.database)) as database,
        pytest.raises(OtherLedger),
    ):
        open_ledger(settings, home, keys=keys, database=database, clock=SystemClock())


def ledger_page(scene: Scene) -> str:
    """Return what the ledger's page says to people."""
    address = f"http://127.0.0.1:{scene.server.port}/ledger?lang=en"
    return text_of(httpx.get(address, timeout=30))


def test_the_ledgers_page_names_members_and_tells_who_votes(scene: Scene) -> None:
    eventually(lambda: "voted for block" in ledger_page(scene))
    said = ledger_page(scene)
    assert said.count("voted for block") <= len(scene.world.network.running_slugs())
    assert "City member" in said
    assert "(this platform) member" in said
    assert "Development ledger" not in said


def test_an_outage_delays_anchors_and_nothing_else(scene: Scene) -> None:
    network = scene.world.network
    running = network.running_slugs()
    for slug in running[:2]:
        network.kill(slug)
    scene.server.ask("battery-add", {"battery": "meanwhile", **RATING})
    begun_s = time.monotonic()
    scene.server.ask("passport-issue", {"battery": "meanwhile"})
    assert time.monotonic() - begun_s < 5, "issuing waited for the chain"
    size = anchored_size(scene.world.home.database)
    scene.server.wait_until_settled()
    eventually(lambda: scene.server.get("/readyz")[0] == 503)
    assert "anchoring delayed" in scene.server.components()["anchoring"]
    eventually(lambda: "Anchoring delayed" in ledger_page(scene))
    assert "Nothing is lost" in ledger_page(scene)
    assert scene.server.get("/healthz")[0] == 200
    assert anchored_size(scene.world.home.database) == size
    for slug in running:
        network.start(slug)
    scene.server.wait_until_anchored(timeout_s=180)
    eventually(lambda: scene.server.get("/readyz")[0] == 200)
    eventually(lambda: "Anchoring delayed" not in ledger_page(scene))
    assert effects_of(scene.world.home.database).log_size > size
    scene.prove("meanwhile")
    scene.check_bundles()


def test_each_checkpoint_is_anchored_once(scene: Scene) -> None:
    scene.server.wait_until_anchored(timeout_s=180)
    report = scene.server.ask("audit", {})
    assert report["finding"] is None, report


def sign(key: SigningKey, registry: EvmPassportRegistry, message: TypedMessage) -> bytes:
    return sign_digest(key, digest_of(registry.domain, message))


def move(registry: EvmPassportRegistry, key: bytes, giver: SigningKey, taker: SoftwareKey) -> None:
    """Move a battery, as both sides have signed."""
    token = registry.token(key)
    assert token is not None
    transfer = OwnershipTransfer(
        key=key,
        sender=address_of(giver.public_key),
        receiver=address_of(taker.public_key),
        nonce=token.nonce,
        deadline=int(time.time()) + AN_HOUR_S,
    )
    registry.transfer(transfer, sign(giver, registry, transfer), sign(taker, registry, transfer))


def test_batteries_change_hands_while_a_validator_is_down(scene: Scene) -> None:
    """The home's organisation issues a passport by itself, beside the server's own batches."""
    world = scene.world
    settings = load_settings(world.home.environment())
    own = load_keys(open_keystore(settings, Home(settings.home))).organisation_key
    relay = ChainAccount(account_key("a relay of the tests"), chain_id=world.chain.chain_id)
    sender = Sender(world.chain, relay, MemoryOutgoing())
    registry = EvmPassportRegistry(world.chain, world.contracts, sender)
    progress = registry.progress(address_of(own.public_key))
    leaf = PassportLeaf(
        key=sha256(b"a battery"), status=StatusCode.ORIGINAL, commitment=sha256(b"a passport")
    )
    tree = batch_tree([leaf.leaf_hash])
    issue = BatchIssue(
        issuer=address_of(own.public_key),
        root=tree.root,
        previous_root=progress.newest_root,
        size=1,
        nonce=progress.count,
        deadline=int(time.time()) + AN_HOUR_S,
    )
    slug = world.network.running_slugs()[0]
    world.network.kill(slug)
    number = registry.issue(issue, sign(own, registry, issue))
    registry.register(number, leaf, tree.proof(0))
    first, second = account_key("first buyer"), account_key("second buyer")
    move(registry, leaf.key, own, first)
    move(registry, leaf.key, first, second)
    world.network.start(slug)
    token = registry.token(leaf.key)
    assert token is not None
    assert token.holder.lower() == address_of(second.public_key).lower()


def test_a_batch_issued_behind_the_records_is_named(scene: Scene) -> None:
    finding = scene.server.ask("audit", {})["finding"]
    assert "was issued with this organisation's key, but is not stored here" in str(finding)
