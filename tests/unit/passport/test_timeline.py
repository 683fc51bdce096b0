"""The public timeline shows what is public and nothing else."""

from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.passport.timeline import (
    NAMES,
    TimelineKind,
    VersionAnchored,
    VersionIssued,
    public_timeline,
)
from tests.factories.lifecycle import make_event, make_history, on_day


def test_versions_standing_and_anchors_come_in_order() -> None:
    events = make_history(
        [
            ("placed_on_market", {}, 0),
            ("soce_reported", {"soce_percent": 97}, 1),
            ("accident", {"kind": "fire", "severity": "major"}, 2),
            ("passport_suspended", {"reason": "Secret reason"}, 5),
            ("passport_resumed", {}, 6),
            ("status_changed", {"to": "waste"}, 20),
            ("recycled", {}, 30),
        ]
    )
    timeline = public_timeline(
        versions=[
            VersionIssued(version=2, issued_at=on_day(10)),
            VersionIssued(version=1, issued_at=on_day(3)),
        ],
        events=events,
        anchors=[VersionAnchored(version=1, anchored_at=on_day(3.01), block_number=77)],
    )
    assert [(entry.kind, entry.version, entry.block_number) for entry in timeline] == [
        (TimelineKind.ISSUED, 1, None),
        (TimelineKind.ANCHORED, 1, 77),
        (TimelineKind.SUSPENDED, None, None),
        (TimelineKind.RESUMED, None, None),
        (TimelineKind.NEW_VERSION, 2, None),
        (TimelineKind.ENDED, None, None),
    ]
    assert "Secret" not in repr(timeline)
    assert "waste" not in repr(timeline)


def test_every_type_is_either_shown_or_kept_back() -> None:
    shown = {
        name
        for sequence, name in enumerate(EVENT_TYPES, start=1)
        if public_timeline(versions=[], events=[make_event(name, sequence=sequence)])
    }
    assert shown == {"passport_suspended", "passport_resumed", "recycled"}


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(NAMES) == set(TimelineKind)
    assert all(english and korean for english, korean in NAMES.values())


def test_nothing_happened_is_an_empty_timeline() -> None:
    assert public_timeline(versions=[]) == ()
