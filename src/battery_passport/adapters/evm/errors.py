"""What can go wrong between us and an EVM node.

In: a message. Out: exceptions with a stable code and the next step.
"""

from battery_passport.foundation.errors import (
    Conflict,
    Misconfigured,
    TemporarilyUnavailable,
    VerificationFailed,
)


class EngineMissing(Misconfigured):
    """The program of the embedded chain is not installed."""

    code = "chain-engine-missing"
    remedy = "Run `make setup`, which installs it into node_modules."


class ChainInUse(TemporarilyUnavailable):
    """Another process holds the embedded chain of this home."""

    code = "chain-in-use"
    remedy = "Ask the running server, or stop it first."


class JournalDamaged(VerificationFailed):
    """The chain's journal has a bad line that is not its last."""

    code = "chain-journal-damaged"
    remedy = "Restore the chain folder from a backup; nothing was written to it."


class ReplayDiverged(VerificationFailed):
    """Replaying the journal gave another chain than the one recorded."""

    code = "chain-replay-diverged"
    remedy = "Install the engine version of the lock file with `make setup`, then start again."


class MethodNotAllowed(Misconfigured):
    """A call to the node that this client does not make."""

    code = "chain-method-not-allowed"
    remedy = "Add the method to the table in rpc.py if the platform really needs it."


class RpcRefused(Conflict):
    """The node answered a call with an error."""

    code = "chain-call-refused"
    remedy = "Read the node's words in the message."

    def __init__(self, message: str, *, revert_data: bytes = b"") -> None:
        super().__init__(message)
        self.revert_data = revert_data


class TransactionRefused(Conflict):
    """The node will not take, or did not carry out, a transaction."""

    code = "chain-transaction-refused"
    remedy = "Check the account's role on the contract and its nonce."


class WrongContract(Misconfigured):
    """The code at the contract's address is not the contract that this version ships."""

    code = "chain-wrong-contract"
    remedy = "Check the contract address in the settings."


class AccountKeyWrong(Misconfigured):
    """A keystore signed with another key than it names, or something else than it was given."""

    code = "account-key-wrong"
    remedy = "Check the keystore: the token or signer behind it does not work as it should."


class RegistryRefused(Conflict):
    """The passport registry does not carry out what a message asks for."""

    code = "registry-refused"
    remedy = "Look at the page anew: somebody may have been faster, or the time is over."
