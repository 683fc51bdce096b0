"""Structured logs: one JSON object a line on stderr.

In: log records. Out: lines with time, level, logger, message and what was given as `extra`.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from battery_passport.foundation.clock import format_utc

# JSON leaves these in clear, and some readers of logs end a line at them.
_LINE_ENDS = {ord(each): f"\\u{ord(each):04x}" for each in "\x85\u2028\u2029"}
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, object] = {
            "time": format_utc(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str).translate(_LINE_ENDS)


def configure_logs(level: str) -> None:
    """Send all logs of the process to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It tells of each of its plugins and steps, which say nothing to who starts a server.
    logging.getLogger("alembic").setLevel(logging.WARNING)
