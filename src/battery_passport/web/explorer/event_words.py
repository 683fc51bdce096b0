"""What each event of the contracts says, in words.

In: names of events and their members. Out: messages of the catalogue; a test finds what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.web.language import marked


@dataclass(frozen=True, slots=True)
class EventWords:
    """`mark` chooses the small picture; the sentence is filled with members of the event."""

    mark: str
    title: str
    sentence: str


EVENTS: Mapping[str, EventWords] = MappingProxyType(
    {
        "Anchored": EventWords(
            "anchor",
            marked("Checkpoint recorded"),
            marked("The log's state with %(size)s entries is on record, as number %(number)s."),
        ),
        "PassportIssued": EventWords(
            "passport",
            marked("Passport versions issued"),
            marked("%(who)s issued batch number %(batch)s. Passport versions in it: %(size)s."),
        ),
        "Registered": EventWords(
            "passport",
            marked("A passport registered"),
            marked("A passport of batch %(batch)s has its own entry now: %(status)s."),
        ),
        "LivesOn": EventWords(
            "passport",
            marked("A battery lives on in another"),
            marked("A new passport names an earlier one that it goes on from."),
        ),
        "Transferred": EventWords(
            "move",
            marked("Ownership moved"),
            marked("A battery moved from %(from)s to %(to)s, by the signatures of both."),
        ),
        "ResponsibilityTransferred": EventWords(
            "move",
            marked("Responsibility moved"),
            marked("Duties moved from %(from)s to %(to)s, by the signatures of both."),
        ),
        "Cancelled": EventWords(
            "stop",
            marked("A signed message taken back"),
            marked("%(who)s made a message void that it had signed and nobody had used."),
        ),
        "StatusSet": EventWords(
            "status",
            marked("Status changed"),
            marked("A battery's status changed from %(before)s to %(after)s."),
        ),
        "Revoked": EventWords(
            "stop",
            marked("A passport withdrawn"),
            marked("%(who)s withdrew a passport. The entry stays; readers are warned."),
        ),
        "RebindingProposed": EventWords(
            "key",
            marked("Another key proposed for a lost one"),
            marked("Enough members agreed. Until %(at)s the old key can object."),
        ),
        "RebindingObjected": EventWords(
            "key",
            marked("Objection to another key"),
            marked("The old key was there after all: the proposal is off."),
        ),
        "Rebound": EventWords(
            "key",
            marked("A lost key replaced"),
            marked("Nobody objected: %(to)s holds the battery in place of %(from)s."),
        ),
        "MemberAdded": EventWords(
            "people",
            marked("A member joined"),
            marked("%(who)s is a member of the consortium."),
        ),
        "MemberRemoved": EventWords(
            "people",
            marked("A member left"),
            marked("%(who)s is no longer a member of the consortium."),
        ),
        "ThresholdSet": EventWords(
            "people",
            marked("Rule of decision set"),
            marked("%(threshold)s of %(members)s members have to agree on a change."),
        ),
        "RoleGranted": EventWords(
            "people",
            marked("A role given"),
            marked("%(who)s from now on: %(role)s."),
        ),
        "RoleRevoked": EventWords(
            "people",
            marked("A role taken away"),
            marked("%(who)s no longer: %(role)s."),
        ),
        "Succeeded": EventWords(
            "contract",
            marked("A contract has a successor"),
            marked("Members named the contract that goes on from here: %(to)s."),
        ),
        "EIP712DomainChanged": EventWords(
            "contract",
            marked("A contract's signing name changed"),
            marked("Messages to this contract are signed under another name."),
        ),
    }
)

FOREIGN_ANCHOR = marked("Another log's state with %(size)s entries is on record.")

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "root": marked("Root"),
        "previousRoot": marked("Root before"),
        "originHash": marked("Log (SHA-256 of its name)"),
        "key": marked("Salted key of the battery"),
        "predecessor": marked("Salted key before"),
        "successor": marked("Salted key after"),
        "commitment": marked("Salted digest of the version"),
        "evidence": marked("Salted digest of the evidence"),
        "reason": marked("Salted digest of the reason"),
        "role": marked("Role"),
        "from": marked("From"),
        "to": marked("To"),
        "issuer": marked("Issuer"),
        "actor": marked("Recorded by"),
        "responsible": marked("Answers for it"),
        "member": marked("Member"),
        "account": marked("Account"),
        "signer": marked("Signed by"),
        "by": marked("Signed by"),
    }
)
