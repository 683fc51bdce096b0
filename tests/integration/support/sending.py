"""Batches over kept-alive HTTP connections, one by one or from several senders at once.

In: a server's port and batches. Out: answers; the digests of what was acknowledged.
"""

import hashlib
import http.client
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

PATH = "/v1/telemetry"
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to one batch."""

    status: int
    headers: dict[str, str]
    document: dict[str, Any]

    @property
    def code(self) -> str:
        """The code of the problem."""
        return str(self.document["code"])


class Sender:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def send(self, batch: bytes | Iterable[bytes], *, method: str = "POST") -> Answer:
        """Return the answer to a batch; one in pieces goes without its length being told."""
        self._connection.request(method, PATH, body=batch)
        response = self._connection.getresponse()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=headers, document=json.loads(body))

    def acknowledged(self, batch: bytes) -> str:
        """Send a batch that must be taken, and return what became of it."""
        answer = self.send(batch)
        assert answer.status == http.HTTPStatus.OK, answer
        assert answer.document["digest"] == hashlib.sha256(batch).hexdigest()
        return str(answer.document["outcome"])


@dataclass
class Acknowledgements:
    """What the senders heard, in the order they heard it; safe to use from several threads."""

    digests: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, digest: bytes) -> int:
        """Note an acknowledgement, and return how many there are now."""
        with self._lock:
            self.digests.append(digest)
            return len(self.digests)


def send_until(
    port: int,
    queues: Sequence[Iterable[bytes]],
    *,
    count: int = 0,
    then: Callable[[], object] = lambda: None,
) -> list[bytes]:
    """Send from as many threads as there are queues; at `count` acknowledgements do `then`.

    Returns the digests of everything acknowledged. A sender ends when the server is gone.
    """
    heard = Acknowledgements()

    def send_all(queue: Iterable[bytes]) -> None:
        with Sender(port) as sender:
            for batch in queue:
                try:
                    answer = sender.send(batch)
                except (OSError, http.client.HTTPException, ValueError):
                    return
                assert answer.status == http.HTTPStatus.OK, answer
                if heard.add(hashlib.sha256(batch).digest()) == count:
                    then()

    threads = [threading.Thread(target=send_all, args=(queue,)) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard.digests
