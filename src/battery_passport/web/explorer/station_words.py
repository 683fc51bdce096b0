"""What each station on a record's way is called, what it proves, and what it does not.

In: kinds of record and stations. Out: messages of the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.web.explorer.record_views import RecordKind
from battery_passport.web.language import marked
from battery_passport.web.views import LedgerKind


@dataclass(frozen=True, slots=True)
class StationWords:
    """A station's title and its two sentences."""

    title: str
    proves: str
    proves_not: str


SOURCES: Mapping[RecordKind, StationWords] = MappingProxyType(
    {
        RecordKind.BATCH: StationWords(
            marked("Measured by a device"),
            marked("Which device it was: every device has a key of its own, known beforehand."),
            marked("That its sensors are right, or that it sat in this very battery."),
        ),
        RecordKind.STATEMENT: StationWords(
            marked("Batches of measurements"),
            marked("What the estimate rests on: every batch is named by its fingerprint."),
            marked("That the batches tell everything about the battery."),
        ),
        RecordKind.FIGURES: StationWords(
            marked("Batches of measurements"),
            marked("What the figures rest on: every batch is named by its fingerprint."),
            marked("That the batches tell everything about the battery."),
        ),
        RecordKind.MEASUREMENT: StationWords(
            marked("Measured by an inspector"),
            marked("Which inspection body measured, when, and by which method."),
            marked("That its instruments are right: the body answers for that."),
        ),
        RecordKind.EVENT: StationWords(
            marked("Reported"),
            marked("Who reported it."),
            marked("That it happened so: that is the reporter's word."),
        ),
        RecordKind.VERSION: StationWords(
            marked("Declared, measured, reported"),
            marked("Where each value comes from: the source stands beside it in the passport."),
            marked("That a declared value is true: whoever declared it answers for it."),
        ),
    }
)

SEALS: Mapping[RecordKind, StationWords] = MappingProxyType(
    {
        RecordKind.BATCH: StationWords(
            marked("Signed and kept as it came"),
            marked("Not one figure has changed since the device signed: the very bytes are kept."),
            marked("That nothing else was measured: a silent device leaves no trace here."),
        ),
        RecordKind.STATEMENT: StationWords(
            marked("Computed and signed"),
            marked("The figures come from this method; whoever has the batches gets the same."),
            marked("That the estimate is exact: it comes with a range."),
        ),
        RecordKind.FIGURES: StationWords(
            marked("Computed and signed"),
            marked("Each figure comes from the method it names; whoever has the batches gets it."),
            marked("That the figures are exact: each comes with its range."),
        ),
        RecordKind.MEASUREMENT: StationWords(
            marked("Signed by the inspection body"),
            marked("Not one figure has changed since the body signed with its own key."),
            marked("That it still stands: a later statement may put it right or take it back."),
        ),
        RecordKind.EVENT: StationWords(
            marked("Recorded"),
            marked("What was recorded: not a word of it has changed since."),
            marked("That everything that happened was reported."),
        ),
        RecordKind.VERSION: StationWords(
            marked("Signed by the issuer"),
            marked("Who answers for this version, and that not a letter of it has changed."),
            marked("That the values are right."),
        ),
    }
)

ENTRY = StationWords(
    marked("Entered in the log"),
    marked(
        "A salted fingerprint of exactly this record has this place. Nothing can be taken out or"
        " slipped in before it unnoticed."
    ),
    marked("What the record says: in the log stands a number that tells nothing to strangers."),
)

STATE = StationWords(
    marked("Listed as the latest"),
    marked(
        "At that time this was the battery's newest version: the list names one for each battery."
        " The list is a record of the log too, and came to the ledger the same way."
    ),
    marked("What was issued afterwards."),
)

CHECKPOINT = StationWords(
    marked("Checkpoint signed"),
    marked("The log vouches with one signature for all that it holds up to here."),
    marked("That everybody is shown the same log: for that there are witnesses and the ledger."),
)

COSIGNED = StationWords(
    marked("Checkpoint signed"),
    marked(
        "The log vouches for all that it holds up to here, and witnesses of other organisations saw"
        " that it has only grown."
    ),
    marked("That the witnesses have read the records: they see fingerprints only."),
)

ANCHOR = StationWords(
    marked("Recorded on the ledger"),
    marked("The checkpoint stood by that time at the latest, and follows the one before."),
    marked("That records are true; only that they cannot be changed afterwards."),
)

BLOCKS: Mapping[LedgerKind, StationWords] = MappingProxyType(
    {
        LedgerKind.CONSORTIUM: StationWords(
            marked("Agreed on by the validators"),
            marked(
                "Validators with more than two thirds of the votes agreed on this block. It cannot"
                " be taken back."
            ),
            marked("That the validators are independent of each other: look at who they are."),
        ),
        LedgerKind.DEVELOPMENT: StationWords(
            marked("In a block of the development ledger"),
            marked("How it works. To a stranger it proves nothing yet."),
            marked(
                "That the block could not be made anew: this installation makes the blocks alone."
                " That is why several organisations run a ledger together."
            ),
        ),
    }
)

GONE = marked("The ledger no longer holds this block. The checkpoint is recorded anew.")
WAITING = marked("Not yet. It usually takes less than a minute.")
WAITING_FOR_STATE = marked("Not yet. The list is made anew every few minutes.")

TITLES: Mapping[RecordKind, str] = MappingProxyType(
    {
        RecordKind.BATCH: marked("Batch of measurements"),
        RecordKind.FIGURES: marked("Statement of figures %(number)s"),
        RecordKind.MEASUREMENT: marked("Measurement of an inspection body %(number)s"),
        RecordKind.STATEMENT: marked("Health statement %(number)s"),
        RecordKind.EVENT: marked("Event %(number)s"),
        RecordKind.VERSION: marked("Passport, version %(number)s"),
    }
)

DEVICES: Mapping[str, str] = MappingProxyType(
    {
        "vehicle": marked("the car's own device"),
        "importer": marked("this platform, which took in a file"),
    }
)
