"""Record bytes of credentials, read back to the letter.

In: stored bytes. Out: the record they are the one encoding of.
"""

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.proof.bundle import parse_record
from battery_passport.proof.errors import RecordMismatch
from battery_passport.proof.members import Members
from battery_passport.proof.model import LogRecord


def parse_record_bytes(octets: bytes) -> LogRecord:
    """Return the record that stored bytes are.

    Raises: RecordMismatch unless encoding it again gives the very same bytes.
    """
    try:
        record = parse_record(Members(parse_json_object(octets), "the log record", RecordMismatch))
    except InvalidInput as malformed:
        raise RecordMismatch(f"The log record cannot be read: {malformed.message}") from malformed
    if record.encode() != octets:
        raise RecordMismatch("The log record is not in its one canonical form.")
    return record
