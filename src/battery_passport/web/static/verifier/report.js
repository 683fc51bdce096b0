// What follows from a bundle of which every part held, and what does not.
//
// In: the checked parts. Out: plain values, in the names that the command line uses with --json.

import { plain } from "./json.js";

const iso = (seconds) => new Date(seconds * 1000).toISOString();

export function reportOf({ bundle, passport, statements, measurements, status, proof, final, batches, trust }) {
  const { witnesses, index, checkpoint } = proof;
  const held = [
    ["issuer-trusted", true],
    ["credential-signed", true],
    ["record-matches", true],
    ["logged", true],
    ["anchored", true],
    ["final", final !== null],
    ["latest", bundle.state !== null],
    ["status-good", status !== null],
    ["witnessed", witnesses.length > 0],
    ["statements-hold", statements.length > 0],
    ["measured", measurements.length > 0],
    ["evidence-complete", batches > 0],
  ];
  const missing = [
    ["latest-not-proven", bundle.state === null],
    ["status-not-checked", status === null],
    ["development-ledger", final === null],
    ["no-witnesses", witnesses.length === 0],
    ["measurement-may-be-withdrawn", measurements.length > 0],
    ["demonstration-keys", trust.demonstration],
  ];
  return {
    valid: true,
    as_of: passport.validFrom,
    issuer: passport.issuer,
    battery: passport.subject,
    version: bundle.passport.record.seq,
    log: { origin: checkpoint.origin, index: String(index), size: String(checkpoint.size) },
    latest_as_of: bundle.state?.record.asOf ?? null,
    status_as_of: status && iso(status.issuedAt),
    status_until: status && iso(status.expiresAt),
    final_at: final && final.at.toISOString(),
    sections: [...passport.disclosed].sort(),
    statements: statements.length,
    measurements: measurements.map(plain),
    batches,
    checks: held.filter(([, holds]) => holds).map(([name]) => name),
    not_shown: missing.filter(([, is]) => is).map(([name]) => name),
    witnesses,
    votes: final && { signed: final.signed, power: final.power, height: String(final.height) },
    passport: plain(passport.payload),
  };
}
