// What every check throws when something does not hold: a stable code, and words for the curious.
//
// In: a code of docs/reference/proof-bundle.md. Out: an error that the page and the tests can name.

export class Refusal extends Error {
  constructor(code, detail) {
    super(detail);
    this.name = "Refusal";
    this.code = code;
  }
}

const UNUSABLE = new Set(["unreadable-bundle", "malformed-trust-file"]);

// The exit code that the command line would have ended with.
export const exitCodeOf = (code) => (UNUSABLE.has(code) ? 2 : 1);

// Run a step; what it throws beneath one name is thrown under another.
export async function named(from, to, step) {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Refusal && from.includes(error.code)) throw new Refusal(to, error.message);
    throw error;
  }
}
