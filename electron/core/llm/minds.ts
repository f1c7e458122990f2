import type { Rung } from '#shared/chat/contract.ts';
import { assemblePrompt, MIN_CONTEXT_TOKENS } from '#shared/chat/prompt.ts';
import { createTokenCalibration, type TokenCalibration } from '#shared/llm/calibration.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import type { Log } from '../core-deps.ts';
import type { ChosenMind, Settings } from '../settings/settings.ts';
import { createLadder, type LadderRung } from './fallback.ts';
import type { Ladder, Llm, Prices } from './llm.ts';
import type { MindFactory, OpenMind } from './mind-factory.ts';

export interface Minds {
  readonly ladder: Ladder;
  /** The best mind with a model that is known to cost nothing, for what is asked without the person's doing; null when there is none. */
  freeMind(): Llm | null;
  close(): Promise<void>;
}

/** Models small enough for this device lose the part over a long history: after so many messages they are told again who speaks. */
const ANCHOR_EVERY = 12;
const FREE: Prices = { input: null, cachedInput: null, output: null };

/**
 * The ladder out of the person's settings: servers in their order (the first is primary, the others secondary), then
 * files on this device, then the reply bank. It follows the settings while it is in use: a mind that stays as it was
 * keeps its process and its circuit, one that is taken away ends the reply it is making and is closed.
 */
export function createMinds(deps: {
  readonly settings: Settings;
  readonly factory: MindFactory;
  /** Answers when no other mind can. */
  readonly bank: Llm;
  /** Answers instead of all others: for tests and benchmarks. */
  readonly mind?: Llm;
  readonly log: Log;
}): Minds {
  const { settings, factory, mind } = deps;
  const last: LadderRung = { llm: mind ?? deps.bank, prices: FREE, last: true };
  const calibrations = new WeakMap<Llm, TokenCalibration>();
  const calibrationOf = (llm: Llm): TokenCalibration => {
    const calibration = calibrations.get(llm) ?? createTokenCalibration();
    calibrations.set(llm, calibration);
    return calibration;
  };
  let opened = new Map<string, OpenMind>();
  let chosen: readonly { readonly key: string; readonly mind: ChosenMind }[] = [];
  let stale = true;

  const follow = (): void => {
    if (!stale || mind !== undefined) return;
    const placed = withRungs(settings.minds()).map((one) => ({ ...one, key: keyOf(one.mind, one.rung) }));
    const next = new Map(placed.map(({ key, mind: one, rung }) => [key, opened.get(key) ?? factory.open(one, rung)]));
    chosen = placed;
    for (const [key, { llm }] of opened) if (!next.has(key)) void closeQuietly(llm);
    opened = next;
    stale = false;
  };

  const closeQuietly = async (llm: Llm): Promise<void> => {
    try {
      await llm.close();
    } catch {
      deps.log('warn', 'mind.close_failed', { rung: llm.rung });
    }
  };

  const rungs = (): LadderRung[] => {
    follow();
    const above = chosen.flatMap(({ key, mind: { prices } }): LadderRung[] => {
      const open = opened.get(key);
      if (open === undefined) return [];
      const contextTokens = open.promptTokens();
      return [{ llm: open.llm, prices, ...(contextTokens === null ? {} : { contextTokens }) }];
    });
    return [...above, last];
  };

  const stopListening = settings.onMindsChanged(() => {
    stale = true;
    try {
      // At once, so that what was taken away does not keep its memory.
      follow();
    } catch {
      // The file is not open just now: the next reply follows.
      stale = true;
    }
  });

  const ladder = createLadder({
    rungs,
    assemble: (scene, { llm, contextTokens }) => {
      const allowed = settings.read().contextTokens;
      const ratio = calibrationOf(llm).ratio();
      return assemblePrompt(scene, {
        contextTokens: Math.max(MIN_CONTEXT_TOKENS, Math.min(allowed, contextTokens ?? allowed)),
        countTokens: (text) => Math.ceil(estimateTokens(text) * ratio),
        ...(llm.rung === 'on-device' ? { anchorEvery: ANCHOR_EVERY } : {}),
      });
    },
    onCounted: (llm, told, counted) => calibrationOf(llm).learn(told, counted),
    capReached: settings.capReached,
  });

  return {
    ladder,
    freeMind() {
      follow();
      const free = chosen.find(({ mind: { kind, baseUrl, prices } }) => costsNothing(kind, baseUrl, prices));
      return (free && opened.get(free.key)?.llm) ?? null;
    },
    async close() {
      stopListening();
      stale = false;
      await ladder.close();
    },
  };
}

/** A file on this device, or a server on this machine or network for which no price was set. */
function costsNothing(kind: ChosenMind['kind'], baseUrl: string | null, prices: Prices): boolean {
  if (kind === 'gguf') return true;
  const asked = [prices.input, prices.cachedInput, prices.output];
  if (asked.some((price) => price !== null && price > 0) || baseUrl === null) return false;
  return asked.some((price) => price === 0) || isNearby(new URL(baseUrl).hostname);
}

function isNearby(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '[::1]' ||
    host.endsWith('.local') ||
    /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(host)
  );
}

function withRungs(minds: readonly ChosenMind[]): { readonly mind: ChosenMind; readonly rung: Rung }[] {
  const servers = minds.filter(({ kind }) => kind === 'openai');
  const files = minds.filter(({ kind }) => kind === 'gguf');
  return [
    ...servers.map((mind, index) => ({ mind, rung: index === 0 ? ('primary' as const) : ('secondary' as const) })),
    ...files.map((mind) => ({ mind, rung: 'on-device' as const })),
  ];
}

/** The same for two minds that are reached in the same way. */
function keyOf({ id, kind, baseUrl, modelPath, model, apiKey }: ChosenMind, rung: Rung): string {
  return JSON.stringify([id, rung, kind, baseUrl, modelPath, model, apiKey]);
}
