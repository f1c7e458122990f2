import { Coffee, Sparkles } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { afterNotice, dueNotice, sittingAfterUse } from '#shared/care/sitting.ts';
import { isFriendMode } from '#shared/settings/age.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';

/** Use is noted at most this often. */
const NOTE_EVERY_MS = 60_000;

/**
 * One quiet line, until it is read: that the companion is an AI, at the start of each sitting and after each three hours of it, and
 * that a pause would do good. The sitting is kept with the settings, so that closing the window neither ends nor repeats anything.
 */
export function CareNotice({ name }: { readonly name: string }) {
  const { t } = useWords();
  const { values, set } = useSettings();
  const latest = useRef({ values, set });
  useEffect(() => {
    latest.current = { values, set };
  });
  useEffect(() => {
    let notedAtMs = -Infinity;
    const note = (): void => {
      const nowMs = Date.now();
      if (document.hidden || Math.abs(nowMs - notedAtMs) < NOTE_EVERY_MS) return;
      notedAtMs = nowMs;
      void latest.current.set({ sitting: sittingAfterUse(latest.current.values.sitting, nowMs) });
    };
    note();
    const deeds = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const deed of deeds) addEventListener(deed, note, { passive: true });
    return () => {
      for (const deed of deeds) removeEventListener(deed, note);
    };
  }, []);

  const { sitting, birthDate } = values;
  if (sitting === null) return null;
  const minor = isFriendMode(birthDate, sitting.lastUseAtMs, -new Date(sitting.lastUseAtMs).getTimezoneOffset());
  const notice = dueNotice(sitting, minor);
  if (notice === null) return null;
  const { kind, hours } = notice;
  const Icon = kind === 'ai' ? Sparkles : Coffee;
  return (
    <div className="mx-auto w-full max-w-[792px] px-4">
      <div
        role="status"
        aria-label={t('care.notice')}
        className="flex animate-arrive items-center gap-3 rounded-base bg-lamp-wash py-1.5 pr-1.5 pl-4 text-small text-lamp-ink"
      >
        <Icon className="size-4 shrink-0" aria-hidden="true" />
        <p className="min-w-0 flex-1">
          {kind === 'pause'
            ? t('care.pause', { count: hours })
            : hours === 0
              ? t('care.ai', { name })
              : t('care.aiHours', { name, count: hours })}
        </p>
        <Button
          size="small"
          look="ghost"
          className="shrink-0 text-lamp-ink"
          onClick={() => void set({ sitting: afterNotice(sitting, notice, minor) })}
        >
          {t('care.read')}
        </Button>
      </div>
    </div>
  );
}
