import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { ProblemError } from '#shared/server/problem.ts';
import type { Tx } from '../db/db.ts';
import { newId } from '../ids.ts';
import type { ServerContext } from '../server-context.ts';
import {
  findPasskey,
  insertChallenge,
  insertPasskey,
  notePasskeyUse,
  passkeysOf,
  takeChallenge,
  type PasskeyRow,
} from './passkey-store.ts';

export type WebAuthnJson = Record<string, unknown>;

export interface Passkeys {
  registrationOptions(tx: Tx, account: { readonly accountId: string; readonly email: string }): Promise<WebAuthnJson>;
  /** Throws ProblemError `invalid_request` when the response does not prove what was asked. */
  add(tx: Tx, accountId: string, name: string, response: WebAuthnJson): Promise<PasskeyRow>;
  /** The same whoever asks: the passkey itself knows whose it is. */
  signInOptions(tx: Tx): Promise<WebAuthnJson>;
  /** The account a response proves. Throws ProblemError `wrong_credentials`. */
  prove(tx: Tx, response: WebAuthnJson): Promise<string>;
}

const CHALLENGE_LIFE_MS = 300_000;
const MAX_PASSKEYS = 20;
/** COSE's Ed25519, ES256, RS256: what authenticators have. */
const ALGORITHMS = [-8, -7, -257];

const credentialBase = z.looseObject({
  id: z.string().max(2000),
  rawId: z.string().max(2000),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
});
const registration = z.looseObject({
  ...credentialBase.shape,
  response: z.looseObject({ clientDataJSON: z.string(), attestationObject: z.string() }),
});
const assertion = z.looseObject({
  ...credentialBase.shape,
  response: z.looseObject({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string() }),
});
const clientData = z.looseObject({ challenge: z.string() });

/** WebAuthn, level 3: discoverable, the user verified, no attestation asked. */
export function createPasskeys({ clock, publicUrl }: ServerContext): Passkeys {
  const rpID = new URL(publicUrl).hostname;
  const expectedOrigin = new URL(publicUrl).origin;

  return {
    async registrationOptions(tx, { accountId, email }) {
      const known = await passkeysOf(tx, accountId);
      const options = await generateRegistrationOptions({
        rpName: 'Tomoshibi',
        rpID,
        userName: email,
        userID: new TextEncoder().encode(accountId),
        excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
        supportedAlgorithmIDs: ALGORITHMS,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await insertChallenge(tx, options.challenge, accountId, clock() + CHALLENGE_LIFE_MS);
      return { ...options };
    },
    async add(tx, accountId, name, response) {
      const parsed = registration.safeParse(response);
      if (!parsed.success) throw new ProblemError('invalid_request', { detail: 'response' });
      const challenge = challengeIn(parsed.data.response.clientDataJSON);
      if (challenge === null || !(await takeChallenge(tx, challenge, accountId, clock())))
        throw new ProblemError('link_invalid');
      if ((await passkeysOf(tx, accountId)).length >= MAX_PASSKEYS) throw new ProblemError('conflict');
      const verified = await verifyRegistrationResponse({
        response: parsed.data,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpID,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch((cause: unknown) => {
        throw new ProblemError('invalid_request', { detail: 'response', cause });
      });
      if (!verified.verified) throw new ProblemError('invalid_request', { detail: 'response' });
      const { credential } = verified.registrationInfo;
      const row: PasskeyRow = {
        passkeyId: newId(clock()),
        accountId,
        credentialId: credential.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        name,
        createdAtMs: clock(),
        lastUsedAtMs: null,
      };
      if (!(await insertPasskey(tx, row))) throw new ProblemError('conflict');
      return row;
    },
    async signInOptions(tx) {
      const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
      await insertChallenge(tx, options.challenge, null, clock() + CHALLENGE_LIFE_MS);
      return { ...options };
    },
    async prove(tx, response) {
      const parsed = assertion.safeParse(response);
      if (!parsed.success) throw new ProblemError('wrong_credentials');
      const challenge = challengeIn(parsed.data.response.clientDataJSON);
      if (challenge === null || !(await takeChallenge(tx, challenge, null, clock())))
        throw new ProblemError('wrong_credentials');
      const passkey = await findPasskey(tx, parsed.data.id);
      if (!passkey) throw new ProblemError('wrong_credentials');
      const verified = await verifyAuthenticationResponse({
        response: parsed.data,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpID,
        credential: { id: passkey.credentialId, publicKey: passkey.publicKey, counter: passkey.counter },
      }).catch((cause: unknown) => {
        throw new ProblemError('wrong_credentials', { cause });
      });
      if (!verified.verified) throw new ProblemError('wrong_credentials');
      await notePasskeyUse(tx, passkey.passkeyId, verified.authenticationInfo.newCounter, clock());
      return passkey.accountId;
    },
  };
}

/** The challenge a response claims to answer; whether it does is verified later. */
function challengeIn(clientDataJSON: string): string | null {
  try {
    const parsed = clientData.safeParse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data.challenge : null;
  } catch {
    return null;
  }
}
