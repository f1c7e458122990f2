import { useState } from 'react';
import { failureWords } from '../../../data/failure.ts';
import { useLiveQuery } from '../../../data/live-query.ts';
import { useSettings } from '../../../data/settings.ts';
import { useWords } from '../../../data/words.ts';
import { Card, Section } from '../../../ui/card.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Loading, Skeleton } from '../../../ui/skeleton.tsx';

interface Day {
  readonly day: string;
  readonly costMicroUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What replies cost: today against the limit, and thirty days as bars (and as a table). */
export function Spending() {
  const { t, format } = useWords();
  const spending = useLiveQuery((client) => client.settings.spending, {});
  return (
    <Section title={t('spending.title')} help={t('spending.help')}>
      {spending.status === 'loading' && (
        <Loading label={t('ui.loading')}>
          <Skeleton className="h-48 w-full rounded-large" />
        </Loading>
      )}
      {spending.status === 'failed' && <ErrorState words={failureWords(spending.error, t)} onRetry={spending.retry} />}
      {spending.status === 'ready' && (
        <Card className="flex flex-col gap-6">
          <div className="flex flex-wrap items-start justify-between gap-6">
            <div>
              <div className="text-small text-ink-faint">{t('spending.today')}</div>
              <div className="flex items-baseline gap-2">
                <span className="text-title tabular-nums">{format.cost(spending.data.todayMicroUsd)}</span>
                {spending.data.capMicroUsd !== null && (
                  <span className="text-ink-faint">
                    {t('spending.of', { cap: format.cost(spending.data.capMicroUsd) })}
                  </span>
                )}
              </div>
            </div>
            <DailyCap />
          </div>
          <Bars days={spending.data.days} />
        </Card>
      )}
    </Section>
  );
}

function DailyCap() {
  const { t } = useWords();
  const { values, set } = useSettings();
  const [text, setText] = useState(values.dailyCapCents === null ? '' : String(values.dailyCapCents / 100));
  const cents = text.trim() === '' ? null : Math.round(Number(text.trim().replace(',', '.')) * 100);
  const valid = cents === null || (Number.isFinite(cents) && cents >= 0 && cents <= 1_000_000);
  const save = (): void => {
    if (valid && cents !== values.dailyCapCents) void set({ dailyCapCents: cents });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextField
        label={t('spending.cap')}
        help={t('spending.capHelp')}
        inputMode="decimal"
        value={text}
        onChange={setText}
        onBlur={save}
        problem={valid ? null : t('spending.capProblem')}
        className="w-52"
      />
    </form>
  );
}

function Bars({ days }: { readonly days: readonly Day[] }) {
  const { t, format } = useWords();
  const most = days.reduce<Day | null>((top, day) => (day.costMicroUsd > (top?.costMicroUsd ?? 0) ? day : top), null);
  const nameOf = (day: Day): string => format.shortDay(Date.parse(`${day.day}T12:00:00`));
  const say = (day: Day): string =>
    t('spending.dayCost', {
      day: nameOf(day),
      cost: format.cost(day.costMicroUsd),
      tokens: day.promptTokens + day.completionTokens,
    });
  if (most === null) return <p className="text-ink-soft">{t('spending.none')}</p>;
  const highest = t('spending.highest', { cost: format.cost(most.costMicroUsd), day: nameOf(most) });
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure className="flex flex-col gap-2">
      <figcaption className="flex flex-wrap justify-between gap-2 text-small text-ink-faint">
        <span>{t('spending.month')}</span>
        <span>{highest}</span>
      </figcaption>
      <div
        role="img"
        aria-label={t('spending.chart', { highest })}
        className="flex h-32 items-end gap-[3px] border-b border-line-strong"
      >
        {days.map((day) => (
          <div key={day.day} title={say(day)} className="group flex h-full flex-1 items-end">
            <div
              style={{
                height: `${Math.max(day.costMicroUsd > 0 ? 3 : 0, (day.costMicroUsd / most.costMicroUsd) * 100)}%`,
              }}
              className="w-full rounded-t-[3px] bg-lamp transition-colors group-hover:bg-lamp-ink"
            />
          </div>
        ))}
      </div>
      <div className="flex justify-between text-small text-ink-faint" aria-hidden="true">
        <span>{first && nameOf(first)}</span>
        <span>{last && nameOf(last)}</span>
      </div>
      <details>
        <summary className="w-fit text-small text-ink-soft">{t('spending.table')}</summary>
        <table className="mt-2 w-full text-small tabular-nums">
          <thead className="text-left text-ink-faint">
            <tr>
              <th className="py-1 font-normal">{t('spending.day')}</th>
              <th className="py-1 text-right font-normal">{t('spending.cost')}</th>
              <th className="py-1 text-right font-normal">{t('spending.tokens')}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {days
              .filter((day) => day.costMicroUsd > 0 || day.completionTokens > 0)
              .map((day) => (
                <tr key={day.day}>
                  <td className="py-1">{nameOf(day)}</td>
                  <td className="py-1 text-right">{format.cost(day.costMicroUsd)}</td>
                  <td className="py-1 text-right">{format.number(day.promptTokens + day.completionTokens)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
