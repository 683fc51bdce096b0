"""What owners are asked to agree to: one text a purpose and version, in Korean and English.

In: nothing. Out: texts. A changed text is a new version; a consent names the one it was given to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.access.sharing.model import ConsentPurpose
from battery_passport.foundation.digests import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """A text as it is shown beside the button that agrees to it."""

    purpose: ConsentPurpose
    version: int
    title_ko: str
    title_en: str
    body_ko: str
    body_en: str

    def digest(self) -> str:
        """Return what the record of a consent holds of the text, in hexadecimal."""
        parts = (self.title_ko, self.title_en, self.body_ko, self.body_en)
        return sha256("\x00".join(parts).encode("utf-8")).hex()


_TEXTS = (
    ConsentText(
        purpose=ConsentPurpose.SAFETY_ALERTS,
        version=1,
        title_ko="안전 알림",
        title_en="Safety alerts",
        body_ko=(
            "배터리에서 위험 징후가 보이면 제가 등록한 이메일과 이 화면으로 알려 주세요. "
            "이를 위해 배터리의 측정값을 살펴보고 제 연락처를 사용합니다. "
            "동의하지 않아도 여권과 건강도는 그대로 볼 수 있습니다."
        ),
        body_en=(
            "Tell me by the e-mail address I gave and on this page when the battery shows signs of "
            "danger. For this its measurements are watched and my address is used. Without my "
            "consent I still see the passport and the health of my battery."
        ),
    ),
    ConsentText(
        purpose=ConsentPurpose.THIRD_PARTIES,
        version=1,
        title_ko="제3자 제공",
        title_en="Passing on to others",
        body_ko=(
            "정비업체나 보험사처럼 법에 따른 권한이 없는 곳도 제 배터리의 건강도와 사용 이력을 "
            "요청하여 볼 수 있습니다. 누가 언제 왜 보았는지는 열람 기록에 남습니다. "
            "제 이름과 연락처는 제공하지 않습니다."
        ),
        body_en=(
            "Workshops, insurers and others without a right by law may ask for the health and use "
            "of my battery and see them. Who looked, when and why stands in the access log. My "
            "name and contact details are not passed on."
        ),
    ),
    ConsentText(
        purpose=ConsentPurpose.RESEARCH,
        version=1,
        title_ko="연구 활용",
        title_en="Research",
        body_ko=(
            "배터리 수명과 안전을 연구하는 데 제 배터리의 측정값을 쓸 수 있습니다. "
            "식별번호와 소유자, 위치를 알 수 없게 한 뒤에만 씁니다. "
            "철회하면 그 뒤의 연구에는 쓰지 않습니다."
        ),
        body_en=(
            "Measurements of my battery may be used to study how batteries age and stay safe, only "
            "after identifier, owner and place have been taken away. Once I withdraw, they are not "
            "used in studies that begin later."
        ),
    ),
)

TEXTS: Mapping[tuple[ConsentPurpose, int], ConsentText] = MappingProxyType(
    {(each.purpose, each.version): each for each in _TEXTS}
)
"""Every text there ever was; none is changed or taken out."""


def current_text(purpose: ConsentPurpose) -> ConsentText:
    """Return the text that is asked about now: the newest version."""
    return max((each for each in _TEXTS if each.purpose is purpose), key=lambda each: each.version)
