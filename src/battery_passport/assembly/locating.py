"""Finds the parts of the installation that packages bring: npm packages beside the project.

In: settings. Out: paths.
"""

from pathlib import Path

from battery_passport.assembly.settings import Settings

_PROJECT = Path(__file__).resolve().parents[3]


def node_modules(settings: Settings) -> Path:
    """Return the folder of npm packages, whether or not it exists yet."""
    return settings.node_modules or _PROJECT / "node_modules"
