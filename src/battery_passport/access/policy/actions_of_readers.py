"""Actions of readers: public pages, passports and what stands behind them, machines' own routes.

In: nothing. Out: `READER_ACTIONS`.
"""

from battery_passport.access.model import ResourceKind
from battery_passport.access.policy.action import Action

READER_ACTIONS = (
    Action("site.read", "Open a public page", "공개 화면 열기"),
    Action("site.asset", "Fetch style sheets, scripts, fonts and icons", "화면 구성 파일 받기"),
    Action("interface.describe", "Read the description of the interface", "인터페이스 명세 보기"),
    Action("health.read", "Ask whether the platform works", "작동 상태 확인"),
    Action("trust.read", "Download the trust file", "신뢰 파일 받기"),
    Action("status.read", "Read whether passport versions still count", "여권의 효력 목록 읽기"),
    Action("log.read", "Read the transparency log", "투명성 로그 읽기"),
    Action("ledger.read", "Look at the ledger", "원장 보기"),
    Action("proof.check", "Check a proof file offline", "증명 파일을 오프라인으로 검증"),
    Action("metrics.read", "Read the platform's metrics", "운영 지표 보기", for_machines=True),
    Action(
        "passport.read",
        "Read a battery passport",
        "배터리 여권 보기",
        ResourceKind.BATTERY,
        points=True,
        for_machines=True,
    ),
    Action(
        "passport.proof",
        "Download the proof file of a passport",
        "배터리 여권의 증명 파일 받기",
        ResourceKind.BATTERY,
        points=True,
        for_machines=True,
    ),
    Action(
        "passport.preview",
        "See what another reader sees of a passport",
        "다른 사람에게 여권이 어떻게 보이는지 확인",
        ResourceKind.BATTERY,
    ),
    Action(
        "obligations.read",
        "See which data points are filled, missing and owed by whom",
        "채워진 항목과 빠진 항목, 책임자 보기",
        ResourceKind.BATTERY,
        for_machines=True,
    ),
    Action(
        "looks.read",
        "Read who looked at a battery, what at and why",
        "배터리 열람 기록 보기",
        ResourceKind.ACCESS_LOG,
    ),
    Action(
        "telemetry.send",
        "Send a signed batch of measurements",
        "서명한 측정 묶음 보내기",
        unsafe=True,
    ),
    Action(
        "device.join",
        "Enrol as a collection device with a one-time code",
        "일회용 코드로 수집 장치 등록",
        unsafe=True,
    ),
    Action(
        "device.report",
        "Report as a collection device under its own signature",
        "장치 서명으로 상태 보고",
        unsafe=True,
    ),
    Action("control.run", "Run a verb of the command line", "명령줄 명령 실행", unsafe=True),
)
