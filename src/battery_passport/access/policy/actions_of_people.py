"""Actions of people and organisations: accounts, membership, keys, consents and grants.

In: nothing. Out: `PEOPLE_ACTIONS`.
"""

from battery_passport.access.model import ResourceKind
from battery_passport.access.policy.action import Action

PEOPLE_ACTIONS = (
    Action("account.register", "Make an account", "계정 만들기", unsafe=True),
    Action("account.sign-in", "Sign in", "로그인", unsafe=True),
    Action("account.recover", "Get back into an account", "계정 되찾기", unsafe=True),
    Action("account.sign-out", "Sign out", "로그아웃", unsafe=True),
    Action("account.read", "See one's own account", "내 계정 보기", ResourceKind.PERSON),
    Action(
        "account.change",
        "Change one's own account, passkeys and sessions",
        "내 계정, 패스키, 로그인 상태 바꾸기",
        ResourceKind.PERSON,
        unsafe=True,
    ),
    Action(
        "person.export",
        "Take all of one's personal data along",
        "내 개인정보 내려받기",
        ResourceKind.PERSON,
    ),
    Action(
        "person.erase",
        "Have one's personal data erased",
        "내 개인정보 삭제",
        ResourceKind.PERSON,
        unsafe=True,
    ),
    Action(
        "ledger-key.read",
        "See how one's batteries stand on the ledger",
        "원장에 적힌 내 배터리 보기",
        ResourceKind.PERSON,
    ),
    Action(
        "ledger-key.change",
        "Make a key for a battery, sign with it, replace a lost one",
        "배터리 열쇠 만들기, 서명, 잃어버린 열쇠 바꾸기",
        ResourceKind.PERSON,
        unsafe=True,
    ),
    Action("home.open", "Go to one's own first page", "내 첫 화면으로 가기"),
    Action(
        "organisation.apply",
        "Apply for an organisation to take part",
        "기관 참여 신청",
        unsafe=True,
    ),
    Action(
        "organisation.list", "See the organisations of one's city", "우리 도시의 기관 목록 보기"
    ),
    Action(
        "organisation.approve",
        "Approve, refuse or suspend an organisation",
        "기관 승인, 반려, 정지",
        ResourceKind.ORGANISATION,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "organisation.read",
        "See an organisation and its members",
        "기관과 구성원 보기",
        ResourceKind.ORGANISATION,
    ),
    Action(
        "organisation.change",
        "Change an organisation's particulars and sign-in provider",
        "기관 정보와 로그인 연동 바꾸기",
        ResourceKind.ORGANISATION,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "organisation.invite",
        "Invite a member with roles",
        "역할을 정해 구성원 초대",
        ResourceKind.ORGANISATION,
        unsafe=True,
        step_up=True,
    ),
    Action("organisation.join", "Accept an invitation", "초대 수락", unsafe=True),
    Action(
        "organisation.roles",
        "Change a member's roles or end the membership",
        "구성원의 역할 변경, 소속 종료",
        ResourceKind.ORGANISATION,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "organisation.vouch",
        "Vouch for a member who has lost his passkeys",
        "패스키를 잃어버린 구성원의 본인 확인",
        ResourceKind.ORGANISATION,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "organisation.leave",
        "Leave an organisation",
        "기관에서 나가기",
        ResourceKind.ORGANISATION,
        unsafe=True,
    ),
    Action(
        "organisation.switch",
        "Choose the organisation one acts for",
        "활동할 소속 고르기",
        unsafe=True,
    ),
    Action(
        "api-key.list",
        "See an organisation's keys for machines",
        "기관의 API 키 보기",
        ResourceKind.API_KEY,
    ),
    Action(
        "api-key.issue",
        "Issue a key for a machine",
        "API 키 발급",
        ResourceKind.API_KEY,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "api-key.revoke",
        "Revoke a machine's key",
        "API 키 폐기",
        ResourceKind.API_KEY,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "machine.token",
        "Exchange a machine's proof for a short-lived token",
        "기계용 단기 토큰 받기",
        unsafe=True,
    ),
    Action("battery.list", "See one's own batteries", "내 배터리 목록 보기"),
    Action(
        "battery.claim",
        "Claim a battery with a code",
        "코드로 내 배터리 등록",
        ResourceKind.BATTERY,
        unsafe=True,
    ),
    Action(
        "battery.release",
        "Give up a battery that one owns",
        "내 배터리 등록 해제",
        ResourceKind.BATTERY,
        unsafe=True,
    ),
    Action(
        "battery.claim-code",
        "Hand out the code by which an owner claims a battery",
        "소유자 등록용 코드 발급",
        ResourceKind.BATTERY,
        unsafe=True,
    ),
    Action("consent.read", "See one's own consents", "내 동의 내역 보기", ResourceKind.CONSENT),
    Action("consent.give", "Consent to a use", "동의하기", ResourceKind.CONSENT, unsafe=True),
    Action(
        "consent.withdraw", "Withdraw a consent", "동의 철회", ResourceKind.CONSENT, unsafe=True
    ),
    Action(
        "grant.read", "See the grants one has given", "내가 준 열람 권한 보기", ResourceKind.GRANT
    ),
    Action(
        "grant.give",
        "Let somebody look for a time and a purpose",
        "기간과 목적을 정해 열람 권한 주기",
        ResourceKind.GRANT,
        unsafe=True,
    ),
    Action(
        "grant.revoke", "Take a grant back", "열람 권한 거두기", ResourceKind.GRANT, unsafe=True
    ),
    Action("grant.open", "Open the link of a grant", "열람 권한 링크 열기", unsafe=True),
    Action(
        "case.open",
        "Open a customs case on a battery",
        "통관 확인 건 열기",
        ResourceKind.BATTERY,
        unsafe=True,
        step_up=True,
    ),
    Action(
        "case.close", "Close a customs case", "통관 확인 건 닫기", ResourceKind.BATTERY, unsafe=True
    ),
    Action(
        "case.check",
        "Record the result of a customs check",
        "통관 확인 결과 기록",
        ResourceKind.BATTERY,
        unsafe=True,
    ),
)
