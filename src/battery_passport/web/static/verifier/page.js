// The verifier as people use it: two files in, one clear answer out. Nothing is sent anywhere.
//
// In: an element with `data-verifier`; its `data-trust` is the address of a trust file, if there is
// one to offer. Out: the form and the answer inside that element.

import { resultOf } from "./answer.js";
import { build } from "./elements.js";
import { exitCodeOf, Refusal } from "./refusal.js";
import { verifyBundle } from "./verify.js";
import { wordsIn } from "./words.js";

const NAMES = ["bundle", "trust"];
const MOST_BYTES = 64 * 1024 * 1024;

class Verifier {
  constructor(place) {
    this.place = place;
    this.files = { bundle: null, trust: null };
    this.outcome = null;
    this.turn = 0;
    this.language = place.dataset.language ?? document.documentElement.lang ?? "ko";
    this.draw();
  }

  get words() {
    return wordsIn(this.language === "en" ? "en" : "ko");
  }

  draw() {
    const { page } = this.words;
    this.place.replaceChildren(
      build("div", "verifier__files", ...NAMES.map((name) => this.field(name))),
      build("div", "verifier__answer", { role: "status", "aria-live": "polite" }, ...this.answer(page)),
    );
  }

  showAnswer() {
    this.place.querySelector(".verifier__answer").replaceChildren(...this.answer(this.words.page));
  }

  answer(page) {
    const both = this.files.bundle !== null && this.files.trust !== null;
    if (this.outcome === null) return [build("p", "verifier__waiting", page(both ? "checking" : "waiting"))];
    return resultOf(this.outcome, this.words);
  }

  field(name) {
    const { page } = this.words;
    const id = `verifier-${name}`;
    const file = this.files[name];
    const input = build("input", "verifier__input", { type: "file", id, accept: ".json,application/json" });
    input.addEventListener("change", () => this.take(name, input.files[0]));
    const size = file && (file.bytes.length / 1000).toFixed(1);
    const field = build(
      "div",
      `verifier__file${file ? " verifier__file--chosen" : ""}`,
      build("label", "verifier__label", { for: id }, page(name)),
      build("p", "verifier__help", page(`${name}Help`)),
      build("span", "verifier__choose", { "aria-hidden": "true" }, page("choose")),
      build("span", "verifier__drop", file ? page("chosen", { name: file.name, size }) : page("drop")),
      input,
    );
    field.addEventListener("dragover", (event) => event.preventDefault());
    field.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take(name, event.dataTransfer.files[0]);
    });
    const address = this.place.dataset.trust;
    if (name !== "trust" || !address) return field;
    const button = build("button", "verifier__own krds-btn secondary medium", { type: "button" }, page("usePlatform"));
    button.addEventListener("click", () => this.fetchTrust(address));
    return build("div", "", field, button, build("p", "verifier__help", page("platformCaution")));
  }

  // What was said of other files must not stand there while these are read.
  async take(name, file) {
    if (!file || file.size > MOST_BYTES) return;
    this.turn += 1;
    const turn = this.turn;
    this.outcome = null;
    this.showAnswer();
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (turn !== this.turn) return;
    this.files[name] = { name: file.name, bytes };
    await this.check(name);
  }

  async fetchTrust(address) {
    const { page } = this.words;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) {
      this.place.querySelector(".verifier__answer").replaceChildren(build("p", "verifier__waiting", page("platformMissing")));
      return;
    }
    const name = page("platformTrust");
    await this.take("trust", new File([await answer.arrayBuffer()], name));
  }

  async check(changed) {
    const turn = this.turn;
    const both = this.files.bundle !== null && this.files.trust !== null;
    const outcome = both ? await outcomeOf(this.files) : null;
    if (turn !== this.turn) return;
    this.outcome = outcome;
    this.draw();
    const answer = this.place.querySelector(".verdict");
    (answer ?? this.place.querySelector(`#verifier-${changed}`)).focus();
  }
}

async function outcomeOf({ bundle, trust }) {
  const now = new Date();
  try {
    return { report: await verifyBundle(bundle.bytes, trust.bytes, now), now };
  } catch (error) {
    const code = error instanceof Refusal ? error.code : "unusable";
    return { code, exit: code === "unusable" ? 2 : exitCodeOf(code), detail: error.message };
  }
}

export function start() {
  const place = document.querySelector("[data-verifier]");
  if (place === null) return;
  const verifier = new Verifier(place);
  const choice = document.querySelector("[data-verifier-language]");
  choice?.addEventListener("click", () => {
    verifier.language = verifier.language === "en" ? "ko" : "en";
    speak(verifier);
    verifier.draw();
  });
  if (choice) speak(verifier);
}

// On the page that works from disk, title and button change with the language.
function speak(verifier) {
  document.documentElement.lang = verifier.language;
  for (const each of document.querySelectorAll("[data-words]")) {
    each.textContent = verifier.words.page(each.dataset.words);
  }
  document.title = verifier.words.page("title");
}

start();
