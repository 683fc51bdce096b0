// The answer as people see it: one word first, then what was proven, what was not, and as of when.
//
// In: an outcome and words. Out: elements.

import { build } from "./elements.js";

const MARKS = { valid: "\u2713", invalid: "\u2715", unusable: "?" };

export function resultOf(outcome, words) {
  return "report" in outcome ? goodAnswer(outcome, words) : badAnswer(outcome, words);
}

function verdict(kind, title, small) {
  return build(
    "div",
    `verdict verdict--${kind}`,
    { tabindex: "-1" },
    build("span", "verdict__mark", { "aria-hidden": "true" }, MARKS[kind]),
    build("div", "", build("p", "verdict__word", title), build("p", "verdict__small", small)),
  );
}

function badAnswer({ code, exit }, { page, reason }) {
  const kind = exit === 2 ? "unusable" : "invalid";
  return [
    verdict(kind, page(kind), page(`${kind}Small`)),
    build(
      "dl",
      "verifier__facts",
      ...fact(page("reason"), reason(code)),
      ...fact(page("code"), build("code", "verifier__code", { translate: "no" }, code)),
    ),
  ];
}

function goodAnswer({ report, now }, words) {
  const { page } = words;
  const isStale = report.status_until !== null && now > new Date(report.status_until);
  return [
    verdict("valid", page("valid"), page("validSmall", { at: shown(report.as_of) })),
    isStale ? build("p", "verifier__stale", page("stale", { until: shown(report.status_until) })) : null,
    facts(report, page),
    lists(report, words),
    build(
      "details",
      "verifier__content",
      build("summary", "", page("content")),
      build("pre", "verifier__json", { tabindex: "0", translate: "no" }, JSON.stringify(report.passport, null, 1)),
    ),
  ].filter((each) => each !== null);
}

function facts(report, page) {
  const rows = [
    [page("battery"), build("span", "verifier__code", { translate: "no" }, report.battery)],
    [page("issuer"), build("span", "verifier__code", { translate: "no" }, report.issuer)],
    [page("version"), String(report.version)],
    [page("issuedAt"), shown(report.as_of)],
    [page("latestAsOf"), report.latest_as_of && shown(report.latest_as_of)],
    [page("statusAsOf"), report.status_as_of && shown(report.status_as_of)],
    [page("finalAt"), report.final_at && shown(report.final_at)],
    ...report.measurements.map((each) => [page("measuredBy"), measuredLine(each, page)]),
    [page("sections"), report.sections.length > 0 && report.sections.join(", ")],
  ];
  return build("dl", "verifier__facts", ...rows.filter(([, value]) => value).flatMap((row) => fact(...row)));
}

const fact = (name, value) => [build("dt", "", name), build("dd", "", value)];

// Who measured what and when, in one line.
function measuredLine({ organisation, measured_at: at, items, capacity_test: test, supersedes, reason }, page) {
  const figures = [
    test?.capacity_ah === undefined ? null : `${test.capacity_ah} Ah`,
    test?.health_percent === undefined ? null : page("measuredHealth", { value: test.health_percent }),
    page("measuredItems", { count: Object.keys(items).length }),
  ];
  const line = page("measuredLine", { organisation, at: shown(at), figures: figures.filter((each) => each).join(", ") });
  if (supersedes === undefined) return line;
  return `${line} ${page("measuredAgain", { reason: reason ?? page("noReason") })}`;
}

function lists(report, { page, held, notShown }) {
  const values = { ...report.votes, witnesses: report.witnesses.length, batches: report.batches };
  const proven = report.checks.map((name) => build("li", "verifier__held", held(name, values)));
  const missing = [...report.not_shown, "measurements"].map((name) => build("li", "verifier__open", notShown(name)));
  return build(
    "div",
    "verifier__lists",
    build("section", "", build("h3", "verifier__title", page("proven")), build("ul", "verifier__list", ...proven)),
    build("section", "", build("h3", "verifier__title", page("notProven")), build("ul", "verifier__list", ...missing)),
  );
}

// 2026-11-23 16:30 KST: the clock that most readers live by, said so.
function shown(time) {
  const korean = new Date(new Date(time).getTime() + 9 * 3600 * 1000).toISOString();
  return `${korean.slice(0, 10)} ${korean.slice(11, 16)} KST`;
}
