import { CalendarDays, ChartNoAxesColumn, GitBranch, Search } from 'lucide-react';
import { useState } from 'react';
import type { ConversationId } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { tellFailure } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { dateFieldTime, dateFieldValue, startOfDay } from './days.ts';
import { jumpTo, openTool } from './tool-store.ts';

/** The tools of a conversation, for the bar above it: search, jump to a day, branch map, figures. */
export function ChatTools({ conversationId }: { readonly conversationId: ConversationId }) {
  const { t } = useWords();
  return (
    <>
      <IconButton
        size="small"
        label={t('chat.search')}
        keys="Mod+F"
        icon={<Search />}
        onClick={() => openTool(conversationId, 'search')}
      />
      <JumpToDay conversationId={conversationId} />
      <IconButton
        size="small"
        label={t('chat.map')}
        icon={<GitBranch />}
        onClick={() => openTool(conversationId, 'map')}
      />
      <Figures conversationId={conversationId} />
    </>
  );
}

function JumpToDay({ conversationId }: { readonly conversationId: ConversationId }) {
  const { t } = useWords();
  const client = useClient();
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState(() => dateFieldValue(Date.now()));
  const day = dateFieldTime(value);
  const go = async (atMs: number): Promise<void> => {
    try {
      const depth = await client.chat.depthAtTime({ conversationId, atMs });
      setOpen(false);
      if (depth !== null) jumpTo(conversationId, depth);
    } catch (thrown) {
      tellFailure(thrown, t);
    }
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="end"
      title={t('chat.jump')}
      trigger={<IconButton size="small" label={t('chat.jump')} icon={<CalendarDays />} />}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (day !== null) void go(day);
        }}
      >
        <TextField
          label={t('chat.jumpLabel')}
          type="date"
          value={value}
          max={dateFieldValue(Date.now())}
          onChange={setValue}
        />
        <div className="flex flex-wrap gap-2">
          <Button look="primary" type="submit" size="small" disabled={day === null}>
            {t('chat.jumpGo')}
          </Button>
          <span className="flex-1" />
          <Button size="small" look="ghost" onClick={() => void go(0)}>
            {t('chat.jumpFirst')}
          </Button>
          <Button size="small" look="ghost" onClick={() => void go(startOfDay(Date.now()))}>
            {t('chat.jumpToday')}
          </Button>
        </div>
      </form>
    </Popover>
  );
}

function Figures({ conversationId }: { readonly conversationId: ConversationId }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="end"
      title={t('chat.figures')}
      trigger={<IconButton size="small" label={t('chat.figures')} icon={<ChartNoAxesColumn />} />}
    >
      {open && <FigureList conversationId={conversationId} />}
    </Popover>
  );
}

function FigureList({ conversationId }: { readonly conversationId: ConversationId }) {
  const { t, format } = useWords();
  const { data: usage } = useLiveQuery((client) => client.chat.usage, { conversationId });
  const { data: newest } = useLiveQuery((client) => client.chat.thread, { conversationId, limit: 1 });
  const facts: readonly (readonly [string, string])[] = [
    [t('chat.figuresMessages'), newest ? format.number(newest.length) : '–'],
    [t('chat.figuresPrompt'), usage ? t('chat.tokens', { count: usage.promptTokens }) : '–'],
    [t('chat.figuresCached'), usage ? t('chat.tokens', { count: usage.cachedTokens }) : '–'],
    [t('chat.figuresCompletion'), usage ? t('chat.tokens', { count: usage.completionTokens }) : '–'],
    [
      t('chat.figuresCost'),
      usage ? (usage.costMicroUsd === null ? t('chat.figuresCostUnknown') : format.cost(usage.costMicroUsd)) : '–',
    ],
  ];
  return (
    <dl>
      {facts.map(([term, value]) => (
        <div key={term} className="flex justify-between gap-4 py-1">
          <dt className="text-ink-faint">{term}</dt>
          <dd className="tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
