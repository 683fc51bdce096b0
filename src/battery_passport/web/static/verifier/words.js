// Everything the verifier says to people, in Korean and English. A test keeps the two complete.
//
// In: a language. Out: texts; {name} stands for a value.

const REASONS = {
  "unreadable-bundle": ["이 파일은 증명 파일이 아니거나 손상되었습니다.", "This file is no proof file, or it is damaged."],
  "malformed-trust-file": ["신뢰 파일을 읽을 수 없습니다. 믿을 만한 곳에서 다시 받으세요.", "The trust file cannot be used. Get it again from somebody you trust."],
  "malformed-bundle": ["증명 파일의 형식이 어긋납니다. 누군가 고쳤을 수 있습니다.", "The proof file is not to the letter of its format. Somebody may have altered it."],
  "not-trusted": ["신뢰 파일에 없는 발급자, 키 또는 원장에 근거합니다.", "It rests on an issuer, key or ledger that your trust file does not name."],
  "malformed-token": ["서명된 문서의 형식이 어긋납니다.", "A signed document in it is not to the letter of its format."],
  "refused-algorithm": ["허용하지 않는 서명 방식입니다.", "It is signed in a way that is not accepted."],
  "unknown-signing-key": ["알 수 없는 키로 서명했습니다.", "A key that nobody knows has signed it."],
  "signature-mismatch": ["서명이 맞지 않습니다. 내용이 바뀌었거나 다른 키로 서명했습니다.", "A signature does not fit: the content was changed, or another key signed it."],
  "refused-disclosure": ["공개된 항목이 발급자가 서명한 것과 다릅니다.", "A part that is shown is not what the issuer signed."],
  "record-mismatch": ["여권과 로그 기록이 서로 맞지 않습니다.", "The passport and the record in the log do not belong together."],
  "wrong-origin": ["다른 로그의 증명입니다.", "The proof is of another log."],
  "note-not-signed": ["로그의 체크포인트 서명이 맞지 않습니다.", "The log's checkpoint is not signed as it should be."],
  "too-few-witnesses": ["신뢰 파일이 요구하는 증인 수보다 적습니다.", "Fewer witnesses have signed than your trust file wants."],
  "unsigned-parts": ["믿을 만한 서명이 없는 내용이 섞여 있습니다.", "It holds something that no trusted signature covers."],
  "not-included": ["이 여권은 로그에 들어 있지 않습니다.", "This passport is not in the log."],
  "anchor-mismatch": ["앵커가 다른 체크포인트의 것입니다.", "The anchor is of another checkpoint."],
  "not-in-state": ["최신 여권이 아닙니다. 더 새로운 버전이 있습니다.", "This is not the latest version: a newer one exists, or parts were mixed."],
  "status-mismatch": ["효력 목록이 이 여권의 것이 아닙니다.", "The status is not of this passport."],
  "passport-revoked": ["발급자가 이 여권을 취소했습니다.", "The issuer has revoked this passport."],
  "passport-suspended": ["발급자가 이 여권의 효력을 정지했습니다.", "The issuer has suspended this passport."],
  "status-expired": ["효력 확인 기한이 지났습니다. 새 증명 파일을 받으세요.", "The status is out of date, and your trust file insists on it. Ask for a new proof file."],
  "required-part-missing": ["신뢰 파일이 요구하는 증명이 빠져 있습니다.", "A proof that your trust file requires is missing."],
  "evidence-mismatch": ["측정 자료가 건강도 진술서에 적힌 것과 다릅니다.", "The measurements are not exactly those that the health statement names."],
};

const FINALITY = [
  "검증자들이 이 기록에 합의했다는 증명이 맞지 않습니다.",
  "It does not show that the validators agreed on this record.",
];

const FINALITY_REASONS = {
  "other-network": ["다른 체인의 블록입니다.", "The block is of another chain."],
  "foreign-validator-set": ["신뢰하지 않는 검증자들의 블록입니다.", "The block is of validators that your trust file does not know."],
  "too-little-power": ["검증자의 3분의 2를 넘는 동의가 없습니다.", "Not more than two thirds of the validators signed."],
  "vote-not-valid": ["검증자의 서명이 맞지 않습니다.", "A validator's signature does not hold."],
  "vote-of-another-height": ["다른 블록에 대한 투표입니다.", "The votes are for another block."],
  "transaction-failed": ["앵커 거래가 실패했습니다.", "The anchoring transaction failed."],
  "other-contract": ["다른 계약의 기록입니다.", "The event is of another contract."],
  "other-origin": ["다른 로그의 앵커입니다.", "The anchor is of another log."],
  "other-checkpoint": ["다른 체크포인트의 앵커입니다.", "The anchor is of another checkpoint."],
};

const HELD = {
  "issuer-trusted": ["신뢰 파일에 있는 발급자입니다.", "Your trust file names the issuer."],
  "credential-signed": ["서명이 표시된 모든 값을 보증합니다.", "The issuer's signature covers every value."],
  "record-matches": ["로그 기록이 바로 이 버전을 가리킵니다.", "The log record names exactly this version."],
  logged: ["기록이 서명된 로그에 들어 있습니다.", "The record is in the signed log."],
  anchored: ["앵커가 바로 그 로그의 것입니다.", "The anchor is of exactly that log."],
  final: ["검증자 {signed}/{power}표가 블록 {height}에서 합의했습니다.", "Validators with {signed} of {power} votes agreed in block {height}."],
  latest: ["이 배터리의 최신 버전입니다.", "It is the battery's latest version."],
  "status-good": ["정지되거나 취소되지 않았습니다.", "It is neither suspended nor revoked."],
  witnessed: ["독립된 증인 {witnesses}곳이 로그를 확인했습니다.", "{witnesses} independent witnesses have seen the log."],
  "statements-hold": ["건강도 진술서도 서명되고 기록되었습니다.", "Health statements are signed and logged too."],
  measured: ["검사기관이 직접 측정하고 자기 키로 서명한 값이 있습니다.", "An inspection body measured, and signed with its own key."],
  "evidence-complete": ["측정 자료 {batches}건이 빠짐없이 들어 있습니다.", "{batches} batches of measurements are there, complete."],
};

const NOT_SHOWN = {
  "latest-not-proven": ["최신 버전인지: 더 새로운 여권이 있을 수 있습니다.", "That it is the latest: a newer version may exist."],
  "status-not-checked": ["효력: 나중에 정지되거나 취소되었을 수 있습니다.", "Its status: it may have been suspended or revoked since."],
  "development-ledger": ["여러 기관의 합의: 개발용 원장은 한 기관이 운영합니다.", "That several organisations agreed: one party runs a development ledger."],
  "demonstration-keys": ["안전한 키: 시연용 키로 서명했으며, 다른 사람이 가지고 있을 수 있습니다.", "Safe keys: it is signed with demonstration keys, which others may have."],
  "measurement-may-be-withdrawn": ["검사기관이 측정값을 나중에 바로잡았는지.", "Whether the inspection body has put its measurement right since."],
  "no-witnesses": ["독립된 증인: 로그를 확인한 제3자가 없습니다.", "Independent witnesses: nobody else has signed the log."],
  measurements: ["측정값이 사실인지: 서명은 값이 바뀌지 않았다는 것만 보증합니다.", "That the measurements are true: a signature shows only that nothing changed."],
};

const PAGE = {
  title: ["배터리 여권 검증", "Check a battery passport"],
  lead: ["파일은 이 기기를 떠나지 않습니다. 인터넷 없이도 검증됩니다.", "Your files never leave this device. The check works without internet."],
  bundle: ["증명 파일", "Proof file"],
  bundleHelp: ["여권에서 받은 .json 파일", "The .json file that came with the passport"],
  trust: ["신뢰 파일", "Trust file"],
  trustHelp: ["누구의 서명을 믿을지 정한 파일", "It says whose signatures you accept"],
  choose: ["파일 선택", "Choose a file"],
  drop: ["또는 여기에 끌어다 놓으세요", "or drop it here"],
  chosen: ["{name}, {size} kB", "{name}, {size} kB"],
  usePlatform: ["이 플랫폼의 신뢰 파일 쓰기", "Use this platform's trust file"],
  platformCaution: ["그러면 이 플랫폼을 믿는 것입니다. 다른 곳에서 받은 신뢰 파일이 더 낫습니다.", "You then trust this platform. A trust file from somebody else is better."],
  platformTrust: ["이 플랫폼의 신뢰 파일", "This platform's trust file"],
  platformMissing: ["신뢰 파일을 받지 못했습니다. 파일을 직접 선택하세요.", "The trust file could not be fetched. Choose a file yourself."],
  waiting: ["두 파일을 선택하면 바로 검증합니다.", "Choose both files and the check starts."],
  checking: ["검증하고 있습니다.", "Checking."],
  valid: ["진본입니다", "Valid"],
  validSmall: ["발급 {at} 기준", "As issued on {at}"],
  invalid: ["유효하지 않습니다", "Not valid"],
  invalidSmall: ["이 여권을 믿지 마세요.", "Do not rely on this passport."],
  unusable: ["검증할 수 없습니다", "Cannot be checked"],
  unusableSmall: ["진본인지 아닌지 알 수 없습니다.", "This says nothing about whether it is genuine."],
  reason: ["이유", "Reason"],
  code: ["코드", "Code"],
  battery: ["배터리", "Battery"],
  issuer: ["발급자", "Issuer"],
  version: ["버전", "Version"],
  issuedAt: ["발급", "Issued"],
  latestAsOf: ["최신 여부 기준", "Latest as of"],
  statusAsOf: ["효력 기준", "Status as of"],
  finalAt: ["합의된 시각", "Agreed on"],
  sections: ["비공개 부분", "Non-public parts"],
  measuredBy: ["검사기관 측정", "Measured by an inspector"],
  measuredLine: ["{organisation}, {at}: {figures}", "{organisation}, {at}: {figures}"],
  measuredAgain: ["앞서 서명한 측정값을 바로잡은 것입니다({reason}).", "It puts an earlier signed measurement right ({reason})."],
  noReason: ["이유 없음", "no reason given"],
  measuredHealth: ["건강도 {value} %", "health {value} %"],
  measuredItems: ["아홉 항목 중 측정값 {count}개", "{count} figures of the nine items"],
  proven: ["확인된 것", "What was proven"],
  notProven: ["이 파일로 알 수 없는 것", "What this file cannot show"],
  stale: ["효력은 {until}까지의 것입니다. 더 새로운 증명 파일을 받으세요.", "The status was good until {until}. Ask for a newer proof file."],
  content: ["서명된 내용 보기", "See the signed content"],
  language: ["English", "한국어"],
};

const place = { ko: 0, en: 1 };
const FALLBACK = { ko: "파일을 검증할 수 없습니다.", en: "The file could not be checked." };

export const TABLES = { REASONS, FINALITY_REASONS, HELD, NOT_SHOWN, PAGE };

// The sentence for a reason of either verifier.
export function reasonIn(language, code) {
  const part = code.replace(/^finality-/, "");
  const known = code === part ? REASONS[code] : (FINALITY_REASONS[part] ?? FINALITY);
  return known?.[place[language]] ?? FALLBACK[language];
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

export const wordsIn = (language) => ({
  page: (name, values = {}) => filled(PAGE[name][place[language]], values),
  held: (name, values = {}) => filled(HELD[name][place[language]], values),
  notShown: (name) => NOT_SHOWN[name][place[language]],
  reason: (code) => reasonIn(language, code),
});
