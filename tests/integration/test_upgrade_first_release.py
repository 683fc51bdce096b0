"""What the first release left behind is taken over whole: audited, proven, and gone on with."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.sql.database import open_sqlite
from battery_passport.adapters.sql.dump import TableLoader, dump_tables
from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.migrate import revision_of, upgrade_within
from battery_passport.adapters.sql.postgresql import open_postgresql
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.backup import Restore, back_up, restore
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.proof.verification import verify_bundle
from tests.factories.installation import run
from tests.factories.made_up_cars import opened, settings_of
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration

FIRST_RELEASE = Path(__file__).parent / "data" / "release-0.1.0"


def first_release(home: Path) -> Path:
    """Lay down the home of the first release and return its database file."""
    shutil.copytree(FIRST_RELEASE / "home", home)
    for key in (home / "keys").iterdir():
        key.chmod(0o600)  # which a checkout does not keep
    file = home / "records.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript((FIRST_RELEASE / "records.sql").read_text("utf-8"))
    connection.close()
    return file


def in_sqlite(home: Path) -> str:
    first_release(home)
    return ""


def in_postgresql(home: Path) -> str:
    """Move the first release's rows into a server, at the first release's schema."""
    file = first_release(home)
    url = running_cluster().fresh(template="template0")
    source, target = open_sqlite(file), open_postgresql(url)
    with source.read() as reading, target.write() as writing:
        upgrade_within(writing, "0001")
        loader = TableLoader(writing)
        for table in dump_tables(reading):
            assert loader.expects(table.name, table.columns)
            loader.load(table)
    source.close()
    target.close()
    file.unlink()
    return url


PLACES: dict[str, Callable[[Path], str]] = {"sqlite": in_sqlite, "postgresql": in_postgresql}


def differences(present: JsonObject, before: JsonObject) -> list[str]:
    """Return which members of the ledger's trust differ; everything else is the same."""
    chain, earlier = present.pop("chain"), before.pop("chain")
    assert present.pop("demonstration") is True  # what the first release did not say of its keys
    assert present == before
    assert isinstance(chain, dict)
    assert isinstance(earlier, dict)
    return [name for name in chain | earlier if chain.get(name) != earlier.get(name)]


def assert_anchors_go_on(installation: Installation) -> None:
    """The new contract reads the first release's anchors through, and its own follow them."""
    with installation.anchoring.chain() as chain:
        anchors = chain.anchors()
        assert [each.number for each in anchors] == list(range(len(anchors)))
        roots = [bytes(32), *(each.head.root for each in anchors)]
        assert [each.previous_root for each in anchors] == roots[:-1]
        assert isinstance(chain, EvmAnchorLedger)
        logs = chain.receipts(from_block=0)
        assert [each.anchor for each in logs] == anchors
        earlier, present = chain._place.earlier(), chain.contract_address()
        assert earlier
        assert present == installation.chain.contracts.anchors != earlier
        account = ChainAccount(installation.keys.anchor_key, chain_id=chain.chain_id)
        assert earlier == account.contract_address(0)


@pytest.mark.parametrize("place", PLACES)
def test_a_home_of_the_first_release_goes_on(tmp_path: Path, place: str) -> None:
    url = PLACES[place](tmp_path / "home")
    trust = (FIRST_RELEASE / "trust.json").read_bytes()
    with opened(tmp_path / "home", url) as installation:
        assert schema(installation) != "0001"
        with installation.database.read() as connection:
            assert EvidenceStore(connection).count() == 24
        before = run(installation, "audit")
        assert before["finding"] is None
        assert before["records"] == 27
        issued = run(installation, "passport-issue", battery="car-1")
        assert issued["version"] == 3
        newer = str(run(installation, "bundle", battery="car-1")["content"]).encode()
        exported = str(run(installation, "trust-export")["content"]).encode()
        assert differences(parse_json_object(exported), parse_json_object(trust)) == ["contract"]
        assert run(installation, "audit")["finding"] is None
        assert_anchors_go_on(installation)
    assert verify_bundle(newer, exported).lines()
    assert verify_bundle((FIRST_RELEASE / "bundle.json").read_bytes(), exported).lines()
    assert verify_bundle(newer, trust).lines()
    assert verify_bundle((FIRST_RELEASE / "bundle.json").read_bytes(), trust).lines()


def test_a_backup_of_an_upgraded_home_is_restored(tmp_path: Path) -> None:
    first_release(tmp_path / "home")
    output = tmp_path / "backup.tar"
    told = back_up(settings_of(tmp_path / "home"), output, passphrase="twelve letters")
    asked = Restore(
        file=output,
        passphrase="twelve letters",
        published_checkpoint=str(told["checkpoint"]).encode(),
    )
    found = restore(settings_of(tmp_path / "other"), asked)
    assert found["audit"] == run_audit(tmp_path / "home")


def run_audit(home: Path) -> object:
    with opened(home) as installation:
        return run(installation, "audit")


def schema(installation: Installation) -> str | None:
    with installation.database.read() as connection:
        return revision_of(connection)
