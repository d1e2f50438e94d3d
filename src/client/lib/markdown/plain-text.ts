import type { Block, Inline } from "./document.ts";
import { parseMarkdown } from "./parse.ts";

export type PlainTextOptions = {
  /** How a mention reads. Default: "@…". */
  getMentionText?: (id: string) => string;
};

const getInlineText = (node: Inline, getMentionText: (id: string) => string): string => {
  switch (node.kind) {
    case "text":
    case "code":
      return node.text;
    case "break":
      return " ";
    case "mention":
      return getMentionText(node.id);
    case "spoiler":
      // A preview must not give away what the message hides.
      return "▒▒▒";
    default:
      return node.children.map((child) => getInlineText(child, getMentionText)).join("");
  }
};

const getBlockText = (block: Block, getMentionText: (id: string) => string): string => {
  switch (block.kind) {
    case "codeBlock":
      return block.text;
    case "quote":
      return block.blocks.map((child) => getBlockText(child, getMentionText)).join(" ");
    case "list":
      return block.items
        .flat()
        .map((child) => getBlockText(child, getMentionText))
        .join(" ");
    default:
      return block.children.map((child) => getInlineText(child, getMentionText)).join("");
  }
};

/** A message on one line without its signs, for previews, notifications and titles. Spoilers stay hidden. */
export const toPlainText = (source: string, { getMentionText = () => "@…" }: PlainTextOptions = {}): string =>
  parseMarkdown(source)
    .blocks.map((block) => getBlockText(block, getMentionText))
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .trim();
