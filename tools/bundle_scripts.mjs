// Joins the scripts that need npm packages into the files that browsers load; nothing of it is committed.
//
// In: modules under src/battery_passport/web/static and node_modules. Out: static/built: one script a
// page, and the verifier as one page that works from disk, whose policy names its script by hash.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "src", "battery_passport", "web", "static");
const built = join(folder, "built");

// A script in `built`, and the module that it begins with.
const SCRIPTS = { "verifier.js": "verifier/page.js", "keys.js": "keys/page.js", "telemetry.js": "telemetry/page.js" };

// Style sheets that come with npm packages.
const SHEETS = { "uplot.css": "uplot/dist/uPlot.min.css" };

function joined(module) {
  const result = buildSync({
    entryPoints: [join(folder, module)],
    absWorkingDir: root,
    bundle: true,
    charset: "utf8",
    format: "iife",
    legalComments: "inline",
    minify: true,
    target: ["es2022"],
    write: false,
  });
  return result.outputFiles[0].text.trimEnd();
}

const hashOf = (text) => `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;

// Functions as replacements, because code may hold `$&`.
function offlinePage(script) {
  const css = ["offline.css", "verifier.css"].map((name) =>
    readFileSync(join(folder, name === "offline.css" ? "verifier" : "", name), "utf8"),
  );
  const style = css.join("");
  return readFileSync(join(folder, "verifier", "offline.html"), "utf8")
    .replace("@script", () => hashOf(script))
    .replace("@style", () => hashOf(style))
    .replace("@css", () => style)
    .replace("@js", () => script);
}

mkdirSync(built, { recursive: true });
for (const [name, module] of Object.entries(SCRIPTS)) {
  const script = joined(module);
  if (script.includes("</script")) throw new Error(`${name} would end its own element`);
  writeFileSync(join(built, name), script);
  if (name === "verifier.js") writeFileSync(join(built, "verify-offline.html"), offlinePage(script));
}
for (const [name, file] of Object.entries(SHEETS)) {
  writeFileSync(join(built, name), readFileSync(join(root, "node_modules", file)));
}
