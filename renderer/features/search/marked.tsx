import { Fragment } from 'react';

export interface MarkedProps {
  readonly text: string;
  /** [start, end) in UTF-16 units, in order. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** Text with what was looked for marked. */
export function Marked({ text, ranges }: MarkedProps) {
  const starts = ranges.map(([, end]) => end);
  return (
    <>
      {ranges.map(([start, end], index) => (
        <Fragment key={start}>
          {text.slice(starts[index - 1] ?? 0, start)}
          <mark className="rounded-[3px] bg-lamp px-0.5 text-on-lamp">{text.slice(start, end)}</mark>
        </Fragment>
      ))}
      {text.slice(starts.at(-1) ?? 0)}
    </>
  );
}
