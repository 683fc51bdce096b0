"""The folder of one installation: what lies where in it.

In: a path. Out: the paths of its parts, made at first use.
"""

from dataclasses import dataclass
from pathlib import Path

from battery_passport.foundation.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Home:
    """All embedded state of one installation lies under `folder`."""

    folder: Path

    def prepare(self) -> None:
        """Create the folders that are missing.

        Raises: Misconfigured if that is not possible.
        """
        try:
            for path in (self.folder, self.keys, self.run, self.history, self.chain):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Misconfigured(
                f"The home folder {self.folder} cannot be used: {error.strerror}.",
                remedy="Set BATTERY_PASSPORT_HOME to a folder you may write to.",
            ) from error

    @property
    def database(self) -> Path:
        """The SQLite file of records and evidence."""
        return self.folder / "records.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the demonstration keystore."""
        return self.folder / "keys"

    @property
    def identity(self) -> Path:
        """The file that remembers the address identifiers are built on."""
        return self.folder / "identity.json"

    @property
    def city(self) -> Path:
        """The file that remembers the made-up city of a demonstration."""
        return self.folder / "city.json"

    @property
    def city_truth(self) -> Path:
        """Where earlier releases kept the truth of the city; now it lies outside the home."""
        return self.folder / "city-truth.json"

    @property
    def outbox(self) -> Path:
        """The folder of letters that a demonstration does not send."""
        return self.folder / "outbox"

    @property
    def demo_accounts(self) -> Path:
        """The file of the demonstration's accounts and passwords."""
        return self.folder / "demo-accounts.json"

    @property
    def history(self) -> Path:
        """The folder of derived Parquet files."""
        return self.folder / "history"

    @property
    def segments(self) -> Path:
        """The folder of sealed evidence."""
        return self.folder / "segments"

    @property
    def chain(self) -> Path:
        """The folder of the embedded chain's journal."""
        return self.folder / "chain"

    @property
    def validator_sets(self) -> Path:
        """Where the consortium's validator sets are kept, once they are known."""
        return self.chain / "validator-sets.json"

    @property
    def run(self) -> Path:
        """The folder of locks and addresses of what runs now."""
        return self.folder / "run"

    @property
    def server_file(self) -> Path:
        """Where a running server says how to reach it."""
        return self.run / "server.json"

    @property
    def chain_file(self) -> Path:
        """Where a running embedded chain says how to reach it."""
        return self.run / "chain.json"
