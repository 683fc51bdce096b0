"""What the monitor has to say, in one line of the overview.

In: how far it has come. Out: a term with its name.
"""

from battery_passport.web.consoles.administration.ports import WatchState
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.language import Language


def watch_term(watch: WatchState, language: Language) -> Term:
    """Return the monitor's last result; to an administrator the finding itself."""
    text = language.text
    name = text("Monitor")
    if watch.finding:
        return Term(name, text("The monitor found something wrong"), small=watch.finding)
    if not watch.size:
        return Term(name, text("The monitor has not looked yet"))
    if watch.finished_at is None:
        progress = text(
            "entry %(checked)s of %(size)s",
            checked=language.number(watch.checked),
            size=language.number(watch.size),
        )
        return Term(name, text("Nothing wrong found so far"), small=progress)
    last = text(
        "It was last through with all of them on %(at)s.", at=language.moment(watch.finished_at)
    )
    return Term(name, text("Nothing wrong found"), small=last)
