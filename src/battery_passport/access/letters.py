"""Letters that the platform sends: plain text, in the reader's language, never more than needed.

In: an occasion, a language and a link. Out: a letter to one address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

LANGUAGES = ("ko", "en")


class Occasion(StrEnum):
    """Why a letter is sent."""

    CONFIRM_ADDRESS = "confirm-address"
    ALREADY_REGISTERED = "already-registered"
    RECOVER = "recover"
    NOT_REGISTERED = "not-registered"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - names an occasion
    INVITATION = "invitation"
    APPROVED = "approved"
    REFUSED = "refused"
    PASSKEY_ADDED = "passkey-added"
    PASSKEYS_ASKED = "passkeys-asked"
    PASSKEYS_RESET = "passkeys-reset"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; neither address nor text may enter a log."""

    to: str
    subject: str
    text: str


_KO: Mapping[Occasion, str] = MappingProxyType(
    {
        Occasion.CONFIRM_ADDRESS: """배터리 여권: 이메일 주소를 확인해 주세요
아래 주소를 열면 가입이 끝납니다. 24시간 안에 한 번만 쓸 수 있습니다.

{link}

가입하신 적이 없다면 이 메일을 지우시면 됩니다.
""",
        Occasion.ALREADY_REGISTERED: """배터리 여권: 이미 계정이 있습니다
이 이메일 주소로 새 계정을 만들려는 요청이 있었지만, 이미 계정이 있습니다.
로그인하거나 새 비밀번호를 정하세요.

{link}

요청하신 적이 없다면 이 메일을 지우시면 됩니다.
""",
        Occasion.RECOVER: """배터리 여권: 새 비밀번호 정하기
아래 주소에서 새 비밀번호를 정하세요. 30분 안에 한 번만 쓸 수 있습니다.

{link}

요청하신 적이 없다면 이 메일을 지우시면 됩니다. 비밀번호는 바뀌지 않았습니다.
""",
        Occasion.NOT_REGISTERED: """배터리 여권: 이 주소로 된 계정이 없습니다
이 이메일 주소의 비밀번호를 새로 정하려는 요청이 있었지만, 계정이 없습니다.
다른 주소로 가입하셨는지 확인하거나 새로 가입하세요.

{link}
""",
        Occasion.PASSWORD_CHANGED: """배터리 여권: 비밀번호가 바뀌었습니다
계정의 비밀번호가 바뀌었고, 모든 기기에서 로그아웃되었습니다.
본인이 바꾸지 않았다면 바로 새 비밀번호를 정하세요.

{link}
""",
        Occasion.INVITATION: """배터리 여권: {organisation}의 초대
{organisation}의 구성원으로 초대되었습니다. 7일 안에 한 번만 쓸
수 있습니다.

{link}

모르는 곳이라면 이 메일을 지우시면 됩니다.
""",
        Occasion.APPROVED: """배터리 여권: {organisation}의 신청이 승인되었습니다
이제 구성원을 초대하고 업무를 시작할 수 있습니다.

{link}
""",
        Occasion.REFUSED: """배터리 여권: {organisation}의 신청이 승인되지 않았습니다
자세한 사유는 시 담당자에게 문의하세요. 내용을 고쳐 다시 신청할 수 있습니다.

{link}
""",
        Occasion.PASSKEY_ADDED: """배터리 여권: 패스키가 추가되었습니다
계정에 새 패스키가 추가되었습니다. 이제 이 패스키로 로그인할 수 있습니다.
본인이 추가하지 않았다면 바로 내 계정에서 삭제하고 도시 관리자에게 알리세요.

{link}
""",
        Occasion.PASSKEYS_ASKED: """배터리 여권: 패스키를 잃어버렸다는 요청이 있었습니다
누군가 회원님의 계정에 로그인해 패스키를 잃어버렸다고 알렸습니다. 도시 관리자
두 사람이 본인임을 확인하면 새 패스키를 만들 수 있습니다.
본인이 요청하지 않았다면 바로 비밀번호를 바꾸고 도시 관리자에게 알리세요.

{link}
""",
        Occasion.PASSKEYS_RESET: """배터리 여권: 새 패스키를 만들 수 있습니다
도시 관리자 두 사람이 확인해 이전 패스키를 모두 지우고, 모든 기기에서
로그아웃했습니다. 로그인해서 새 패스키를 만드세요.

{link}
""",
    }
)
_EN: Mapping[Occasion, str] = MappingProxyType(
    {
        Occasion.CONFIRM_ADDRESS: """Battery passport: please confirm your e-mail address
Open this address to finish your registration. It works once, within 24 hours.

{link}

If you did not register, simply delete this letter.
""",
        Occasion.ALREADY_REGISTERED: """Battery passport: you already have an account
Somebody asked for a new account with this e-mail address, but there is one already.
Sign in, or set a new password.

{link}

If that was not you, simply delete this letter.
""",
        Occasion.RECOVER: """Battery passport: set a new password
Set a new password at this address. It works once, within 30 minutes.

{link}

If you did not ask for it, simply delete this letter: nothing has changed.
""",
        Occasion.NOT_REGISTERED: """Battery passport: there is no account with this address
Somebody asked for a new password for this e-mail address, but it has no account.
Perhaps you registered with another address, or would like to register.

{link}
""",
        Occasion.PASSWORD_CHANGED: """Battery passport: your password was changed
The password of your account was changed, and you were signed out everywhere.
If that was not you, set a new password at once.

{link}
""",
        Occasion.INVITATION: """Battery passport: invitation by {organisation}
You are invited to become a member of {organisation}. The link works once, within 7
days.

{link}

If you do not know them, simply delete this letter.
""",
        Occasion.APPROVED: """Battery passport: {organisation} was approved
You can now invite members and begin to work.

{link}
""",
        Occasion.REFUSED: """Battery passport: {organisation} was not approved
Ask your city's officer for the reason. You may correct the application and send it
again.

{link}
""",
        Occasion.PASSKEY_ADDED: """Battery passport: a passkey was added
A new passkey was added to your account; it can be used to sign in from now on.
If that was not you, remove it in your account at once and tell your city.

{link}
""",
        Occasion.PASSKEYS_ASKED: """Battery passport: somebody says your passkeys are lost
Somebody signed in to your account and said that its passkeys are lost. Once two
administrators of your city have made sure that it is you, new ones can be made.
If that was not you, change your password at once and tell your city.

{link}
""",
        Occasion.PASSKEYS_RESET: """Battery passport: you can make a new passkey
Two administrators of your city have confirmed it. Your former passkeys were removed
and you were signed out everywhere. Sign in and make a new passkey.

{link}
""",
    }
)
# The first line of each is the letter's subject.
_TEXTS: Mapping[str, Mapping[Occasion, str]] = MappingProxyType({"ko": _KO, "en": _EN})


def write_letter(
    occasion: Occasion, *, to: str, language: str, link: str, organisation: str = ""
) -> Letter:
    """Return the letter for an occasion; names in it have been checked by `names`."""
    known = _TEXTS[language if language in _TEXTS else LANGUAGES[0]]
    subject, _, text = known[occasion].partition("\n")
    values = {"link": link, "organisation": organisation}
    return Letter(to=to, subject=subject.format(**values), text=text.format(**values))
