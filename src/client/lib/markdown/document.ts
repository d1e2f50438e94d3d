/** What a message's source text means. Plain data: no HTML, and only links that may be followed. */
export type MarkdownDocument = {
  blocks: Block[];
  /** A few emoji and nothing else: they are shown large. */
  isJumbo: boolean;
};

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: 1 | 2 | 3; children: Inline[] }
  | { kind: "quote"; blocks: Block[] }
  /** `start` is null for a list without numbers. */
  | { kind: "list"; start: number | null; items: Block[][] }
  | { kind: "codeBlock"; text: string; language: string | null };

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "strong" | "emphasis" | "strike" | "spoiler"; children: Inline[] }
  | { kind: "code"; text: string }
  /** The address is absolute, and http, https or mailto. */
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "mention"; id: string };
