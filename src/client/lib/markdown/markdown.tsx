import { memo, type ReactNode } from "react";

import { cx } from "../cx.ts";

import { CodeBlock } from "./code-block.tsx";
import type { Block, Inline } from "./document.ts";
import styles from "./markdown.module.css";
import { parseMarkdown } from "./parse.ts";
import { Spoiler } from "./spoiler.tsx";

type Renderers = {
  /** What stands for `<@id>`. Default: the id. Keep it the same function between renders. */
  renderMention?: (id: string) => ReactNode;
  /** Colours a fenced block. Default: as it is. Keep it the same function between renders. */
  renderCode?: (text: string, language: string | null) => ReactNode;
};

export type MarkdownProps = Renderers & {
  source: string;
  /** Stands at the end of the last line: "(edited)". */
  suffix?: ReactNode;
};

const InlineView = ({ node, renderers }: { node: Inline; renderers: Renderers }): ReactNode => {
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "code":
      return <code className={styles.inlineCode}>{node.text}</code>;
    case "mention":
      return renderers.renderMention?.(node.id) ?? `@${node.id}`;
    case "link":
      return (
        <a
          className={styles.link}
          href={node.href}
          title={node.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
        >
          <Inlines nodes={node.children} renderers={renderers} />
        </a>
      );
    default:
      return <Marked node={node} renderers={renderers} />;
  }
};

const marks = { strong: "strong", emphasis: "em", strike: "s", spoiler: Spoiler } as const;

const Marked = ({
  node,
  renderers,
}: {
  node: Inline & { kind: keyof typeof marks };
  renderers: Renderers;
}) => {
  const Mark = marks[node.kind];
  return (
    <Mark>
      <Inlines nodes={node.children} renderers={renderers} />
    </Mark>
  );
};

// The nodes of one text never change places: a changed text is another document.
const Inlines = ({ nodes, renderers }: { nodes: readonly Inline[]; renderers: Renderers }) =>
  nodes.map((node, index) => <InlineView key={index} node={node} renderers={renderers} />);

const List = ({ list, renderers }: { list: Block & { kind: "list" }; renderers: Renderers }) => {
  const items = list.items.map((blocks, index) => (
    <li key={index}>
      <Blocks blocks={blocks} renderers={renderers} />
    </li>
  ));
  return list.start === null ? (
    <ul className={styles.list}>{items}</ul>
  ) : (
    <ol className={styles.list} start={list.start}>
      {items}
    </ol>
  );
};

const BlockView = ({
  block,
  renderers,
  suffix,
}: {
  block: Block;
  renderers: Renderers;
  suffix?: ReactNode;
}) => {
  switch (block.kind) {
    case "codeBlock":
      return (
        <CodeBlock text={block.text} language={block.language}>
          {renderers.renderCode?.(block.text, block.language) ?? block.text}
        </CodeBlock>
      );
    case "quote":
      return (
        <blockquote className={styles.quote}>
          <Blocks blocks={block.blocks} renderers={renderers} />
        </blockquote>
      );
    case "list":
      return <List list={block} renderers={renderers} />;
    default:
      return (
        // A heading of a message is not one of the page: screen readers jump between those.
        <p className={block.kind === "heading" ? styles[`heading${block.level}`] : undefined}>
          <Inlines nodes={block.children} renderers={renderers} />
          {suffix}
        </p>
      );
  }
};

const Blocks = (props: { blocks: readonly Block[]; renderers: Renderers; suffix?: ReactNode }) =>
  props.blocks.map((block, index) => (
    <BlockView
      key={index}
      block={block}
      renderers={props.renderers}
      {...(index === props.blocks.length - 1 && { suffix: props.suffix })}
    />
  ));

const endsInText = (block: Block | undefined): boolean =>
  block?.kind === "paragraph" || block?.kind === "heading";

/** A message's text. */
export const Markdown = memo(({ source, suffix, ...renderers }: MarkdownProps) => {
  const { blocks, isJumbo } = parseMarkdown(source);
  return (
    <div className={cx(styles.markdown, isJumbo && styles.jumbo)} dir="auto">
      <Blocks blocks={blocks} renderers={renderers} suffix={suffix} />
      {suffix !== undefined && !endsInText(blocks.at(-1)) && <p>{suffix}</p>}
    </div>
  );
});
Markdown.displayName = "Markdown";
