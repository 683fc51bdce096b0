"""What can be measured of a page in a browser: what is cut off, untranslated, missing or slow.

In: an open page and its language. Out: `Measures`, and what of it is a fault.
"""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page as Tab

from battery_passport.assembly.city.accounts import CITIES, ROLES
from battery_passport.simulation.makers import MAKERS

MEASURE = """() => {
  const root = document.documentElement, wide = [], said = [];
  const skipped = 'script, style, noscript, code, pre, kbd, .code, [translate=no], [data-raw]';
  const shown = each => each.checkVisibility && each.checkVisibility() &&
    !each.closest(skipped);
  const speaks = each => (each.closest('[lang]') || root).lang === root.lang;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const parent = node.parentElement, text = node.textContent.trim();
    if (text && parent && shown(parent) && speaks(parent)) said.push(text);
  }
  for (const each of document.querySelectorAll('[placeholder], [aria-label], [title], [alt]')) {
    if (!shown(each) || !speaks(each)) continue;
    for (const name of ['placeholder', 'aria-label', 'title', 'alt']) {
      if (each.getAttribute(name)) said.push(each.getAttribute(name));
    }
  }
  for (const each of document.querySelectorAll('body *')) {
    const box = each.getBoundingClientRect();
    if (box.width && box.right > root.clientWidth + 1 && shown(each)) {
      wide.push(each.tagName.toLowerCase() + '.' + each.className);
    }
  }
  const small = [...document.querySelectorAll('main a, main button, main input, main select')]
    .filter(shown).filter(each => {
      const box = each.getBoundingClientRect();
      const inline = getComputedStyle(each).display === 'inline';
      return !inline && box.width && (box.height < 24 || box.width < 24) &&
        !['checkbox', 'radio', 'file', 'hidden'].includes(each.type);
    }).map(each => each.textContent.trim() || each.name);
  const timing = performance.getEntriesByType('navigation')[0];
  return {
    overflow: root.scrollWidth - root.clientWidth, wide: wide.slice(0, 5), said, small,
    title: document.title, language: root.lang,
    headings: document.querySelectorAll('h1').length,
    primaries: [...document.querySelectorAll('.krds-btn.primary')].filter(shown).length,
    loaded_ms: timing ? Math.round(timing.loadEventEnd) : 0,
  };
}"""
HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
SENTENCE = re.compile(r"[A-Za-z]{2,}[,.]? +[a-z]{2,}")
"""Two words, the second in small letters: English that somebody wrote for a reader."""

_NAMES = {each for role in ROLES for each in (role.name, role.organisation) if each}
_MAKERS = {each.name for each in MAKERS.values()} | {"Demonstration operator"}
NAMES = tuple(sorted({*_NAMES, *_MAKERS, *CITIES.values(), "한국어"}, key=len, reverse=True))
"""What keeps its own writing in both languages."""


@dataclass(frozen=True, slots=True)
class Measures:
    """A page as a browser measured it."""

    language: str
    found: dict[str, Any]

    @property
    def untranslated(self) -> tuple[str, ...]:
        """What stands there in the other language."""
        said = dict.fromkeys(map(_without_names, self.found["said"]))
        if self.language == "en":
            return tuple(each for each in said if HANGUL.search(each))
        return tuple(each for each in said if not HANGUL.search(each) and SENTENCE.search(each))

    @property
    def faults(self) -> tuple[str, ...]:
        """What no page may have."""
        found = self.found
        told = {
            f"cut off by {found['overflow']} px: {found['wide']}": found["overflow"] > 0,
            "no title": not found["title"].strip(),
            f"language is {found['language']}": found["language"] != self.language,
            f"{found['headings']} main headings": found["headings"] != 1,
            f"{found['primaries']} primary buttons": found["primaries"] > 1,
            f"untranslated: {self.untranslated}": bool(self.untranslated),
        }
        return tuple(fault for fault, holds in told.items() if holds)


def measured(tab: Tab, language: str) -> Measures:
    """Return what a page is like once its type has loaded."""
    tab.evaluate("() => document.fonts.ready.then(() => true)")
    return Measures(language, tab.evaluate(MEASURE))


def _without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text
