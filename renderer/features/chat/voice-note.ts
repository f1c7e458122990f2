import { useCallback, useEffect, useRef, useState } from 'react';

/** The longest note, in ms; far below the size limit of attachments. */
const LONGEST_MS = 10 * 60_000;
const TYPES = [
  { type: 'audio/webm;codecs=opus', ending: 'webm' },
  { type: 'audio/mp4', ending: 'm4a' },
  { type: 'audio/ogg;codecs=opus', ending: 'ogg' },
] as const;

/** Whether this page can record at all. */
export function canRecord(): boolean {
  return (
    typeof MediaRecorder !== 'undefined' &&
    typeof navigator.mediaDevices?.getUserMedia === 'function' &&
    recordingType() !== undefined
  );
}

export interface VoiceNote {
  /** Seconds while recording, else null. */
  readonly seconds: number | null;
  /** Asks for the microphone and begins. */
  readonly start: () => Promise<void>;
  /** Ends, and hands over what was recorded. */
  readonly finish: () => void;
  readonly cancel: () => void;
}

/** Records from the microphone; it is let go as soon as nothing is being recorded. */
export function useVoiceNote(onNote: (note: Blob, ending: string) => void, onDenied: () => void): VoiceNote {
  const [seconds, setSeconds] = useState<number | null>(null);
  const running = useRef<{ readonly stop: (keep: boolean) => void } | null>(null);
  const latest = useRef({ onNote, onDenied });
  useEffect(() => {
    latest.current = { onNote, onDenied };
  });
  useEffect(() => () => running.current?.stop(false), []);

  const start = useCallback(async () => {
    const kind = recordingType();
    if (running.current || !kind) return;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      // Denied, or there is no microphone: the person is told the same.
      latest.current.onDenied();
      return;
    }
    const parts: Blob[] = [];
    let keep = false;
    const startedAtMs = performance.now();
    const recorder = new MediaRecorder(stream, { mimeType: kind.type, audioBitsPerSecond: 48_000 });
    const ticking = setInterval(() => {
      const elapsedMs = performance.now() - startedAtMs;
      setSeconds(Math.floor(elapsedMs / 1000));
      if (elapsedMs >= LONGEST_MS) running.current?.stop(true);
    }, 250);
    recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
    recorder.addEventListener('stop', () => {
      clearInterval(ticking);
      stream.getTracks().forEach((track) => track.stop());
      running.current = null;
      setSeconds(null);
      if (keep) latest.current.onNote(new Blob(parts, { type: kind.type }), kind.ending);
    });
    running.current = {
      stop(keepIt) {
        keep = keepIt;
        if (recorder.state !== 'inactive') recorder.stop();
      },
    };
    setSeconds(0);
    recorder.start();
  }, []);
  const finish = useCallback(() => running.current?.stop(true), []);
  const cancel = useCallback(() => running.current?.stop(false), []);
  return { seconds, start, finish, cancel };
}

function recordingType(): (typeof TYPES)[number] | undefined {
  return TYPES.find(({ type }) => MediaRecorder.isTypeSupported(type));
}
