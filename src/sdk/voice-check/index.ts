/** The voice check's judgement: what was tried in, findings in plain words out. Pure, for a page and for a terminal. */
export { type AddressKind, kindOfAddress } from "./addresses.ts";
export { judgeVoice, type VoiceCheckReport, type VoiceFinding } from "./judge-voice.ts";
export { listPaths, type PathOutcome, type TriedPath, type TriedRelay, type VoicePath } from "./paths.ts";
export { kindText, outcomeText, pathText } from "./words.ts";
