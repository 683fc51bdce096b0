// Keeps the changing part of a page up to date: asks for the page again, and puts in what changed.
//
// In: an element with `data-live`, the seconds between looks. Out: the same element with new content.
"use strict";
(() => {
  const place = document.querySelector("[data-live]");
  if (!place) return;
  const every = Math.max(5, Number(place.dataset.live)) * 1000;
  let tag = "";
  const isBusy = () => document.hidden || (place.contains(document.activeElement) && document.activeElement.matches("input, select"));
  const look = async () => {
    if (isBusy()) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status !== 200) return;
      tag = answer.headers.get("ETag") || "";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(place.id);
      const open = [...place.querySelectorAll("details")].map((each) => each.open);
      if (!fresh) return;
      place.replaceChildren(...fresh.childNodes);
      place.querySelectorAll("details").forEach((each, index) => { each.open = open[index] === true; });
      const lead = document.querySelector(".console__lead");
      const told = page.querySelector(".console__lead");
      if (lead && told) lead.replaceChildren(...told.childNodes);
    } catch { /* without a connection the page stays as it is */ }
  };
  setInterval(look, every);
})();
