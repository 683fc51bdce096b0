"""A decider that answers a question it was asked before from memory.

In: another decider. Out: the same decisions; the policies do not change while a process lives, and
a decision depends on nothing but its request.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.access.policy.ports import Decider


class RememberingDecider:
    """Keeps the `capacity` decisions used last. Requests with a grant depend on the time: not kept.

    Safe between threads.
    """

    def __init__(self, decider: Decider, *, capacity: int = 8_192) -> None:
        self._decider = decider
        self._capacity = capacity
        self._kept: OrderedDict[AccessRequest, Decision] = OrderedDict()
        self._lock = Lock()

    def decide(self, request: AccessRequest) -> Decision:
        return self.decide_many((request,))[0]

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        """Return the decisions in the order of the requests."""
        keys = [_without_session(request) for request in requests]
        answers = [self._recall(key) for key in keys]
        unknown = [place for place, answer in enumerate(answers) if answer is None]
        if unknown:
            decided = self._decider.decide_many([keys[place] for place in unknown])
            for place, decision in zip(unknown, decided, strict=True):
                answers[place] = decision
                self._keep(keys[place], decision)
        return tuple(answer for answer in answers if answer is not None)

    def _recall(self, key: AccessRequest) -> Decision | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _keep(self, key: AccessRequest, decision: Decision) -> None:
        if key.grant is not None:
            return
        with self._lock:
            self._kept[key] = decision
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def _without_session(request: AccessRequest) -> AccessRequest:
    """Return the request as the policies see it: no policy knows sessions."""
    if request.principal.session_id is None:
        return request
    return replace(request, principal=replace(request.principal, session_id=None))
