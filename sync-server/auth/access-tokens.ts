import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, errors, type CryptoKey, type JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { ROLES, type Role } from '#shared/account/permissions.ts';
import { MS_PER_DAY, type EpochMs } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Identity } from '../identity.ts';
import { newId } from '../ids.ts';
import type { ServerContext } from '../server-context.ts';
import { deleteSigningKeys, insertSigningKey, readSigningKeys, type SigningKeyRow } from './signing-key-store.ts';

export const ACCESS_TOKEN_SECONDS = 900;
/** Servers' clocks may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 60;
const KEY_LIFE_MS = 30 * MS_PER_DAY;
/** After a key was replaced, tokens it signed live on for a quarter of an hour; a day is plenty. */
const KEY_KEPT_MS = KEY_LIFE_MS + MS_PER_DAY;
const CACHED_TOKENS = 20_000;
/** An unknown key id makes us look once in this time, no oftener. */
const RELOAD_PAUSE_MS = 1_000;
const ALGORITHM = 'EdDSA';
const AUDIENCE = 'tomoshibi';

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), role: z.enum(ROLES), exp: z.number() });
const privateJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });
const publicJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });

export interface AccessTokens {
  /** A JWT (RFC 9068) that lives ACCESS_TOKEN_SECONDS. */
  issue(accountId: string, sessionId: string, role: Role): Promise<string>;
  /** Throws ProblemError `token_expired` or `unauthenticated`. Whether the session still lives is not asked here. */
  verify(token: string): Promise<Identity>;
  /** The public keys, as RFC 7517 has them. */
  jwks(): { readonly keys: readonly JWK[] };
  /** Makes the first key, or the next when the newest is 30 days old; forgets those nothing can be signed with any more. */
  rotate(): Promise<void>;
}

interface SigningKey {
  readonly kid: string;
  readonly createdAtMs: EpochMs;
  readonly publicJwk: JWK;
  readonly verifyWith: CryptoKey | Uint8Array;
  readonly signWith: CryptoKey | Uint8Array;
}

/** Ed25519 keys rest in the database, sealed, so that all servers on it sign and check with the same ones. */
export async function createAccessTokens(context: ServerContext): Promise<AccessTokens> {
  const { db, clock, sealer, publicUrl, metrics } = context;
  const known = new LRUCache<string, { readonly identity: Identity; readonly expiresAtMs: EpochMs }>({
    max: CACHED_TOKENS,
  });
  let keys: readonly SigningKey[] = [];
  let loadedAtMs = 0;

  const load = async (): Promise<void> => {
    loadedAtMs = clock();
    const rows = await db.asSystem((tx) => readSigningKeys(tx, false));
    keys = await Promise.all(rows.map(open));
  };

  const open = async (row: SigningKeyRow): Promise<SigningKey> => {
    const jwk = { ...publicJwk.parse(row.publicJwk), kid: row.kid, alg: ALGORITHM, use: 'sig' };
    const secret = privateJwk.parse(JSON.parse(sealer.unseal(row.sealedPrivateJwk, `signing_key ${row.kid}`)));
    return {
      kid: row.kid,
      createdAtMs: row.createdAtMs,
      publicJwk: jwk,
      verifyWith: await importJWK(jwk, ALGORITHM),
      signWith: await importJWK(secret, ALGORITHM),
    };
  };

  const make = async (): Promise<SigningKeyRow> => {
    const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
    const kid = newId(clock());
    return {
      kid,
      publicJwk: publicJwk.parse(await exportJWK(pair.publicKey)),
      sealedPrivateJwk: sealer.seal(JSON.stringify(await exportJWK(pair.privateKey)), `signing_key ${kid}`),
      createdAtMs: clock(),
    };
  };

  const rotate = async (): Promise<void> => {
    const fresh = await make();
    await db.asSystem(async (tx) => {
      const [newest] = await readSigningKeys(tx, true);
      if (!newest || newest.createdAtMs < clock() - KEY_LIFE_MS) await insertSigningKey(tx, fresh);
      await deleteSigningKeys(tx, clock() - KEY_KEPT_MS);
    });
    await load();
  };

  const findKey = async (kid: string | undefined): Promise<CryptoKey | Uint8Array> => {
    let key = keys.find((each) => each.kid === kid);
    // Another server may have made it since.
    if (!key && Math.abs(clock() - loadedAtMs) > RELOAD_PAUSE_MS) {
      await load();
      key = keys.find((each) => each.kid === kid);
    }
    if (!key) throw new ProblemError('unauthenticated');
    return key.verifyWith;
  };

  await rotate();
  return {
    async issue(accountId, sessionId, role) {
      const key = keys[0];
      if (!key) throw new ProblemError('unavailable');
      const nowSeconds = Math.floor(clock() / 1000);
      return new SignJWT({ sid: sessionId, role })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'at+jwt' })
        .setSubject(accountId)
        .setIssuer(publicUrl)
        .setAudience(AUDIENCE)
        .setJti(crypto.randomUUID())
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + ACCESS_TOKEN_SECONDS)
        .sign(key.signWith);
    },
    async verify(token) {
      const hit = known.get(token);
      metrics.countCache('access_token', hit !== undefined);
      if (hit) {
        if (clock() < hit.expiresAtMs) return hit.identity;
        known.delete(token);
        throw new ProblemError('token_expired');
      }
      const parsed = await check(token, findKey, publicUrl, clock());
      const identity: Identity = { accountId: parsed.sub, role: parsed.role, sessionId: parsed.sid, scopes: null };
      known.set(token, { identity, expiresAtMs: (parsed.exp + CLOCK_TOLERANCE_SECONDS) * 1000 });
      return identity;
    },
    jwks: () => ({ keys: keys.map((key) => key.publicJwk) }),
    rotate,
  };
}

async function check(
  token: string,
  findKey: (kid: string | undefined) => Promise<CryptoKey | Uint8Array>,
  issuer: string,
  nowMs: EpochMs,
): Promise<z.infer<typeof claims>> {
  try {
    const { payload } = await jwtVerify(token, (header) => findKey(header.kid), {
      algorithms: [ALGORITHM],
      issuer,
      audience: AUDIENCE,
      typ: 'at+jwt',
      currentDate: new Date(nowMs),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return claims.parse(payload);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    if (cause instanceof errors.JWTExpired) throw new ProblemError('token_expired', { cause });
    throw new ProblemError('unauthenticated', { cause });
  }
}
