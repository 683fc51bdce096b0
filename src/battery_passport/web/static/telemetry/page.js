// Draws a battery's measurements: curves with uPlot, cells as a heat map on a canvas.
//
// In: elements with `data-curve` and `data-cells`, and the document that `data-measurements` names.
// Out: pictures; dragging across one leads to the page of that time, so that every view has a link.
import uPlot from "uplot";
import { drawCells, drawScale, pointAt } from "./heat.js";

const section = document.querySelector("[data-measurements]");
const FOLLOW_MS = 15_000;
const charts = [];

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A date whose local fields are those of Korean time, which knows no summer time.
function inKorea(seconds) {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() + (540 + at.getTimezoneOffset()) * 60_000);
}

// Smallest step in seconds, how it is written, and what is written beside it when a day begins.
const DAY = "{YYYY}-{MM}-{DD}";
const TIMES = [
  [31536000, "{YYYY}", null, null, null, null, null, null, 1],
  [2419200, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
  [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", `\n${DAY}`, null, "\n{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", `\n${DAY}`, null, "\n{MM}-{DD}", null, null, null, 1],
];

function fieldTime(seconds) {
  const at = new Date((seconds + 9 * 3600) * 1000).toISOString();
  return at.slice(0, 16);
}

function lookCloser(from, to) {
  const address = new URL(location.href);
  address.searchParams.delete("span");
  address.searchParams.set("from", fieldTime(from));
  address.searchParams.set("to", fieldTime(to + 60));
  location.assign(address);
}

function optionsOf(place, unit) {
  const axis = { stroke: ink("--ink-soft"), grid: { stroke: ink("--line"), width: 1 }, ticks: { stroke: ink("--line") }, font: "13px system-ui" };
  const line = ink("--primary");
  return {
    width: Math.max(260, place.clientWidth),
    height: 180,
    tzDate: inKorea,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: "measurements" } },
    axes: [{ ...axis, values: TIMES, space: 80 }, { ...axis, size: 62 }],
    series: [
      {},
      { stroke: "transparent", width: 0, points: { show: false } },
      { stroke: "transparent", width: 0, points: { show: false } },
      { label: unit, stroke: line, width: 1.5, points: { size: 4, fill: line } },
    ],
    bands: [{ series: [2, 1], fill: `color-mix(in srgb, ${line} 22%, transparent)` }],
    hooks: {
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width > 4) lookCloser(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
        },
      ],
    },
  };
}

// A gap in the data is a gap in the line: nothing is drawn across hours without samples.
function withGaps(told) {
  const step = told.spanMs;
  const at = [];
  const places = [];
  told.at.forEach((time, index) => {
    if (index && time - told.at[index - 1] > step * 3) {
      at.push((told.at[index - 1] + step) / 1000);
      places.push(-1);
    }
    at.push(time / 1000);
    places.push(index);
  });
  return { at, take: (values) => places.map((place) => (place < 0 ? null : values[place])) };
}

function draw(told) {
  const { at, take } = withGaps(told);
  for (const chart of charts.splice(0)) chart.destroy();
  for (const place of document.querySelectorAll("[data-curve]")) {
    const series = told.series[place.dataset.curve];
    if (!series) continue;
    const options = optionsOf(place, series.unit);
    charts.push(new uPlot(options, [at, take(series.low), take(series.high), take(series.mean)], place));
  }
  const canvas = document.querySelector("[data-cells]");
  if (!canvas || !told.cells.count) return;
  const limit = drawCells(canvas, told);
  drawScale(document.querySelector("[data-scale]"), limit, told.cells.noticeMv);
  document.querySelector("[data-scale-low]").textContent = `−${limit} mV`;
  document.querySelector("[data-scale-high]").textContent = `+${limit} mV`;
  const pointed = document.querySelector("[data-pointed]");
  const korean = section.dataset.language === "ko";
  canvas.onpointermove = (event) => {
    const found = pointAt(canvas, told, event);
    pointed.textContent = found === null ? "\u200b" : `${fieldTime(found.at / 1000).replace("T", " ")} · ${korean ? "셀" : "cell"} ${found.cell} · ${found.mv} mV`;
  };
}

// The first question is the one that the page's head has asked already.
async function fetched(tag) {
  const answer = await fetch(section.dataset.measurements, tag ? { cache: "no-store", headers: { "If-None-Match": tag } } : {});
  if (answer.status !== 200) return { tag, told: null };
  return { tag: answer.headers.get("ETag") || "", told: await answer.json() };
}

async function begin() {
  let { tag, told } = await fetched("");
  if (!told) return;
  draw(told);
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; draw(told); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(told));
  document.documentElement.dataset.drawn = "1";
  if (section.dataset.follows !== "1") return;
  const address = new URL(section.dataset.measurements, location.href);
  const length = Number(address.searchParams.get("to")) - Number(address.searchParams.get("from"));
  setInterval(async () => {
    if (document.hidden) return;
    const query = new URLSearchParams({ last: String(length) });
    section.dataset.measurements = `${address.pathname}?${query}`;
    const next = await fetched(tag).catch(() => ({ tag, told: null }));
    tag = next.tag;
    if (next.told) { told = next.told; draw(told); }
  }, FOLLOW_MS);
}

if (section) begin();
