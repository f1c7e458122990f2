import { ArrowUpRight } from 'lucide-react';
import { useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import {
  MAX_MEMORY_LENGTH,
  MEMORY_KINDS,
  type Memory,
  type MemoryKind,
  type MemorySource,
} from '#shared/memory/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useClient } from '../../data/connection.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useNavigation } from '../../data/navigation.ts';
import { reveal } from '../../data/revealed.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { MemoryDeed } from './memory-card.tsx';
import { KIND_ICONS, subjectWords } from './memory-words.tsx';

export interface MemoryDialogsProps {
  readonly character: Character;
  readonly deed: { readonly deed: MemoryDeed; readonly memory: Memory } | null;
  readonly onDeed: (deed: MemoryDeed, memory: Memory) => void;
  readonly onClose: () => void;
}

/** Whatever a card opened. */
export function MemoryDialogs({ character, deed, onDeed, onClose }: MemoryDialogsProps) {
  if (deed === null) return null;
  const { memory } = deed;
  if (deed.deed === 'open') return <Origin {...{ character, memory, onDeed, onClose }} />;
  if (deed.deed === 'edit') return <Edit {...{ memory, onClose }} />;
  if (deed.deed === 'correct') return <Correct {...{ memory, onClose }} />;
  return <Forget {...{ memory, onClose }} />;
}

interface OriginProps extends Pick<MemoryDialogsProps, 'character' | 'onDeed' | 'onClose'> {
  readonly memory: Memory;
}

/** Where a memory came from: the words themselves, what it took the place of, and what took its place. */
function Origin({ character, memory: { id: memoryId }, onDeed, onClose }: OriginProps) {
  const words = useWords();
  const { t, format } = words;
  const found = useLiveQuery((client) => client.memory.get, { memoryId });
  const memory = found.data?.memory;
  const facts = memory
    ? [
        t(`memory.kind.${memory.kind}`),
        subjectWords(memory.subject, character.name, words),
        t('memory.toldOn', { day: format.day(memory.toldAtMs) }),
        ...(memory.lastRecalledAtMs === null
          ? []
          : [t('memory.recalled', { count: memory.recallCount, day: format.day(memory.lastRecalledAtMs) })]),
        ...(memory.expiresAtMs === null ? [] : [t('memory.until', { day: format.day(memory.expiresAtMs) })]),
      ]
    : [];
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={memory?.text ?? t('memory.origin')}
      description={facts.join(' · ')}
      actions={
        memory && (
          <>
            <Button look="ghost" onClick={() => onDeed('forget', memory)}>
              {t('memory.forget')}
            </Button>
            <Button onClick={() => onDeed('correct', memory)}>{t('memory.correct')}</Button>
            <Button onClick={() => onDeed('edit', memory)}>{t('memory.edit')}</Button>
          </>
        )
      }
    >
      {found.status === 'failed' ? (
        <ErrorState words={failureWords(found.error, t)} onRetry={found.retry} />
      ) : found.status === 'loading' ? (
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={2} />
        </Loading>
      ) : (
        <div className="flex flex-col gap-6">
          <section>
            <h3 className="mb-2 text-small text-ink-faint">{t('memory.sources')}</h3>
            <ul className="flex flex-col gap-3">
              {found.data.sources.map((source) => (
                <li key={`${source.messageId} ${source.quote}`}>
                  <Quote source={source} companion={character.name} onLeave={onClose} />
                </li>
              ))}
            </ul>
          </section>
          <Chain title={t('memory.earlier')} memories={found.data.earlier} onDeed={onDeed} />
          <Chain
            title={t('memory.later')}
            memories={found.data.later === null ? [] : [found.data.later]}
            onDeed={onDeed}
          />
        </div>
      )}
    </Dialog>
  );
}

interface QuoteProps {
  readonly source: MemorySource;
  readonly companion: string;
  readonly onLeave: () => void;
}

function Quote({ source, companion, onLeave }: QuoteProps) {
  const { t, format } = useWords();
  const { go } = useNavigation();
  const show = useCommand((client) => client.chat.reveal);
  const open = async (): Promise<void> => {
    const shown = await show.run({ messageId: source.messageId });
    if (!shown) return;
    onLeave();
    go({ place: 'conversation', id: shown.conversationId });
    reveal({ conversationId: shown.conversationId, messageId: source.messageId, depth: shown.depth });
  };
  return (
    <figure className="rounded-base border-l-3 border-lamp bg-paper py-2 pr-3 pl-4">
      <blockquote className="font-story break-words">
        {source.quote === '' ? (
          <span className="text-ink-faint">{t('memory.quoteGone')}</span>
        ) : (
          <>
            <span className="text-ink-faint">{source.before}</span>
            <mark className="bg-transparent text-ink">{source.quote}</mark>
            <span className="text-ink-faint">{source.after}</span>
          </>
        )}
      </blockquote>
      <figcaption className="mt-1 flex flex-wrap items-center justify-between gap-2 text-small text-ink-faint">
        <span>
          {source.author === 'person' ? t('memory.you') : companion} ·{' '}
          <time dateTime={new Date(source.atMs).toISOString()}>{format.dayAndTime(source.atMs)}</time>
        </span>
        {!source.gone && (
          <Button size="small" look="ghost" icon={<ArrowUpRight />} onClick={() => void open()}>
            {t('memory.openThere')}
          </Button>
        )}
      </figcaption>
    </figure>
  );
}

interface ChainProps {
  readonly title: string;
  readonly memories: readonly Memory[];
  readonly onDeed: MemoryDialogsProps['onDeed'];
}

function Chain({ title, memories, onDeed }: ChainProps) {
  const { format } = useWords();
  if (memories.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-small text-ink-faint">{title}</h3>
      <ul className="flex flex-col items-start gap-1">
        {memories.map((memory) => {
          const Icon = KIND_ICONS[memory.kind];
          return (
            <li key={memory.id}>
              <button
                type="button"
                onClick={() => onDeed('open', memory)}
                className="flex items-baseline gap-2.5 rounded-small px-2 py-0.5 text-left transition-colors hover:bg-lamp-wash"
              >
                <Icon className="size-3.5 shrink-0 translate-y-0.5 text-lamp-ink" aria-hidden="true" />
                <span>{memory.text}</span>
                <span className="text-small text-ink-faint">{format.shortDay(memory.toldAtMs)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface OneProps {
  readonly memory: Memory;
  readonly onClose: () => void;
}

/** Other words, another kind or subject: the memory stays the same one. */
function Edit({ memory, onClose }: OneProps) {
  const { t, format } = useWords();
  const client = useClient();
  const [text, setText] = useState(memory.text);
  const [kind, setKind] = useState<MemoryKind>(memory.kind);
  const [subject, setSubject] = useState(memory.subject);
  const [importance, setImportance] = useState(Math.round(memory.importance * 100));
  const [tags, setTags] = useState(memory.tags.join(', '));
  const before = {
    text: memory.text,
    kind: memory.kind,
    subject: memory.subject,
    importance: memory.importance,
    tags: memory.tags,
  };
  const edit = useCommand((c) => c.memory.edit, {
    done: () => ({
      text: t('memory.edited'),
      undo: () => client.memory.edit({ memoryId: memory.id, changes: before }),
    }),
  });
  const save = async (): Promise<void> => {
    const list = tags
      .split(/[,、，]/u)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
    const done = await edit.run({
      memoryId: memory.id,
      changes: { text, kind, subject, importance: importance / 100, tags: list.slice(0, 20) },
    });
    if (done) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      dismissible={false}
      title={t('memory.editTitle')}
      description={t('memory.editHelp')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            look="primary"
            busy={edit.pending}
            disabled={text.trim() === '' || subject.trim() === ''}
            onClick={() => void save()}
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <TextArea
          label={t('memory.text')}
          maxLength={MAX_MEMORY_LENGTH}
          rows={2}
          value={text}
          onChange={setText}
          aside={`${text.length} / ${MAX_MEMORY_LENGTH}`}
        />
        <div className="grid gap-5 middle:grid-cols-2">
          <Select
            label={t('memory.kindLabel')}
            value={kind}
            choices={MEMORY_KINDS.map((value) => ({ value, label: t(`memory.kind.${value}`) }))}
            onChange={setKind}
          />
          {memory.subject !== 'person' && memory.subject !== 'companion' && (
            <TextField label={t('memory.about')} maxLength={80} value={subject} onChange={setSubject} />
          )}
        </div>
        <Slider
          label={t('memory.importance')}
          inWords={format.percent(importance / 100)}
          value={importance}
          onChange={setImportance}
        />
        <TextField label={t('memory.tags')} help={t('memory.tagsHelp')} value={tags} onChange={setTags} />
      </div>
    </Dialog>
  );
}

/** What is so now, or what was always so: another memory takes its place, and says so. */
function Correct({ memory, onClose }: OneProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const correct = useCommand((client) => client.memory.correct, { done: () => ({ text: t('memory.corrected') }) });
  return (
    <Dialog
      open
      onClose={onClose}
      dismissible={text === ''}
      title={t('memory.correctTitle')}
      description={t('memory.correctHelp')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            look="primary"
            busy={correct.pending}
            disabled={text.trim() === ''}
            onClick={() => void correct.run({ memoryId: memory.id, text }).then((done) => done && onClose())}
          >
            {t('memory.correct')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <p className="rounded-base bg-sunken px-4 py-2 font-story text-ink-soft line-through decoration-line-strong">
          {memory.text}
        </p>
        <TextArea
          label={t('memory.correctLabel')}
          autoFocus
          rows={2}
          maxLength={MAX_MEMORY_LENGTH}
          value={text}
          onChange={setText}
        />
      </div>
    </Dialog>
  );
}

/** Out of use at once, wiped from the file when it can no longer be taken back. */
function Forget({ memory, onClose }: OneProps) {
  const { t } = useWords();
  const client = useClient();
  const [messagesToo, setMessagesToo] = useState(false);
  const forget = useCommand((c) => c.memory.forget, {
    done: (_output, { memoryIds }) => ({
      text: t('memory.forgottenDone'),
      undo: () => client.memory.undoForget({ memoryIds }),
    }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={t('memory.forgetTitle')}
      description={t('memory.forgetHelp')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            look="danger"
            busy={forget.pending}
            onClick={() =>
              void forget.run({ memoryIds: [memory.id], messagesToo }).then((done) => {
                if (done) onClose();
              })
            }
          >
            {t('memory.forget')}
          </Button>
        </>
      }
    >
      <p className="mb-4 font-story">{memory.text}</p>
      <Switch
        label={t('memory.messagesToo')}
        help={t('memory.messagesTooHelp', { count: memory.sourceCount })}
        checked={messagesToo}
        onChange={setMessagesToo}
      />
    </Dialog>
  );
}
