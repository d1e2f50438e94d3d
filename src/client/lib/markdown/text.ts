/** The parts of plain text that CommonMark does not know: lines kept as written, `<@id>` mentions, `||spoilers||`. */
import type { Inline } from "./document.ts";

const mention = /<@([A-Za-z0-9-]{1,64})>/g;

const breakLines = (text: string): Inline[] =>
  text
    .split("\n")
    .flatMap((line, index): Inline[] => [
      ...(index > 0 ? [{ kind: "break" as const }] : []),
      ...(line === "" ? [] : [{ kind: "text" as const, text: line }]),
    ]);

/** Text with its line ends as breaks and its mentions found. */
export const readText = (text: string): Inline[] => {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(mention)) {
    parts.push(...breakLines(text.slice(from, match.index)), { kind: "mention", id: match[1] ?? "" });
    from = match.index + match[0].length;
  }
  return [...parts, ...breakLines(text.slice(from))];
};

type Token = Inline | "marker";

const splitMarkers = (node: Inline): Token[] =>
  node.kind === "text"
    ? node.text
        .split("||")
        .flatMap((text, index): Token[] => [
          ...(index > 0 ? ["marker" as const] : []),
          ...(text === "" ? [] : [{ kind: "text" as const, text }]),
        ])
    : [node];

/** Takes what stands between two `||` of the same level as a spoiler; a marker without a partner stays as typed. */
export const pairSpoilers = (nodes: readonly Inline[]): Inline[] => {
  const done: Inline[] = [];
  let open: Inline[] | undefined;
  for (const token of nodes.flatMap(splitMarkers)) {
    if (token !== "marker") (open ?? done).push(token);
    else if (open === undefined) open = [];
    else if (open.length === 0) done.push({ kind: "text", text: "||" });
    else {
      done.push({ kind: "spoiler", children: open });
      open = undefined;
    }
  }
  if (open !== undefined) done.push({ kind: "text", text: "||" }, ...open);
  return done;
};
