import { z } from 'zod';
import { ENTITIES } from '../entities.ts';
import { command, event, query } from '../rpc/contract.ts';

/** A copy of the whole database file made at one moment. */
export const snapshot = z.strictObject({
  name: z.string(),
  takenAtMs: z.number(),
  sizeBytes: z.number(),
  /** Whether its integrity check passed when it was taken. */
  good: z.boolean(),
});
export type Snapshot = z.infer<typeof snapshot>;

/** Where the person's file stands. Anything but `ready` leaves only `host.*` answering. */
export const vaultStatus = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** A passphrase is needed. */
  z.strictObject({ kind: z.literal('locked'), wrongPassphrase: z.boolean() }),
  /** The file could not be read; it was set aside under `setAsideAs`, nothing was deleted. */
  z.strictObject({ kind: z.literal('damaged'), setAsideAs: z.string(), snapshots: z.array(snapshot) }),
  /** Written by a newer version: update the app. */
  z.strictObject({ kind: z.literal('newer'), fileVersion: z.number(), appVersion: z.number() }),
  z.strictObject({ kind: z.literal('read_only'), path: z.string() }),
  /** Another instance has it open. */
  z.strictObject({ kind: z.literal('in_use'), path: z.string() }),
  z.strictObject({ kind: z.literal('disk_full'), path: z.string() }),
  /** The key is missing or the keychain refused it. */
  z.strictObject({ kind: z.literal('no_key'), path: z.string() }),
  /** A migration failed; the file is as it was. */
  z.strictObject({ kind: z.literal('migration_failed'), migration: z.string(), backup: z.string() }),
]);
export type VaultStatus = z.infer<typeof vaultStatus>;

/** Things the person should know until they are settled; message keys `problem.<kind>`. */
export const problem = z.strictObject({
  kind: z.enum(['disk_full', 'disk_error', 'integrity', 'snapshot_failed', 'clock_set_back', 'blob_missing']),
  sinceMs: z.number(),
});
export type Problem = z.infer<typeof problem>;

const nothing = z.strictObject({});

export const hostContract = {
  status: query(
    [],
    nothing,
    z.strictObject({
      vault: vaultStatus,
      problems: z.array(problem),
      host: z.enum(['electron', 'headless']),
      platform: z.string(),
      version: z.string(),
      dataPath: z.string(),
    }),
  ),
  unlock: command(z.strictObject({ passphrase: z.string().max(1000) }), nothing),
  /** Sets, changes or (null) removes the passphrase. */
  setPassphrase: command(
    z.strictObject({ current: z.string().nullable(), next: z.string().min(8).max(1000).nullable() }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('done') }),
      z.strictObject({ kind: z.literal('wrong_passphrase') }),
    ]),
  ),
  snapshots: query(['snapshot'], nothing, z.array(snapshot)),
  takeSnapshot: command(nothing, snapshot),
  /** Puts a snapshot in the file's place; what stood there is kept as a snapshot or set aside first. */
  restoreSnapshot: command(z.strictObject({ name: z.string() }), nothing),
  /** After a damaged file only, by the person's own word. */
  startEmpty: command(nothing, nothing),
  /** Opens again when what stood in the way may be gone: a full disk, another instance, a locked keychain. */
  retryVault: command(nothing, nothing),
  openLink: command(z.strictObject({ url: z.url({ protocol: /^(https?|mailto)$/ }) }), nothing),
  setAlwaysOnTop: command(z.strictObject({ on: z.boolean() }), nothing),
  /** The words the shell shows outside the page (tray, menus) follow the language. */
  setLocale: command(z.strictObject({ locale: z.enum(['ja', 'en']) }), nothing),

  /** Rows of these entities changed and are committed. */
  onDataChanged: event(z.strictObject({ entities: z.array(z.enum(ENTITIES)) })),
  onStatusChanged: event(nothing),
  /** A `tomoshibi://` link was opened: a place in the app, already validated. */
  onDeepLink: event(
    z.discriminatedUnion('place', [
      z.strictObject({ place: z.literal('conversation'), id: z.string() }),
      z.strictObject({ place: z.literal('settings'), page: z.string() }),
      z.strictObject({ place: z.literal('home') }),
    ]),
  ),
};
