import { useEffect, useState } from "react";

import { toast } from "#client/ui/toaster.tsx";
import { MediaRefusal, type VoiceEngine } from "#client/voice/engine.ts";

import { mediaProblemWords, type Words } from "../voice-words.ts";

type Test = { kind: "off" } | { kind: "starting" } | { kind: "on"; canHear: boolean };

/** One test at a time; one that was given up while it was being opened is closed when it comes. */
const createRunner = () => {
  let run = 0;
  let stop: (() => void) | undefined;
  const end = (): void => {
    run += 1;
    stop?.();
    stop = undefined;
  };
  /** Whether it is still wanted when it is open. */
  const start = async (open: () => Promise<() => void>): Promise<boolean> => {
    end();
    const own = run;
    const stopThis = await open();
    if (own !== run) stopThis();
    else stop = stopThis;
    return own === run;
  };
  return { start, end };
};

/** Opens the microphone for the meter, or to hear oneself; it is closed with the settings. */
export const useMicrophoneTest = (engine: VoiceEngine) => {
  const [runner] = useState(createRunner);
  const [test, setTest] = useState<Test>({ kind: "off" });
  const [trouble, setTrouble] = useState<Words>();
  useEffect(() => runner.end, [runner]);
  const start = async (canHear: boolean): Promise<void> => {
    setTrouble(undefined);
    setTest({ kind: "starting" });
    try {
      const isWanted = await runner.start(() => engine.testMicrophone({ canHear }));
      if (isWanted) setTest({ kind: "on", canHear });
    } catch (error) {
      setTest({ kind: "off" });
      if (error instanceof MediaRefusal) setTrouble(mediaProblemWords("microphone", error.problem));
      else toast.error("The microphone test could not be started.");
    }
  };
  const finish = (): void => {
    runner.end();
    setTest({ kind: "off" });
  };
  return { test, trouble, start, finish };
};
