import { memo, useCallback, useState, useSyncExternalStore } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import { type Block, createGrowingMarkdown, type Inline, parseMarkdown } from './markdown.ts';
import type { Replies } from './replies.ts';

export interface MessageWordsProps {
  readonly message: Message;
  readonly replies: Replies;
  /** A link was pressed; it is not followed by itself. */
  readonly onLink: (url: string) => void;
}

/**
 * A message's words, those still streaming included. Pieces of a reply re-render this component alone, once a frame, and of its
 * blocks only the last.
 */
export const MessageWords = memo(function MessageWords({ message, replies, onLink }: MessageWordsProps) {
  const { id } = message;
  const live = useSyncExternalStore(
    useCallback((notify: () => void) => onceAFrame((tell) => replies.onWords(id, tell), notify), [replies, id]),
    () => replies.words(id),
  );
  const [growing] = useState(createGrowingMarkdown);
  const text = (live ?? message.text).toWellFormed();
  const placed = live !== undefined || message.state === 'partial' ? growing.read(text) : parseMarkdown(text);
  // Zalgo may tower, but not over other messages; directions do not leak out.
  return (
    <div className="message-words" data-live={live === undefined ? undefined : ''}>
      {placed.map(({ from, block }) => (
        <BlockView key={from} block={block} onLink={onLink} />
      ))}
    </div>
  );
});

/** Tells at most once a frame, right before it is painted; at once when no frame is painted because nobody looks. */
function onceAFrame(subscribe: (tell: () => void) => () => void, notify: () => void): () => void {
  let frame: number | null = null;
  const stop = subscribe(() => {
    if (document.hidden) notify();
    else
      frame ??= requestAnimationFrame(() => {
        frame = null;
        notify();
      });
  });
  return () => {
    stop();
    if (frame !== null) cancelAnimationFrame(frame);
  };
}

interface BlockProps {
  readonly block: Block;
  readonly onLink: (url: string) => void;
}

const BlockView = memo(function BlockView({ block, onLink }: BlockProps) {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return (
        <p dir="auto" className={block.kind === 'heading' ? 'font-bold' : undefined}>
          <Inlines inlines={block.inlines} onLink={onLink} />
        </p>
      );
    case 'code':
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote dir="auto">
          <Blocks blocks={block.blocks} onLink={onLink} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          <Blocks blocks={item} onLink={onLink} />
        </li>
      ));
      return block.start === null ? (
        <ul dir="auto">{items}</ul>
      ) : (
        <ol dir="auto" start={block.start}>
          {items}
        </ol>
      );
    }
    case 'rule':
      return <hr />;
  }
});

function Blocks({ blocks, onLink }: { readonly blocks: readonly Block[]; readonly onLink: (url: string) => void }) {
  return blocks.map((block, index) => <BlockView key={index} block={block} onLink={onLink} />);
}

function Inlines({ inlines, onLink }: { readonly inlines: readonly Inline[]; readonly onLink: (url: string) => void }) {
  return inlines.map((inline, index) => <InlineView key={index} inline={inline} onLink={onLink} />);
}

function InlineView({ inline, onLink }: { readonly inline: Inline; readonly onLink: (url: string) => void }) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'em':
      return (
        <em>
          <Inlines inlines={inline.inlines} onLink={onLink} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <Inlines inlines={inline.inlines} onLink={onLink} />
        </strong>
      );
    case 'link':
      return (
        <a
          href={inline.url}
          rel="noreferrer noopener"
          onClick={(event) => {
            event.preventDefault();
            onLink(inline.url);
          }}
          onAuxClick={(event) => event.preventDefault()}
        >
          <Inlines inlines={inline.inlines} onLink={onLink} />
        </a>
      );
  }
}
