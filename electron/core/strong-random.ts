import { randomFillSync } from 'node:crypto';
import type { Random } from '#shared/base/random.ts';

const POOL_SIZE = 1024;

/** Dice from the system's generator, 32 bits each, drawn a pool at a time. */
export function strongRandom(): Random {
  const pool = new Uint32Array(POOL_SIZE);
  let used = POOL_SIZE;
  return () => {
    if (used === POOL_SIZE) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = pool[used] ?? 0;
    used += 1;
    return drawn / 2 ** 32;
  };
}
