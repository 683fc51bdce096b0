"""A server's own audit: a thread that looks for a moment and then rests for much longer.

In: an installation. Out: the home's monitor goes on; what it finds is told once.
"""

import logging

from battery_passport.assembly.background import Repeating
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.alarms import alarm_post, raise_alarm
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor

_LOG = logging.getLogger(__name__)
SLICE_S = 0.25
"""A look of this length delays nobody noticeably."""


def monitoring_task(installation: Installation) -> Repeating:
    """Return the task that takes the share of a core that the settings allow."""
    share = installation.settings.monitor_share
    look = _Look(installation)
    return Repeating("monitor", look, interval_s=SLICE_S / share if share else 86_400)


class _Look:
    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._monitor = HomeMonitor(installation)
        self._told: str | None = None
        self._post = alarm_post(installation.settings, installation.clock)

    def __call__(self) -> None:
        """Look for a moment, and raise an alarm at a finding that is new to this process."""
        settings = self._installation.settings
        if not settings.monitor_share:
            return
        finding = self._monitor.run(for_s=SLICE_S).finding
        if finding is not None and finding != self._told:
            self._told = finding
            raise_alarm(finding, origin=self._installation.keys.log.name, post=self._post)
