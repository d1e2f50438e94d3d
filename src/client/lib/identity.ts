/** A steady place for a name or id among colours: FNV-1a, because ids made in one second share their beginning. */
const getHash = (text: string): number => {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  }
  return hash >>> 0;
};

/** Hues far enough from one another to tell two people apart at a glance. */
const hues = [20, 48, 78, 110, 145, 178, 205, 235, 265, 295, 325, 350] as const;

/** The hue, in degrees, that belongs to an id for ever. */
export const getHue = (id: string): number => hues[getHash(id) % hues.length] ?? 20;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const getFirst = (word: string): string => {
  const [first] = segmenter.segment(word);
  return first?.segment.toLocaleUpperCase() ?? "";
};

/** One or two letters for a name; whole graphemes, so that an emoji is not cut in half. */
export const getInitials = (name: string): string => {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const [first = "", ...rest] = words;
  return getFirst(first) + getFirst(rest.at(-1) ?? "");
};
