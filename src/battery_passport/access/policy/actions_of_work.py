"""Actions at work: consoles, registration, lifecycle events, incidents, operation.

In: nothing. Out: `WORK_ACTIONS`.
"""

from battery_passport.access.model import ResourceKind
from battery_passport.access.policy.action import Action

WORK_ACTIONS = (
    Action("console.city", "Work in the pages of city officers", "도시 담당자 업무 화면 쓰기"),
    Action("console.inspection", "Work in the pages of inspectors", "검사기관 업무 화면 쓰기"),
    Action(
        "console.manufacture",
        "Work in the pages of manufacturers and economic operators",
        "제조사와 책임사업자 업무 화면 쓰기",
    ),
    Action(
        "console.site",
        "Work in the pages of charging and car-park operators",
        "충전소와 주차장 운영자 업무 화면 쓰기",
    ),
    Action(
        "console.dismantling", "Work in the pages of dismantlers", "해체재활용업자 업무 화면 쓰기"
    ),
    Action("console.recycling", "Work in the pages of recyclers", "재활용사업자 업무 화면 쓰기"),
    Action("console.trade", "Work in the pages of traders", "거래자 업무 화면 쓰기"),
    Action(
        "console.supervision",
        "Work in the pages of authorities, customs and notified bodies",
        "시장감시기관, 세관, 인증기관 업무 화면 쓰기",
    ),
    Action("console.customs", "Work with customs cases", "통관 확인 건 업무 화면 쓰기"),
    Action(
        "console.administration", "Work in the pages of administrators", "관리자 업무 화면 쓰기"
    ),
    Action(
        "city.figures",
        "See the figures of one's own city",
        "우리 도시의 집계 보기",
        for_machines=True,
    ),
    Action("acts.read", "Read the record of privileged acts", "권한 행사 기록 보기"),
    Action(
        "consignment.check",
        "Check a list of batteries at once",
        "여러 배터리 한꺼번에 확인",
        for_machines=True,
    ),
    Action(
        "model.add",
        "Register a battery model",
        "배터리 모델 등록",
        ResourceKind.ORGANISATION,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "battery.register",
        "Register a battery",
        "배터리 등록",
        ResourceKind.ORGANISATION,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "device.enrol",
        "Enrol a collection device",
        "수집 장치 등록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "passport.issue",
        "Issue a version of a passport",
        "여권 발급",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "passport.revoke",
        "Revoke a version of a passport for good",
        "여권 취소",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "health.diagnose",
        "Estimate a battery's health",
        "건강도 추정",
        ResourceKind.BATTERY,
        for_machines=True,
    ),
    Action(
        "evidence.import",
        "Take in files of measurements",
        "측정 파일 가져오기",
        ResourceKind.BATTERY,
        unsafe=True,
    ),
    Action(
        "event.record.declaration",
        "Record the maker's declarations",
        "제조사 신고 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.inspection",
        "Record an inspection",
        "검사 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.repair",
        "Record a repair or recall work",
        "수리와 리콜 조치 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.removal",
        "Record fitting or removal",
        "장착과 탈거 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.recycling",
        "Record recycling and masses recovered",
        "재활용과 회수량 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.status",
        "Record a change of status",
        "상태 변경 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.accident",
        "Record an accident",
        "사고 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.recall",
        "Record a recall",
        "리콜 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "event.record.standing",
        "Record that a passport is suspended or in force again",
        "여권 효력 정지와 재개 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
        step_up=True,
    ),
    Action(
        "event.record.transfer",
        "Record a transfer of ownership",
        "소유권 이전 기록",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "incident.report",
        "Report an incident",
        "사건 신고",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action(
        "incident.read", "See an incident", "사건 보기", ResourceKind.BATTERY, for_machines=True
    ),
    Action(
        "incident.acknowledge",
        "Acknowledge an incident",
        "사건 접수",
        ResourceKind.BATTERY,
        unsafe=True,
        for_machines=True,
    ),
    Action("incident.close", "Close an incident", "사건 종결", ResourceKind.BATTERY, unsafe=True),
    Action(
        "audit.run", "Check every record against log and chain", "모든 기록을 로그와 체인에 대조"
    ),
    Action("backup.run", "Make or restore a backup", "백업과 복원", unsafe=True),
    Action(
        "ledger.judge",
        "Judge, as a member of the consortium, whose key is lost",
        "잃어버린 열쇠 교체를 회원 기관으로서 판단",
        unsafe=True,
    ),
    Action("key.rotate", "Change a key of the installation", "설치 키 교체", unsafe=True),
    Action("platform.run", "Start the platform", "플랫폼 시작", unsafe=True),
)
