import { randomBytes } from 'node:crypto';
import { present } from '#shared/base/assert.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Log } from '../core-deps.ts';
import { errorLabel, KEY_BYTES } from './connection.ts';
import {
  keyId,
  readEnvelope,
  sealKey,
  unsealKey,
  writeEnvelope,
  type Envelope,
  type ScryptCost,
} from './key-envelope.ts';
import type { KeySource } from './key-source.ts';

export interface VaultKeyDeps {
  /** `vault.json` and its copy. */
  readonly files: readonly string[];
  readonly source: KeySource;
  readonly log: Log;
  readonly scryptCost: ScryptCost | undefined;
}

/** The key of one folder: where it rests, who may have it, and the one copy in memory. */
export interface VaultKey {
  /** In memory, once it has been found. */
  current(): Uint8Array | undefined;
  envelope(): Envelope | undefined;
  /**
   * Finds the key without the person: in memory or where it rests. `locked`: they have a passphrase to say; `refused`: the
   * place would not give it; `none`: there is none.
   */
  find(): Promise<Uint8Array | 'locked' | 'refused' | 'none'>;
  /** A new key, at rest before this answers; `refused` when its place would not take it. */
  make(): Promise<Uint8Array | 'refused'>;
  /** Notes how far the database under this key is: `creating` until its schema stands. Keeps the passphrase. */
  mark(state: Envelope['state']): void;
  hold(key: Uint8Array): void;
  /** Whether the passphrase is right; then the key is held. */
  unlock(passphrase: string): Promise<boolean>;
  setPassphrase(current: string | null, next: string | null): Promise<'done' | 'wrong_passphrase'>;
  /** Overwrites the copy in memory. */
  forget(): void;
}

export function createVaultKey({ files, source, log, scryptCost }: VaultKeyDeps): VaultKey {
  let key: Uint8Array | undefined;

  const save = (value: Omit<Envelope, 'version' | 'revision'>): void => {
    writeEnvelope(files, { version: 1, revision: (readEnvelope(files)?.revision ?? 0) + 1, ...value });
  };

  const refused = (error: unknown): 'refused' => {
    log('warn', 'key_source_refused', { source: source.kind, error: errorLabel(error) });
    return 'refused';
  };

  return {
    current: () => key,
    envelope: () => readEnvelope(files),
    async find() {
      if (key !== undefined) return key;
      if (readEnvelope(files)?.passphrase != null) return 'locked';
      try {
        const loaded = await source.load();
        if (loaded === null) return 'none';
        return loaded.length === KEY_BYTES ? loaded : 'refused';
      } catch (error) {
        return refused(error);
      }
    },
    async make() {
      if (source.kind === 'none') return 'refused';
      const made = randomBytes(KEY_BYTES);
      save({ state: 'creating', keyId: keyId(made), passphrase: null });
      try {
        await source.save(made);
      } catch (error) {
        return refused(error);
      }
      return made;
    },
    mark(state) {
      const held = present(key, 'the key');
      save({ state, keyId: keyId(held), passphrase: readEnvelope(files)?.passphrase ?? null });
    },
    hold(found) {
      key = found;
    },
    async unlock(passphrase) {
      const sealed = readEnvelope(files)?.passphrase;
      const found = sealed == null ? undefined : await unsealKey(sealed, passphrase);
      if (found === undefined) return false;
      key = found;
      // A copy that could not be removed when the passphrase was set.
      await source
        .remove()
        .catch((error: unknown) => log('warn', 'key_copy_not_removed', { error: errorLabel(error) }));
      return true;
    },
    async setPassphrase(current, next) {
      const held = present(key, 'the key');
      const sealed = readEnvelope(files)?.passphrase ?? null;
      const known = sealed === null || (current !== null && (await unsealKey(sealed, current)) !== undefined);
      if (!known) return 'wrong_passphrase';
      if (next === null) {
        if (source.kind === 'none') throw new AppError('forbidden', 'no_key_store');
        await source.save(held);
        save({ state: 'made', keyId: keyId(held), passphrase: null });
        return 'done';
      }
      const made = await sealKey(held, next, scryptCost);
      // The only other copy is about to go: what was sealed is opened once to be sure.
      const opened = await unsealKey(made, next);
      if (opened === undefined || keyId(opened) !== keyId(held)) throw new Error('the sealed key does not open');
      save({ state: 'made', keyId: keyId(held), passphrase: made });
      await source.remove();
      return 'done';
    },
    forget() {
      key?.fill(0);
      key = undefined;
    },
  };
}
