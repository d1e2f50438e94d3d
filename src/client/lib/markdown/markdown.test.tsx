import fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";

import { Markdown } from "./markdown.tsx";
import { parseMarkdown } from "./parse.ts";
import { toPlainText } from "./plain-text.ts";

const id = "01983c5e-7c1a-7000-8000-000000000001";

/** The markup without classes and the frame around it. */
const render = (source: string): string =>
  renderToStaticMarkup(<Markdown source={source} renderMention={(userId) => <b>@{userId}</b>} />)
    .replaceAll(/ class="[^"]*"/g, "")
    .replace(/^<div dir="auto">(.*)<\/div>$/s, "$1");

const link = (href: string, text: string): string =>
  `<a href="${href}" title="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;

describe("what is written in a chat", () => {
  test.each([
    ["plain words", "<p>plain words</p>"],
    ["**bold** *it* _it_ ~~gone~~", "<p><strong>bold</strong> <em>it</em> <em>it</em> <s>gone</s></p>"],
    ["one\ntwo", "<p>one<br/>two</p>"],
    ["one\r\ntwo", "<p>one<br/>two</p>"],
    ["one\n\ntwo", "<p>one</p><p>two</p>"],
    ["# Big", "<p>Big</p>"],
    ["> quoted\nanswer", "<blockquote><p>quoted</p></blockquote><p>answer</p>"],
    ["> a\n> b", "<blockquote><p>a<br/>b</p></blockquote>"],
    ["- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"],
    ["3. a\n4. b", '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>'],
    ["run `rm *x*`", "<p>run <code>rm *x*</code></p>"],
    ["[site](https://a.example/b)", `<p>${link("https://a.example/b", "site")}</p>`],
    ["see https://a.example.", `<p>see ${link("https://a.example", "https://a.example")}.</p>`],
    ["see www.a.example", `<p>see ${link("http://www.a.example", "www.a.example")}</p>`],
    [`hi <@${id}>!`, `<p>hi <b>@${id}</b>!</p>`],
    [`\`<@${id}>\``, `<p><code>&lt;@${id}&gt;</code></p>`],
    ["    indented", "<p>indented</p>"],
    ["words\n---", "<p>words<br/>---</p>"],
    ["---", "<p>---</p>"],
    ["&lt; &amp;", "<p>&amp;lt; &amp;amp;</p>"],
    ["[a]: https://a.example", `<p>[a]: ${link("https://a.example", "https://a.example")}</p>`],
  ])("%j", (source, html) => {
    expect(render(source)).toBe(html);
  });

  test("a fenced block keeps its text, tells its language and can be copied", () => {
    const html = render("```ts\nconst a = **1**;\n> b\nc\n```");
    expect(html).toContain("<code>const a = **1**;\n&gt; b\nc</code>");
    expect(html).toContain("<span>ts</span>");
    expect(html).toContain("Copy</span></button>");
  });

  test("a spoiler hides formatted text, code and addresses until it is asked for", () => {
    const html = render("so ||**he** `x` https://a.example/y|| dies || alone");
    expect(html).toContain('role="button" tabindex="0" aria-label="Spoiler: show"');
    expect(html).toContain(
      `<span inert=""><strong>he</strong> <code>x</code> ${link("https://a.example/y", "https://a.example/y")}</span>`,
    );
    expect(html).toContain(" dies || alone");
  });

  test.each(["||||", "|| ", "a || b", "||a"])("%j is no spoiler", (source) => {
    expect(render(source)).not.toContain("role=");
  });
});

describe("what a stranger may write", () => {
  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<b>bold</b>",
    "a <i>b</i>\n\n<div onclick=x>",
  ])("%j is shown as typed", (source) => {
    expect(render(source)).not.toMatch(/<(?:script|img|b|i|div)[\s>]/);
    expect(render(source)).toContain("&lt;");
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,hi)",
    "[x](//a.example)",
    "[x](/settings)",
    "<javascript:alert(1)>",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
  ])("%j is no link", (source) => {
    expect(render(source)).not.toContain("<a");
    expect(render(source)).not.toContain("<img");
  });

  test("an image is a link and is not loaded", () => {
    expect(render("![cat](https://a.example/c.png)")).toBe(
      `<p>${link("https://a.example/c.png", "cat")}</p>`,
    );
  });
});

const fill = (part: string): string => part.repeat(Math.ceil(4_000 / part.length)).slice(0, 4_000);

const nestedLines = (mark: string): string =>
  Array.from({ length: 85 }, (_, depth) => `${" ".repeat(depth * mark.length)}${mark}a`).join("\n");

/** For a very busy machine: the slowest takes 40 ms, and without the guards half a second to minutes. */
const maxMs = 3_000;

const pathological = [
  ...[">", "> ", "*", "**a ", "*_", "*a **b ", "[", "[a](", "![", "`", "`a``", "~", "~~a ~b ", "- ", "1. "],
  ...[">- ", "\\", "www.", "a@b.c ", "http://(", "<a", "\n", ">\n", "||", "||a", "<@a>", "```\n", "||*a "],
].map((part) => [part, fill(part)]);

const nested = [
  ["list", nestedLines("- ")],
  ["numbered list", nestedLines("1. ")],
  ["quote", Array.from({ length: 80 }, (_, depth) => `${">".repeat(depth)}a`).join("\n")],
  ["quote on one line", `${fill("> ")}a`],
];

describe("what nobody writes by hand", () => {
  test.each([...pathological, ["400,000 quotes", "> ".repeat(200_000)]])(
    "%j returns soon",
    (_, source = "") => {
      const startedMs = performance.now();
      render(source);
      toPlainText(source);
      expect(performance.now() - startedMs).toBeLessThan(maxMs);
    },
  );

  test.each(nested)("a %s of eighty levels is shown a dozen deep, and loses nothing", (_, source = "") => {
    const html = render(source);
    expect(html.match(/<blockquote>|<[uo]l/g)?.length ?? 0).toBeLessThan(40);
    expect(html.match(/a(?=[<\s])/g)?.length).toBe(source.match(/a/g)?.length);
  });

  test("2,000 texts of any signs at all", () => {
    const sign = fc.constantFrom(..."*_~`|>#-+.1)[](!<@\\ \n\ta:/w".split(""));
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 120 }), (source) => {
        expect(render(source)).toBeTypeOf("string");
        expect(toPlainText(source)).not.toContain("\n");
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the document of a text", () => {
  test.each([
    ["😀", true],
    ["👍🏽 👨‍👩‍👧‍👦\n❤️", true],
    ["😀 ok", false],
    ["5", false],
    ["", false],
    ["😀".repeat(13), false],
  ])("%j is emoji alone: %s", (source, isJumbo) => {
    expect(parseMarkdown(source).isJumbo).toBe(isJumbo);
  });

  test("is made once for the same text", () => {
    expect(parseMarkdown("**once**")).toBe(parseMarkdown("**once**"));
  });
});

describe("a preview", () => {
  test.each([
    ["**a** `b`\n> c", "a b c"],
    ["- a\n- b", "a b"],
    ["[site](https://a.example)", "site"],
    ["he ||dies||", "he ▒▒▒"],
    [`<@${id}> hi`, "@Ada hi"],
  ])("of %j is %j", (source, text) => {
    expect(toPlainText(source, { getMentionText: () => "@Ada" })).toBe(text);
  });
});
