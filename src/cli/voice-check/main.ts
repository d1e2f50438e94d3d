/**
 * npm run voice:check: tries each port, protocol and address of a server's voice from this machine, and names the fault and
 * its mend (VO16). Exit code 0: calls work; 1: there is a fault; 2: it could not be tried.
 */
import { judgeVoice, type VoiceCheckReport } from "#sdk/voice-check/index.ts";
import { askCredentials } from "./ask-person.ts";
import { askForProbe, CannotTryError, findAbsence } from "./ask-server.ts";
import { describeFindings, describeTried, exitCodeOf } from "./report.ts";
import { tryAll } from "./try-all.ts";

const couldNotTryExitCode = 2;

const say = (...lines: string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);

/** The one that was named, or this machine's. @throws CannotTryError */
const requireOrigin = (): string => {
  const { PORT: port = "8080", PUBLIC_URL: publicUrl } = process.env;
  const address = process.argv[2] ?? (publicUrl || `http://localhost:${port}`);
  const url = URL.parse(address);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
  throw new CannotTryError(`${address} is no address; one is https://chat.example.org.`);
};

const check = async (page: string): Promise<VoiceCheckReport> => {
  const absence = await findAbsence(page);
  if (absence) return { ...absence, page };
  const probe = await askForProbe(page, await askCredentials());
  if ("cause" in probe) return { ...probe, page };
  const { paths, relays } = await tryAll(probe);
  say(...describeTried(paths, relays), "");
  return { kind: "tried", page, announcedAddress: probe.announcedAddress, paths, relays };
};

try {
  const page = requireOrigin();
  say(`The voice of ${page}`, "");
  const findings = judgeVoice(await check(page));
  say(...describeFindings(findings));
  process.exitCode = exitCodeOf(findings);
} catch (error) {
  if (!(error instanceof CannotTryError)) throw error;
  process.stderr.write(`The check could not be made: ${error.message}\n`);
  process.exitCode = couldNotTryExitCode;
}
