"""How long a browser takes from what somebody does to what he then sees.

In: a tab of Chromium. Out: milliseconds from the event to the second frame after the result, and
how long the server took of it, as the browser saw both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Page as Tab

TIMES = 10

WATCH = """
(() => {
  const keep = (event) =>
    sessionStorage.setItem("began", String(performance.timeOrigin + event.timeStamp));
  for (const kind of ["click", "mouseup"]) addEventListener(kind, keep, { capture: true });
  const seen = (after) => requestAnimationFrame(() => requestAnimationFrame(after));
  let tell;
  window.whenSeen = new Promise((resolve) => { tell = resolve; });
  const note = () => seen(() => tell(performance.timeOrigin + performance.now()));
  const begin = () => {
    const pictures = document.querySelector("[data-measurements]");
    if (!pictures) { note(); return; }
    const drawn = () => document.documentElement.dataset.drawn === "1";
    new MutationObserver((_, self) => { if (drawn()) { self.disconnect(); note(); } })
      .observe(document.documentElement, { attributes: true });
  };
  addEventListener("DOMContentLoaded", begin);
  window.framesAfter = (element, kind) => new Promise((resolve) => {
    element.addEventListener(kind, (event) => {
      seen(() => resolve(performance.now() - event.timeStamp));
    }, { once: true });
  });
})();
"""
"""Kept over pages: when the last click was. A page of pictures is seen once they are drawn."""

_TOLD = """
async () => {
  const seenAt = await window.whenSeen;
  const page = performance.getEntriesByType("navigation")[0];
  const began = Number(sessionStorage.getItem("began"));
  return [seenAt - began, seenAt - performance.timeOrigin, page.responseStart - page.requestStart];
}
"""


@dataclass(frozen=True, slots=True)
class Took:
    """One interaction: until it was seen, and the server's part; milliseconds."""

    seen_ms: float
    server_ms: float


@dataclass(frozen=True, slots=True)
class Interaction:
    """What was done again and again; `first` is a visit by a browser that knows nothing yet."""

    name: str
    times: tuple[Took, ...]
    first: Took | None = None

    @property
    def usual_ms(self) -> float:
        """The middle of all times."""
        return median(each.seen_ms for each in self.times)

    @property
    def worst_ms(self) -> float:
        """The longest."""
        return max(each.seen_ms for each in self.times)

    @property
    def server_ms(self) -> float:
        """The server's part, in the middle."""
        return median(each.server_ms for each in self.times)


def follow(tab: Tab, act: Callable[[], Any]) -> Took:
    """Do what leads to another page, and return how long it took until that was seen."""
    with tab.expect_navigation(wait_until="commit"):
        act()
    seen_ms, _, server_ms = tab.evaluate(_TOLD)
    return Took(float(seen_ms), float(server_ms))


def visit(tab: Tab, address: str) -> Took:
    """Open an address as if it had been clicked this moment."""
    tab.goto("about:blank")
    tab.goto(address, wait_until="commit")
    _, seen_ms, server_ms = tab.evaluate(_TOLD)
    return Took(float(seen_ms), float(server_ms))


def point(tab: Tab, selector: str, places: Sequence[tuple[float, float]]) -> tuple[Took, ...]:
    """Move the pointer over an element, and return how long each answer took to be seen."""
    box = tab.locator(selector).bounding_box()
    assert box is not None
    times = []
    for across, down in places:
        waiting = (
            "selector => { window.answer ="
            " window.framesAfter(document.querySelector(selector), 'pointermove'); }"
        )
        tab.evaluate(waiting, selector)
        tab.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        times.append(Took(float(tab.evaluate("window.answer")), 0.0))
    return tuple(times)
