import { z } from 'zod';
import { sitting } from '../care/sitting.ts';
import { providerId } from '../entities.ts';
import { command, query } from '../rpc/contract.ts';

export const LOCALES = ['ja', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Every setting with its default. `device` settings stay on this machine; the others follow the account. */
export const settingValues = z.strictObject({
  locale: z.enum(LOCALES).nullable().default(null),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** What the companion calls the person. */
  personName: z.string().trim().max(60).default(''),
  /** ISO date; set once, at onboarding. */
  birthDate: z.iso.date().nullable().default(null),
  onboardedAtMs: z.number().nullable().default(null),
  aiNoticeAcceptedAtMs: z.number().nullable().default(null),
  activeCharacterId: z.string().nullable().default(null),
  activeConversationId: z.string().nullable().default(null),
  textSize: z.enum(['small', 'medium', 'large', 'larger']).default('medium'),
  reduceMotion: z.enum(['system', 'on', 'off']).default('system'),
  stageCollapsed: z.boolean().default(false),
  /** The stretch of use under way, and what was said in it; null before the first. */
  sitting: sitting.nullable().default(null),
  sendWithEnter: z.boolean().default(true),
  spellCheck: z.boolean().default(true),
  keepInTray: z.boolean().default(true),
  /** US cents a day that models may cost; null: no cap. */
  dailyCapCents: z.number().int().min(0).max(1_000_000).nullable().default(null),
  /** Whether what is said is remembered, and what is remembered is given to replies. */
  memory: z.boolean().default(true),
  /** The endpoint that makes vectors of what is said, for recall by meaning; null: the embedder inside the app. */
  embedderProviderId: z.string().nullable().default(null),
  /** Its own name for the model. */
  embedderModel: z.string().trim().max(200).default(''),
  /** Tokens of history a prompt may hold. */
  contextTokens: z.number().int().min(1000).max(1_000_000).default(8000),
});

/** Some settings: what is absent stays as it is (Zod would fill defaults in even under `partial`). */
export const settingChanges = z.strictObject(withoutDefaults(settingValues.shape)).partial();

export const DEVICE_SETTINGS = [
  'theme',
  'textSize',
  'reduceMotion',
  'stageCollapsed',
  'sitting',
  'activeConversationId',
  'keepInTray',
  'spellCheck',
  'embedderProviderId',
  'embedderModel',
] as const satisfies readonly (keyof SettingValues)[];

export type SettingValues = z.infer<typeof settingValues>;

export const PROVIDER_KINDS = ['openai', 'gguf'] as const;

/** A mind the person added. Its key never leaves the core: `hasKey` is all that is told. */
export const provider = z.strictObject({
  id: providerId,
  kind: z.enum(PROVIDER_KINDS),
  name: z.string(),
  /** Of an OpenAI-compatible endpoint, e.g. http://127.0.0.1:11434/v1; null for a file. */
  baseUrl: z.string().nullable(),
  /** Of a GGUF model; null for an endpoint. */
  modelPath: z.string().nullable(),
  model: z.string(),
  hasKey: z.boolean(),
  enabled: z.boolean(),
  /** US dollars per million tokens; null when not known (no cost is counted). */
  inputPrice: z.number().min(0).nullable(),
  cachedInputPrice: z.number().min(0).nullable(),
  outputPrice: z.number().min(0).nullable(),
});

export const providerFields = z.strictObject({
  kind: z.enum(PROVIDER_KINDS),
  name: z.string().trim().min(1).max(80),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null),
  modelPath: z.string().max(2000).nullable().default(null),
  model: z.string().trim().max(200).default(''),
  /** Written only; null removes it, absent keeps it. */
  apiKey: z.string().max(1000).nullable().optional(),
  enabled: z.boolean().default(true),
  inputPrice: z.number().min(0).max(10_000).nullable().default(null),
  cachedInputPrice: z.number().min(0).max(10_000).nullable().default(null),
  outputPrice: z.number().min(0).max(10_000).nullable().default(null),
});

/** Some fields of a provider: what is absent stays as it is. */
export const providerChanges = z.strictObject(withoutDefaults(providerFields.shape)).partial();

export type Provider = z.infer<typeof provider>;
export type ProviderFields = z.infer<typeof providerFields>;
export type SettingChanges = z.infer<typeof settingChanges>;
export type ProviderChanges = z.infer<typeof providerChanges>;

/** Why a provider could not be used; message keys `provider.failure.<reason>`. */
export const PROVIDER_FAILURES = [
  'refused',
  'timeout',
  'unauthorized',
  'not_found',
  'rate_limited',
  'server_error',
  'bad_answer',
  'network',
  'no_model',
  'file_missing',
  'not_gguf',
  'load_failed',
  'cap_reached',
  'circuit_open',
] as const;
export type ProviderFailure = (typeof PROVIDER_FAILURES)[number];

const nothing = z.strictObject({});
const byId = z.strictObject({ providerId });
const failed = z.strictObject({ kind: z.literal('failed'), reason: z.enum(PROVIDER_FAILURES), detail: z.string() });

export const settingsContract = {
  all: query(['setting'], nothing, settingValues),
  /** `birthDate` once set is refused (forbidden, `birth_date_fixed`). */
  set: command(settingChanges, nothing),
  providers: query(['llm_provider'], nothing, z.array(provider)),
  addProvider: command(providerFields, byId),
  updateProvider: command(z.strictObject({ providerId, changes: providerChanges }), nothing),
  removeProvider: command(byId, nothing),
  /** The ladder: first is primary, second secondary; GGUF files are the on-device rung wherever they stand. */
  orderProviders: command(z.strictObject({ providerIds: z.array(providerId) }), nothing),
  /** Asks a provider for a few words. Nothing is stored. */
  testProvider: command(
    z.strictObject({ providerId: providerId.optional(), fields: providerFields.optional() }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('works'), model: z.string(), firstTokenMs: z.number(), sample: z.string() }),
      failed,
    ]),
  ),
  listModels: command(
    z.strictObject({ providerId: providerId.optional(), fields: providerFields.optional() }),
    z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('models'), models: z.array(z.string()) }), failed]),
  ),
  /** What replies cost since local midnight, and in each of the last 30 days. */
  spending: query(
    ['message', 'setting'],
    nothing,
    z.strictObject({
      todayMicroUsd: z.number(),
      capMicroUsd: z.number().nullable(),
      days: z.array(
        z.strictObject({
          day: z.string(),
          costMicroUsd: z.number(),
          promptTokens: z.number(),
          completionTokens: z.number(),
        }),
      ),
    }),
  ),
};

type WithoutDefaults<S> = { [K in keyof S]: S[K] extends z.ZodDefault<infer Inner> ? Inner : S[K] };

function withoutDefaults<S extends z.ZodRawShape>(shape: S): WithoutDefaults<S> {
  const entries = Object.entries(shape).map(([key, field]) => [
    key,
    field instanceof z.ZodDefault ? field.unwrap() : field,
  ]);
  return Object.fromEntries(entries) as WithoutDefaults<S>;
}
