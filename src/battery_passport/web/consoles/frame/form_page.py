"""What the template of a form is given.

In: groups of fields. Out: a typed context.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.form_spec import Group
from battery_passport.web.consoles.frame.pages import ConsolePage
from battery_passport.web.consoles.frame.questions import FieldView


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(ConsolePage):
    """The context of `consoles/form.html`: a form, as far as it was filled in."""

    template: ClassVar[str] = "consoles/form.html"
    back: str
    action: str
    draft: str
    groups: tuple[Group, ...]
    fields: tuple[FieldView, ...]
    discard_link: str
