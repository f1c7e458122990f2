import { CircuitState, circuitBreaker, ExponentialBackoff, handleWhen, type IBreaker } from 'cockatiel';
import type { ProviderFailure } from '#shared/settings/contract.ts';
import { abortError, isAbortError } from './abort.ts';
import { LlmFailure } from './llm.ts';

/**
 * Keeps a mind that fails from being asked again and again.
 *
 * closed ──failures of weight 3──▶ open ──after a while──▶ half open ──one probe: well──▶ closed
 *                                   ▲                          └──────not well────────────┘ (a longer while)
 */
export interface Circuit {
  /** Leave to ask now, or null while the circuit is open or another request is the probe. */
  enter(): Promise<Permit | null>;
}

export interface Permit {
  succeed(): void;
  fail(failure: LlmFailure): void;
  /** The person stopped it before anything was learned. */
  abandon(): void;
}

const OPEN_AT_WEIGHT = 3;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** What costs the person a long wait, or will not mend by itself, opens the circuit at once. */
const LIGHT: ReadonlySet<ProviderFailure> = new Set(['server_error', 'network', 'bad_answer', 'refused']);

export function createCircuit(): Circuit {
  let weight = 0;
  let last: unknown = null;
  const breaker: IBreaker = {
    state: null,
    success() {
      weight = 0;
    },
    failure(state) {
      weight += last instanceof LlmFailure && !LIGHT.has(last.reason) ? OPEN_AT_WEIGHT : 1;
      if (state !== CircuitState.Closed || weight >= OPEN_AT_WEIGHT) {
        weight = 0;
        return true;
      }
      return false;
    },
  };
  const policy = circuitBreaker(
    handleWhen((error) => {
      last = error;
      // A probe that was stopped has proved nothing: the circuit stays as it was.
      return error instanceof LlmFailure || (isAbortError(error) && policy.state === CircuitState.HalfOpen);
    }),
    {
      breaker,
      halfOpenAfter: new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: LONGEST_PAUSE_MS, exponent: 2 }),
    },
  );

  return {
    async enter() {
      // Another request is the probe: whoever waited for it would wait as long as a mind may hang.
      if (policy.state === CircuitState.HalfOpen) return null;
      return new Promise((resolve) => {
        const run = policy.execute(
          () =>
            new Promise<void>((succeed, fail) => {
              resolve({ succeed, fail, abandon: () => fail(abortError()) });
            }),
        );
        // Rejected before the work began: the circuit is open. Later, it is the failure the permit's holder told of.
        run.catch(() => resolve(null));
      });
    },
  };
}
