/**
 * Reads a message's source into a MarkdownDocument. It must return in little time and never throw, whatever was typed:
 * too long or too deeply nested text is shown as it was typed. It makes no HTML and lets through no address but http,
 * https and mailto.
 */
import type { ListItem, PhrasingContent, RootContent } from "mdast";
import { fromMarkdown, type Options } from "mdast-util-from-markdown";
import { gfmAutolinkLiteralFromMarkdown } from "mdast-util-gfm-autolink-literal";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";

import type { Block, Inline, MarkdownDocument } from "./document.ts";
import { pairSpoilers, readText } from "./text.ts";

/** Twice what a message may have; beyond it nobody reads the formatting. */
const maxChars = 8_000;

/** Deeper than anybody writes by hand, and far from what a stack or a narrow screen can bear. */
const maxDepth = 12;

/** Documents kept for a list that renders again; a screen shows about fifty messages. */
const maxCached = 500;

/**
 * What surprises in a chat is off: indented code (pasted text), raw HTML, link definitions (they vanish from the text),
 * underlines that make the line above a heading, rulers, and entities (`&lt;` is what somebody typed).
 */
const disabled = [
  "codeIndented",
  "htmlFlow",
  "htmlText",
  "definition",
  "setextUnderline",
  "thematicBreak",
  "characterReference",
];

const options: Options = {
  extensions: [gfmStrikethrough(), gfmAutolinkLiteral(), { disable: { null: disabled } }],
  mdastExtensions: [gfmStrikethroughFromMarkdown(), gfmAutolinkLiteralFromMarkdown()],
};

/** The parser's time grows with the square of the containers opened on one line: 4,000 take half a second. */
const deepContainers = new RegExp(`^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])(?=[ \\t]))){${maxDepth + 1}}`, "m");

/** Nor are different signs in one long run anything that somebody means, and each is paired with all before it. */
const hasMixedRun = (source: string): boolean =>
  [...source.matchAll(/[*_~]{64,}/g)].some(([run]) => new Set(run).size > 1);

/** Without one of these a line is only text, and needs no parser: most messages. */
const mayBeMarkdown = /[*_~`|\\<[\]!@\n]|:\/\/|www\.|^\s*(?:[>#+-]|\d+[.)])/i;

const emojiOnly = /^(?:\p{RGI_Emoji}\s*){1,12}$/v;

const allowedProtocols = new Set(["http:", "https:", "mailto:"]);

const isSafeHref = (href: string): boolean => {
  const url = URL.parse(href);
  return url !== null && allowedProtocols.has(url.protocol);
};

/** In a chat a quote ends with its line; CommonMark would take the next line into it. */
const endQuotes = (source: string): string => {
  let fence: string | undefined;
  let wasQuote = false;
  const lines: string[] = [];
  for (const line of source.split("\n")) {
    const isQuote = fence === undefined && /^ {0,3}>/.test(line);
    if (wasQuote && !isQuote) lines.push("");
    wasQuote = isQuote;
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true) fence = undefined;
    lines.push(line);
  }
  return lines.join("\n");
};

class Reader {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  readBlocks(nodes: readonly RootContent[], depth: number): Block[] {
    return nodes.map((node) => this.#readBlock(node, depth));
  }

  #readBlock(node: RootContent, depth: number): Block {
    if (depth > maxDepth) return { kind: "paragraph", children: this.#readRaw(node) };
    switch (node.type) {
      case "paragraph":
        return { kind: "paragraph", children: this.#readInlines(node.children, depth) };
      case "heading":
        return {
          kind: "heading",
          level: node.depth === 1 || node.depth === 2 ? node.depth : 3,
          children: this.#readInlines(node.children, depth),
        };
      case "blockquote":
        return { kind: "quote", blocks: this.readBlocks(node.children, depth + 1) };
      case "list":
        return {
          kind: "list",
          start: node.ordered === true ? (node.start ?? 1) : null,
          items: node.children.map((item: ListItem) => this.readBlocks(item.children, depth + 1)),
        };
      case "code":
        return { kind: "codeBlock", text: node.value, language: node.lang ?? null };
      default:
        return { kind: "paragraph", children: this.#readRaw(node) };
    }
  }

  #readInlines(nodes: readonly PhrasingContent[], depth: number): Inline[] {
    return pairSpoilers(nodes.flatMap((node) => this.#readInline(node, depth + 1)));
  }

  #readInline(node: PhrasingContent, depth: number): Inline[] {
    if (depth > maxDepth) return this.#readRaw(node);
    switch (node.type) {
      case "text":
        return readText(node.value);
      case "strong":
      case "emphasis":
        return [{ kind: node.type, children: this.#readInlines(node.children, depth) }];
      case "delete":
        return [{ kind: "strike", children: this.#readInlines(node.children, depth) }];
      case "inlineCode":
        return [{ kind: "code", text: node.value }];
      case "break":
        return [{ kind: "break" }];
      case "link":
        return this.#readLink(node, node.url, this.#readInlines(node.children, depth));
      case "image":
        // An image from elsewhere would tell its host who reads this, and when.
        return this.#readLink(node, node.url, [{ kind: "text", text: node.alt || node.url }]);
      default:
        return this.#readRaw(node);
    }
  }

  #readLink(node: PhrasingContent, href: string, children: Inline[]): Inline[] {
    if (!isSafeHref(href)) return this.#readRaw(node);
    const raw = this.#getRaw(node);
    const spoilerAt = raw.indexOf("||");
    // An address that stands by itself runs to the next space, over the end of the spoiler around it.
    if (spoilerAt > 0 && href.endsWith(raw)) {
      const tail = raw.slice(spoilerAt);
      const text = raw.slice(0, spoilerAt);
      const head = href.slice(0, -tail.length);
      return [{ kind: "link", href: head, children: [{ kind: "text", text }] }, ...readText(tail)];
    }
    return [{ kind: "link", href, children }];
  }

  #readRaw(node: RootContent): Inline[] {
    return readText(this.#getRaw(node));
  }

  #getRaw({ position }: RootContent): string {
    return this.#source.slice(position?.start.offset ?? 0, position?.end.offset ?? 0);
  }
}

const asTyped = (source: string): Block[] => [{ kind: "paragraph", children: readText(source) }];

const readBlocks = (source: string): Block[] => {
  if (!mayBeMarkdown.test(source)) return asTyped(source.trim());
  if (source.length > maxChars || deepContainers.test(source) || hasMixedRun(source)) return asTyped(source);
  const text = endQuotes(source);
  return new Reader(text).readBlocks(fromMarkdown(text, options).children, 0);
};

const cache = new Map<string, MarkdownDocument>();

/** The document of a source text: the same object for the same text, while it is remembered. Never throws. */
export const parseMarkdown = (source: string): MarkdownDocument => {
  const known = cache.get(source);
  if (known) return known;
  const document: MarkdownDocument = {
    blocks: readBlocks(source.replaceAll(/\r\n?/g, "\n")),
    isJumbo: emojiOnly.test(source.trim()),
  };
  const [oldest] = cache.keys();
  if (cache.size >= maxCached && oldest !== undefined) cache.delete(oldest);
  cache.set(source, document);
  return document;
};
