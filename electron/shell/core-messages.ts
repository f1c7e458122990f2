import { z } from 'zod';
import { LOCALES } from '#shared/settings/contract.ts';
import { hostContract } from '#shared/host/contract.ts';

// What the main process and the core's process say to each other beside the pages' ports. Structured-cloned.

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes');
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const toCore = z.discriminatedUnion('type', [
  /** First of all, once. The keys cross here and never again. */
  z.strictObject({
    type: z.literal('start'),
    dataDir: z.string(),
    resourcesDir: z.string(),
    version: z.string(),
    platform: z.string(),
    keyKind: z.enum(['keychain', 'key-file', 'none']),
    /** Null: there is none yet. `refused`: there is one, and the keychain did not give it. */
    key: z.union([bytes, z.null(), z.literal('refused')]),
    deviceKey: bytes,
  }),
  /** A page's end of a channel comes with it. */
  z.strictObject({ type: z.literal('page') }),
  z.strictObject({ type: z.literal('deepLink'), link: hostContract.onDeepLink.payload }),
  z.strictObject({ type: z.literal('keyAnswer'), id: z.number(), ok: z.boolean() }),
  z.strictObject({ type: z.literal('close') }),
]);

export const toMain = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  /** It could not be made, or not be closed in order: there is nothing left to do but end the process. */
  z.strictObject({ type: z.literal('failed'), during: z.enum(['start', 'close']), error: z.string() }),
  z.strictObject({ type: z.literal('saveKey'), id: z.number(), key: bytes }),
  z.strictObject({ type: z.literal('removeKey'), id: z.number() }),
  z.strictObject({ type: z.literal('openLink'), url: z.string() }),
  z.strictObject({ type: z.literal('setAlwaysOnTop'), on: z.boolean() }),
  z.strictObject({ type: z.literal('setLocale'), locale: z.enum(LOCALES) }),
  z.strictObject({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), event: z.string(), facts }),
]);

export type ToCore = z.infer<typeof toCore>;
export type ToMain = z.infer<typeof toMain>;
export type StartMessage = Extract<ToCore, { type: 'start' }>;
