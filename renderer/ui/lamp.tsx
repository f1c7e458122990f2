import { cx } from './cx.ts';

/** The one lamp: a flame in its own glow. The app's sign, and what is seen while something is lit. */
export function Lamp({
  size = 40,
  lit = true,
  className,
}: {
  readonly size?: number;
  readonly lit?: boolean;
  readonly className?: string;
}) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" className={cx('shrink-0', className)}>
      <circle cx="32" cy="36" r="28" fill="var(--lamp)" opacity={lit ? 0.14 : 0} />
      <circle cx="32" cy="37" r="18" fill="var(--lamp)" opacity={lit ? 0.22 : 0} />
      <path d="M32 12c2 9 12 13 12 25a12 12 0 0 1-24 0c0-7 4-9 6-14 1 4 3 5 4 6 2-5 3-10 2-17Z" fill="var(--lamp)" />
      <path d="M32 30c1 5 6 6 6 12a6 6 0 0 1-12 0c0-5 5-7 6-12Z" fill="#fff6e0" />
    </svg>
  );
}
