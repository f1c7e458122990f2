import { Pause, Play } from 'lucide-react';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import type { Attachment } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useBlobUrl } from './blob-urls.ts';

/** Plays a sound: a button, the position, the time. */
export function AudioPlayer({ attachment }: { readonly attachment: Attachment }) {
  const { t } = useWords();
  const { url, failed } = useBlobUrl(attachment);
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState<number | null>(null);
  useEffect(() => {
    const element = audio.current;
    return () => element?.pause();
  }, [url]);

  if (failed)
    return (
      <div className="rounded-base border border-line px-4 py-2 text-small text-ink-faint">
        {t('chat.attachmentGone')}
      </div>
    );
  const toggle = (): void => {
    const element = audio.current;
    if (!element) return;
    if (playing) element.pause();
    // A sound that cannot be decoded says so through its error event.
    else void element.play().catch(() => setPlaying(false));
  };
  return (
    <div
      role="group"
      aria-label={t('chat.audioLabel', { name: attachment.name })}
      className="flex w-72 max-w-full items-center gap-2 rounded-full border border-line bg-raised py-1 pr-4 pl-1"
    >
      {url && (
        // Its own words are the label above; a voice note has no captions.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <audio
          ref={audio}
          src={url}
          preload="metadata"
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onEnded={() => setPlaying(false)}
          onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
          onDurationChange={(event) => setLength(knownLength(event.currentTarget.duration))}
        />
      )}
      <IconButton
        size="small"
        look="lamp"
        className="rounded-full!"
        disabled={!url}
        label={playing ? t('chat.pause') : t('chat.play')}
        icon={playing ? <Pause /> : <Play />}
        onClick={toggle}
      />
      <input
        type="range"
        aria-label={t('chat.position')}
        aria-valuetext={clock(at)}
        min={0}
        max={length ?? Math.max(at, 1)}
        step={0.1}
        value={at}
        disabled={!url}
        style={{ '--played': `${(100 * at) / Math.max(length ?? at, 0.1)}%` } as CSSProperties}
        onChange={(event) => {
          if (audio.current) audio.current.currentTime = Number(event.target.value);
        }}
        className="sound-position min-w-0 flex-1"
      />
      <span className="text-small text-ink-faint tabular-nums">
        {clock(playing || at > 0 || length === null ? at : length)}
      </span>
    </div>
  );
}

/** Minutes and seconds. */
export function clock(seconds: number): string {
  const whole = Math.floor(Number.isFinite(seconds) ? seconds : 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** What a recorder streams does not say how long it is. */
function knownLength(duration: number): number | null {
  return Number.isFinite(duration) && duration > 0 ? duration : null;
}
