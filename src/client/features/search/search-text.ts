/** What was found, cut to where it was found, with the found words marked. Pure. */

export interface TextPart {
  text: string;
  isMatch: boolean;
}

/** Shown before the first match; a result is recognised by what stands around it. */
const contextChars = 60;
const maxChars = 280;

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The words of a query, without the signs that mean something to the search. */
const findWords = (query: string): string[] => query.match(/[\p{L}\p{N}_]+/gu) ?? [];

const cut = (text: string, pattern: RegExp): string => {
  const at = Math.max(0, text.search(pattern));
  const from = at <= contextChars ? 0 : text.indexOf(" ", at - contextChars) + 1;
  const end = text.length - from > maxChars ? "…" : "";
  return (from > 0 ? "…" : "") + text.slice(from, from + maxChars) + end;
};

/** The part of the text around the first match, with every match marked. */
export const markMatches = (text: string, query: string): TextPart[] => {
  const words = findWords(query);
  if (words.length === 0) return [{ text: text.slice(0, maxChars), isMatch: false }];
  // The server finds whole words.
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])(${words.map(escapePattern).join("|")})(?![\\p{L}\\p{N}_])`,
    "iu",
  );
  // Split by a pattern with one group, the matches stand at the odd places.
  return cut(text, pattern)
    .split(new RegExp(pattern.source, "giu"))
    .map((part, index) => ({ text: part, isMatch: index % 2 === 1 }))
    .filter((part) => part.text !== "");
};
