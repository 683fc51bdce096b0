"""What can go wrong with the consortium network.

In: a message. Out: exceptions with a stable code and the next step.
"""

from battery_passport.foundation.errors import Misconfigured, TemporarilyUnavailable


class NodeProgramMissing(Misconfigured):
    """The validators' program is not there."""

    code = "consortium-node-missing"
    remedy = "Run `make consortium-node`, which builds it (docs/how-to/run-a-consortium.md)."


class NodeProgramFailed(Misconfigured):
    """The validators' program refused an order."""

    code = "consortium-node-failed"
    remedy = "Read its words in the message; the runbook tells what each order needs."


class ValidatorDown(TemporarilyUnavailable):
    """A validator's process ended, or does not answer in time."""

    code = "consortium-validator-down"
    remedy = "Read the node's log beside its folder, then start it again."


class ProofNotReady(TemporarilyUnavailable):
    """The block that seals the transaction's result is not there yet."""

    code = "consortium-proof-not-ready"
    remedy = "Try again in a few seconds: the next block seals the result."
