"""The kinds of finding: how grave each is, and what it says in Korean and English.

In: nothing. Out: `KINDS` by code, which checks, pages and the reference share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """How much a finding matters to whoever relies on the measurements."""

    NOTE = "note"
    NOTICE = "notice"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class QualityKind:
    """One kind of finding; `meaning` is one sentence, `remedy` what to look at."""

    code: str
    severity: Severity
    title_en: str
    title_ko: str
    meaning_en: str
    meaning_ko: str


_NOTE, _NOTICE, _WARNING = Severity.NOTE, Severity.NOTICE, Severity.WARNING

_KINDS = (
    QualityKind(
        "missing-value",
        _NOTE,
        "Missing values",
        "빠진 값",
        "The source has no number here; the value is carried as missing.",
        "원천에 숫자가 없어 빠진 값으로 보관합니다.",
    ),
    QualityKind(
        "sentinel",
        _NOTICE,
        "“Could not measure”",
        "측정 불가 표시값",
        "A value by which devices say that they could not measure.",
        "장치가 측정하지 못했음을 나타내는 값입니다.",
    ),
    QualityKind(
        "out-of-range",
        _WARNING,
        "Impossible values",
        "있을 수 없는 값",
        "A value that no battery of a road vehicle can physically have.",
        "도로를 달리는 차량의 배터리에서 물리적으로 나올 수 없는 값입니다.",
    ),
    QualityKind(
        "unusual-for-chemistry",
        _WARNING,
        "Outside the chemistry's range",
        "화학 조성 범위 밖",
        "A cell voltage outside the usual limits of this battery's chemistry.",
        "이 배터리의 화학 조성에서 쓰는 셀 전압 한계를 벗어났습니다.",
    ),
    QualityKind(
        "unknown-column",
        _NOTE,
        "Unknown column",
        "알 수 없는 항목",
        "A column that this version does not know; carried as it is.",
        "이 판이 모르는 항목이며 그대로 보관합니다.",
    ),
    QualityKind(
        "stuck",
        _WARNING,
        "Stuck value",
        "멈춘 값",
        "A value that stayed the same to the last digit while what it depends on moved.",
        "관련된 다른 값이 움직이는 동안 끝자리까지 그대로인 값입니다.",
    ),
    QualityKind(
        "jump",
        _NOTICE,
        "Jumping value",
        "튀는 값",
        "A value that changed further between two samples than a battery can.",
        "두 표본 사이에 배터리가 변할 수 있는 폭보다 크게 변한 값입니다.",
    ),
    QualityKind(
        "counter-goes-back",
        _WARNING,
        "Counter goes back",
        "거꾸로 간 누적값",
        "A lifetime counter or odometer that is lower than before.",
        "누적값이나 주행거리가 이전보다 작아졌습니다.",
    ),
    QualityKind(
        "cell-count",
        _WARNING,
        "Another number of cells",
        "셀 개수 불일치",
        "The batch does not carry as many cells as the battery has in series.",
        "묶음에 담긴 셀 수가 배터리의 직렬 셀 수와 다릅니다.",
    ),
    QualityKind(
        "cells-do-not-add-up",
        _WARNING,
        "Cells do not add up",
        "셀 전압 합 불일치",
        "The cells' voltages add up to something else than the pack voltage, by over 2 %.",
        "셀 전압의 합이 팩 전압과 2 % 넘게 다릅니다.",
    ),
    QualityKind(
        "unit-mismatch",
        _WARNING,
        "Wrong unit",
        "단위 오류",
        "A value that fits only when it is taken ten, a hundred or a thousand times.",
        "10배, 100배, 1000배로 읽어야만 맞는 값입니다.",
    ),
    QualityKind(
        "current-sign",
        _WARNING,
        "Current against charge",
        "전류 부호 오류",
        "The state of charge moved against the direction of the current.",
        "충전량이 전류 방향과 반대로 움직였습니다.",
    ),
    QualityKind(
        "future-dated",
        _WARNING,
        "Dated in the future",
        "미래 시각",
        "A sample dated more than five minutes after the batch was received.",
        "묶음을 받은 때보다 5분 넘게 뒤의 시각이 적힌 표본입니다.",
    ),
    QualityKind(
        "time-goes-back",
        _NOTICE,
        "Time goes back",
        "거꾸로 간 시각",
        "A sample dated before the sample that it follows.",
        "앞선 표본보다 이른 시각이 적힌 표본입니다.",
    ),
    QualityKind(
        "repeated-time",
        _NOTICE,
        "Two readings for one time",
        "같은 시각의 두 측정값",
        "A sample of the same time as the one it follows; both are kept.",
        "앞선 표본과 시각이 같습니다. 둘 다 보관합니다.",
    ),
    QualityKind(
        "overlap",
        _NOTICE,
        "Overlapping batches",
        "겹치는 묶음",
        "Samples of a time that an earlier batch of the device holds too; both are kept.",
        "장치의 이전 묶음에도 있는 시각의 표본입니다. 둘 다 보관합니다.",
    ),
    QualityKind(
        "gap",
        _NOTICE,
        "Gap within a batch",
        "묶음 안의 빈 시간",
        "Two samples of one batch that lie over five minutes and ten usual steps apart.",
        "한 묶음 안의 두 표본이 5분 넘게, 평소 간격의 10배 넘게 떨어져 있습니다.",
    ),
    QualityKind(
        "clock-skew",
        _NOTICE,
        "Clock off",
        "시계 오차",
        "A batch, not a late one, collected over five minutes away from its receipt.",
        "늦은 묶음이 아닌데 수집 시각과 수신 시각이 5분 넘게 다릅니다.",
    ),
    QualityKind(
        "late",
        _NOTICE,
        "Late, and not marked so",
        "표시 없이 늦은 자료",
        "Samples over an hour old at their receipt in a batch that does not say it is late.",
        "늦었다는 표시가 없는데 수신할 때 이미 한 시간 넘게 지난 표본입니다.",
    ),
    QualityKind(
        "backfilled",
        _NOTE,
        "Backfilled",
        "나중에 보낸 자료",
        "Samples that the device kept while it had no connection, and sent later.",
        "연결이 없는 동안 장치에 보관했다가 나중에 보낸 표본입니다.",
    ),
    QualityKind(
        "unreadable",
        _WARNING,
        "Unreadable batch",
        "읽을 수 없는 묶음",
        "The signature is right, but what was signed cannot be decoded.",
        "서명은 맞지만 서명된 내용을 풀 수 없습니다.",
    ),
)

KINDS: Mapping[str, QualityKind] = MappingProxyType({kind.code: kind for kind in _KINDS})
"""Every kind of finding by its code, from values over consistency to times."""
