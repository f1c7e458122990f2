import { present } from '#shared/base/assert.ts';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { newId, type ProviderId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { ageOn } from '#shared/settings/age.ts';
import {
  DEVICE_SETTINGS,
  type Provider,
  type ProviderChanges,
  type ProviderFields,
  type SettingChanges,
  type SettingValues,
} from '#shared/settings/contract.ts';
import type { Log, Sealer } from '../core-deps.ts';
import type { Db, ReadTx } from '../db/db.ts';
import { LlmFailure, type MindProbe, type MindSource, type Prices } from '../llm/llm.ts';
import {
  deleteProvider,
  findProvider,
  insertProvider,
  listProviders,
  setProviderPosition,
  updateProvider,
  type StoredProvider,
} from './provider-store.ts';
import { readSettings, writeSetting, type SettingKey } from './setting-store.ts';
import { spentByDay, spentToday } from './spending.ts';

/** A mind that is switched on, with all that is needed to reach it. Never leaves the core. */
export interface ChosenMind extends MindSource {
  readonly id: ProviderId;
  readonly prices: Prices;
}

export interface Settings {
  readonly handlers: CoreHandlers['settings'];
  /** Every setting as it is now, for other features. */
  read(): SettingValues;
  /** The minds that are switched on, in the person's order. */
  minds(): ChosenMind[];
  /** Whether what was spent since local midnight has reached the day's cap. */
  capReached(): boolean;
  /** Hears that the minds may have changed. */
  onMindsChanged(listener: () => void): () => void;
}

const MICRO_USD_PER_CENT = 10_000;
const OLDEST_AGE = 130;

export function createSettings(deps: {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly utcOffsetMinutes: (atMs: number) => number;
  readonly probe: MindProbe;
}): Settings {
  const { db } = deps;
  const read = (): SettingValues => db.read(readSettings);
  const capMicroUsd = ({ dailyCapCents }: SettingValues): number | null =>
    dailyCapCents === null ? null : dailyCapCents * MICRO_USD_PER_CENT;

  /** The key in the clear; null when there is none or it was sealed by another machine. */
  const keyOf = ({ sealedKey }: StoredProvider): string | null => {
    if (sealedKey === null) return null;
    try {
      return deps.sealer.unseal(sealedKey);
    } catch {
      deps.log('warn', 'provider.key_unreadable');
      return null;
    }
  };
  const seal = (key: string | null): Uint8Array | null =>
    key === null || key.trim() === '' ? null : deps.sealer.seal(key.trim());

  const existing = (tx: ReadTx, id: ProviderId): StoredProvider => {
    const found = findProvider(tx, id);
    if (found === undefined) throw new AppError('not_found', 'provider_gone');
    return found;
  };

  /** What is to be tried: a stored provider, fields not stored yet, or a stored one as it would be with these fields. */
  const sourceOf = (input: {
    providerId?: ProviderId | undefined;
    fields?: ProviderFields | undefined;
  }): MindSource => {
    const stored =
      input.providerId === undefined
        ? undefined
        : db.read((tx) => existing(tx, present(input.providerId, 'provider id')));
    if (input.fields === undefined) {
      if (stored === undefined) throw new AppError('invalid', 'provider_missing');
      return { ...stored, apiKey: keyOf(stored) };
    }
    const fields = checked(input.fields);
    const keepsKey = stored !== undefined && fields.apiKey === undefined && sameHost(stored.baseUrl, fields.baseUrl);
    return { ...fields, apiKey: keepsKey ? keyOf(stored) : emptyToNull(fields.apiKey) };
  };

  const handlers: CoreHandlers['settings'] = {
    all: read,

    set(changes) {
      const now = deps.clock();
      db.write((tx) => {
        const current = readSettings(tx);
        checkBirthDate(current, changes, now, deps.utcOffsetMinutes(now));
        const hlc = tx.hlc();
        for (const key of Object.keys(changes) as SettingKey[]) {
          const value = changes[key];
          if (value === undefined || value === current[key]) continue;
          writeSetting(tx, key, value, DEVICE_SETTINGS.some((device) => device === key) ? 'device' : 'account', hlc);
        }
      });
      return {};
    },

    providers: () => db.read((tx) => listProviders(tx).map(shown)),

    addProvider(fields) {
      const { apiKey, ...rest } = checked(fields);
      const sealedKey = seal(apiKey ?? null);
      return db.write((tx) => {
        const id = newId<ProviderId>(deps.clock(), deps.random);
        insertProvider(tx, { ...rest, id, sealedKey });
        return { providerId: id };
      });
    },

    updateProvider({ providerId, changes }) {
      const sealedKey = changes.apiKey === undefined ? undefined : seal(changes.apiKey);
      db.write((tx) => {
        const before = existing(tx, providerId);
        const { sealedKey: keptKey, ...fields } = before;
        const after = checked({ ...fields, ...defined(changes) });
        // A key belongs to the host it was given for: it is not sent to another one because an address was edited.
        const kept = sameHost(before.baseUrl, after.baseUrl) ? keptKey : null;
        const { apiKey: _written, ...rest } = after;
        updateProvider(tx, { ...rest, id: providerId, sealedKey: sealedKey === undefined ? kept : sealedKey });
      });
      return {};
    },

    removeProvider({ providerId }) {
      db.write((tx) => {
        if (!deleteProvider(tx, providerId)) throw new AppError('not_found', 'provider_gone');
      });
      return {};
    },

    orderProviders({ providerIds }) {
      db.write((tx) => {
        const all = listProviders(tx).map(({ id }) => id);
        const named = [...new Set(providerIds)].filter((id) => all.includes(id));
        // Those not named (added meanwhile, elsewhere) stay below, as they were.
        [...named, ...all.filter((id) => !named.includes(id))].forEach((id, position) =>
          setProviderPosition(tx, id, position),
        );
      });
      return {};
    },

    async testProvider(input) {
      const source = sourceOf(input);
      return orFailed(async () => ({
        kind: 'works' as const,
        ...(await deps.probe.tryOut(source, read().locale ?? 'ja')),
      }));
    },

    async listModels(input) {
      const source = sourceOf(input);
      return orFailed(async () => ({ kind: 'models' as const, models: await deps.probe.listModels(source) }));
    },

    spending() {
      const now = deps.clock();
      const { days, today, settings } = db.read((tx) => ({
        days: spentByDay(tx, now, deps.utcOffsetMinutes),
        today: spentToday(tx, now, deps.utcOffsetMinutes),
        settings: readSettings(tx),
      }));
      return { todayMicroUsd: today, capMicroUsd: capMicroUsd(settings), days };
    },
  };

  return {
    handlers,
    read,
    minds: () =>
      db
        .read(listProviders)
        .filter(({ enabled }) => enabled)
        .map((one) => ({
          id: one.id,
          kind: one.kind,
          baseUrl: one.baseUrl,
          modelPath: one.modelPath,
          model: one.model,
          apiKey: keyOf(one),
          prices: { input: one.inputPrice, cachedInput: one.cachedInputPrice, output: one.outputPrice },
        })),
    capReached() {
      const cap = capMicroUsd(read());
      return cap !== null && db.read((tx) => spentToday(tx, deps.clock(), deps.utcOffsetMinutes)) >= cap;
    },
    onMindsChanged: (listener) =>
      db.onChanged((entities) => {
        if (entities.includes('llm_provider')) listener();
      }),
  };
}

function shown({ sealedKey, ...rest }: StoredProvider): Provider {
  return { ...rest, hasKey: sealedKey !== null };
}

/** An endpoint has an address and no file, a model file has a path and no address. Throws `invalid`. */
function checked(fields: ProviderFields): ProviderFields {
  if (fields.kind === 'openai') {
    if (fields.baseUrl === null) throw new AppError('invalid', 'provider_address_missing');
    const { username, password } = new URL(fields.baseUrl);
    if (username !== '' || password !== '') throw new AppError('invalid', 'provider_address_has_password');
    return { ...fields, modelPath: null };
  }
  if (fields.modelPath === null || fields.modelPath.trim() === '')
    throw new AppError('invalid', 'provider_file_missing');
  const { apiKey: _none, ...rest } = fields;
  return { ...rest, baseUrl: null };
}

/** Whether a key given for one address may go to the other. */
function sameHost(before: string | null, after: string | null): boolean {
  return before !== null && after !== null && new URL(before).host === new URL(after).host;
}

function checkBirthDate(current: SettingValues, changes: SettingChanges, now: number, utcOffsetMinutes: number): void {
  const { birthDate } = changes;
  if (birthDate === undefined || birthDate === current.birthDate) return;
  if (current.birthDate !== null) throw new AppError('forbidden', 'birth_date_fixed');
  if (birthDate === null) return;
  const age = ageOn(birthDate, now, utcOffsetMinutes);
  if (age < 0 || age > OLDEST_AGE) throw new AppError('invalid', 'birth_date_impossible');
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function defined(changes: ProviderChanges): Partial<Defined<ProviderChanges>> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function emptyToNull(key: string | null | undefined): string | null {
  return key === undefined || key === null || key.trim() === '' ? null : key.trim();
}

async function orFailed<T>(work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LlmFailure)) throw error;
    return { kind: 'failed' as const, reason: error.reason, detail: error.detail };
  }
}
