// Compiles the contracts into the artefacts that the package ships, the same bytes every time.
//
// In: contracts/src and OpenZeppelin from node_modules. Out: one JSON file for each contract, or,
// with --check, exit code 1 if a committed file is another.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc");

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const sourceFolder = join(here, "src");
const artefactFolder = join(root, "src", "battery_passport", "adapters", "evm", "artefacts");

// Without the metadata hash the bytecode depends on the code and these settings alone.
const settings = {
  evmVersion: "cancun",
  metadata: { appendCBOR: false, bytecodeHash: "none" },
  optimizer: { enabled: true, runs: 200 },
};
const outputs = [
  "abi",
  "evm.bytecode.object",
  "evm.deployedBytecode.object",
  "evm.deployedBytecode.immutableReferences",
];

// A file of `src` is one contract that can be deployed; what lies deeper is part of one.
function readSources() {
  const names = readdirSync(sourceFolder, { recursive: true })
    .filter((name) => name.endsWith(".sol"))
    .sort();
  return Object.fromEntries(
    names.map((name) => [name, { content: readFileSync(join(sourceFolder, name), "utf8") }]),
  );
}

function findImport(path) {
  const file = join(root, "node_modules", path);
  return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: `no ${path}` };
}

function compile(sources) {
  const input = {
    language: "Solidity",
    sources,
    settings: { ...settings, outputSelection: { "*": { "*": outputs } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  // A warning about our own source is an error here as it is in the Python tests.
  const grave = (output.errors ?? []).filter(
    (each) => each.severity === "error" || !each.sourceLocation?.file.startsWith("@"),
  );
  if (grave.length) {
    console.error(grave.map((each) => each.formattedMessage).join("\n"));
    process.exit(1);
  }
  return output.contracts;
}

function libraryVersion() {
  const file = join(root, "node_modules", "@openzeppelin", "contracts", "package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}

function describe(file, name, contract) {
  const artefact = {
    contract: name,
    source: `contracts/src/${file}`,
    compiler: solc.version(),
    libraries: { "@openzeppelin/contracts": libraryVersion() },
    settings,
    abi: contract.abi,
    bytecode: contract.evm.bytecode.object,
    deployedBytecode: contract.evm.deployedBytecode.object,
    immutables: Object.values(contract.evm.deployedBytecode.immutableReferences).flat(),
  };
  return `${JSON.stringify(artefact, null, 2)}\n`;
}

function artefacts() {
  const sources = readSources();
  const compiled = compile(sources);
  return Object.keys(sources).filter((file) => !file.includes("/")).map((file) => {
    const name = file.replace(/\.sol$/, "");
    return [join(artefactFolder, `${name}.json`), describe(file, name, compiled[file][name])];
  });
}

function differs([path, text]) {
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
}

const built = artefacts();
const changed = built.filter(differs);
if (process.argv.includes("--check")) {
  for (const [path] of changed) {
    console.error(`${relative(root, path)} is not what the source compiles to: make contracts`);
  }
  process.exit(changed.length ? 1 : 0);
}
mkdirSync(artefactFolder, { recursive: true });
for (const [path, text] of changed) {
  writeFileSync(path, text);
  console.log(`wrote ${relative(root, path)}`);
}
