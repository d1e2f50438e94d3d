import type { SpeakerLevel } from "./sfu.ts";

/**
 * Makes one report of the room's routers', each of which has its own pace. With one router it passes on what that says;
 * with several it waits until all that are heard have spoken, or one speaks a second time.
 */
export class LevelMerger<Source> {
  readonly #onLevels: (levels: readonly SpeakerLevel[]) => void;
  readonly #loud = new Set<Source>();
  readonly #pending = new Map<Source, readonly SpeakerLevel[]>();
  #isSilent = true;

  constructor(onLevels: (levels: readonly SpeakerLevel[]) => void) {
    this.#onLevels = onLevels;
  }

  report(source: Source, levels: readonly SpeakerLevel[]): void {
    if (this.#pending.has(source)) this.#flush();
    this.#pending.set(source, levels);
    if (levels.length > 0) this.#loud.add(source);
    else this.#loud.delete(source);
    if ([...this.#loud].every((loud) => this.#pending.has(loud))) this.#flush();
  }

  #flush(): void {
    const levels = [...this.#pending.values()].flat();
    this.#pending.clear();
    const wasSilent = this.#isSilent;
    this.#isSilent = levels.length === 0;
    if (!(wasSilent && this.#isSilent)) this.#onLevels(levels);
  }
}
