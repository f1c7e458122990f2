import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { readIfThere, writeDurably } from './durable-file.ts';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** The data key, sealed by a key that scrypt (RFC 7914) makes from a passphrase. AES-256-GCM. */
const sealedKey = z.strictObject({
  kdf: z.literal('scrypt'),
  /** CPU and memory cost; 128 × n × r bytes are used. Bounded, so that a forged file cannot exhaust the machine. */
  n: z
    .number()
    .int()
    .min(1024)
    .max(1 << 20),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
  salt: hex(16),
  nonce: hex(12),
  sealed: hex(32),
  tag: hex(16),
});

/** `vault.json`: which key the database has, and that key itself when a passphrase guards it. Nothing in it is secret. */
const envelope = z.strictObject({
  version: z.literal(1),
  /** Counts up with every change: of two copies the greater is the valid one. */
  revision: z.number().int().min(1),
  /** `creating` until the first schema is in the file: a crash before that leaves nothing to lose. */
  state: z.enum(['creating', 'made']),
  keyId: hex(16),
  passphrase: sealedKey.nullable(),
});

export type SealedKey = z.infer<typeof sealedKey>;
export type Envelope = z.infer<typeof envelope>;

export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** About half a second and 128 MiB on a small machine. */
const SCRYPT_COST: ScryptCost = { n: 1 << 17, r: 8, p: 1 };

/** A name for a key that tells nothing about it, to know a wrong key from a broken file. */
export function keyId(key: Uint8Array): string {
  return createHmac('sha256', key).update('tomoshibi: key id').digest('hex').slice(0, 32);
}

/** The newest valid copy, or undefined when there is none. Throws when a file is there and cannot be read. */
export function readEnvelope(files: readonly string[]): Envelope | undefined {
  let newest: Envelope | undefined;
  for (const file of files) {
    const bytes = readIfThere(file);
    const found = bytes === undefined ? undefined : parseEnvelope(bytes.toString('utf8'));
    if (found !== undefined && found.revision > (newest?.revision ?? 0)) newest = found;
  }
  return newest;
}

/** Writes every copy; the passphrase's is the only way to the data, so one lost file must not lose it. */
export function writeEnvelope(files: readonly string[], value: Envelope): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  for (const file of files) writeDurably(file, text);
}

export async function sealKey(key: Uint8Array, passphrase: string, cost: ScryptCost = SCRYPT_COST): Promise<SealedKey> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const outer = await derive(passphrase, salt, cost);
  const cipher = createCipheriv('aes-256-gcm', outer, nonce);
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  outer.fill(0);
  return {
    kdf: 'scrypt',
    ...cost,
    salt: salt.toString('hex'),
    nonce: nonce.toString('hex'),
    sealed: sealed.toString('hex'),
    tag: cipher.getAuthTag().toString('hex'),
  };
}

/** The data key, or undefined when the passphrase is wrong. */
export async function unsealKey(value: SealedKey, passphrase: string): Promise<Uint8Array | undefined> {
  const outer = await derive(passphrase, Buffer.from(value.salt, 'hex'), value);
  const decipher = createDecipheriv('aes-256-gcm', outer, Buffer.from(value.nonce, 'hex'));
  decipher.setAuthTag(Buffer.from(value.tag, 'hex'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(value.sealed, 'hex')), decipher.final()]);
  } catch {
    // GCM's only failure here: the tag does not fit, so the passphrase is not the one.
    return undefined;
  } finally {
    outer.fill(0);
  }
}

function derive(passphrase: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const bytes = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: 256 * cost.n * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(bytes, salt, 32, options, (error, outer) => {
      bytes.fill(0);
      if (error === null) resolve(outer);
      else reject(error);
    });
  });
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const parsed = envelope.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not JSON: a torn or foreign file counts as absent, and its copy is asked.
    return undefined;
  }
}
