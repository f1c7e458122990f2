import { z } from 'zod';
import { API_KEY_SCOPES } from '../account/permissions.ts';
import { accountId, apiKeyId, deviceId, passkeyId } from '../server/ids.ts';
import { route } from '../server/route.ts';
import { LOCALES } from '../settings/contract.ts';
import { MAX_PASSWORD_LENGTH } from './password.ts';

const nothing = z.strictObject({});
const email = z.email().max(254);
/** What was typed; the rules of `passwordFault` hold where one is set. */
const password = z
  .string()
  .min(1)
  .max(MAX_PASSWORD_LENGTH * 4);
const secret = z.string().min(16).max(256);
const label = z.string().trim().min(1).max(80);
/** Six digits of an authenticator, or one of the recovery codes. */
const code = z.string().trim().min(6).max(20);

/** How a device presents itself; `deviceId` when it has been here before. */
const device = z.strictObject({ deviceId: deviceId.optional(), name: label, platform: z.string().max(40) });

const tokens = z.strictObject({
  accountId,
  deviceId,
  accessToken: z.string(),
  /** Seconds from now; the caller's clock may be wrong. */
  expiresIn: z.number().int(),
  /** Works once; the answer brings the next. Used twice, it ends the session: somebody else had it. */
  refreshToken: z.string(),
});
const signedIn = z.strictObject({ kind: z.literal('signed_in'), ...tokens.shape });
const signInResult = z.discriminatedUnion('kind', [signedIn, z.strictObject({ kind: z.literal('code_needed') })]);

export type SignInResult = z.infer<typeof signInResult>;
export type Tokens = z.infer<typeof tokens>;
export type DeviceInput = z.infer<typeof device>;

const deviceRow = z.strictObject({
  deviceId,
  name: z.string(),
  platform: z.string(),
  createdAtMs: z.number(),
  lastSeenAtMs: z.number(),
  /** The one that asks. */
  isThis: z.boolean(),
});
const passkeyRow = z.strictObject({
  passkeyId,
  name: z.string(),
  createdAtMs: z.number(),
  lastUsedAtMs: z.number().nullable(),
});
const scopes = z.array(z.enum(API_KEY_SCOPES)).min(1).max(API_KEY_SCOPES.length);
const apiKeyRow = z.strictObject({
  keyId: apiKeyId,
  name: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  lastUsedAtMs: z.number().nullable(),
});
/** Shown this once: the server keeps only its hash. */
const newApiKey = z.strictObject({ ...apiKeyRow.shape, key: z.string() });
/** As WebAuthn's JSON serialisation has it. */
const webAuthnJson = z.record(z.string(), z.unknown());

export const authContract = {
  register: route(
    'POST',
    '/v1/auth/register',
    'public',
    'Registers an account. The answer is the same when the address is taken: its owner gets a mail.',
    z.strictObject({ email, password, locale: z.enum(LOCALES), displayName: z.string().trim().max(60).default('') }),
    z.strictObject({ kind: z.enum(['check_mail', 'ready']) }),
  ),
  verifyEmail: route(
    'POST',
    '/v1/auth/verify-email',
    'public',
    'Confirms an e-mail address with the secret of a mail.',
    z.strictObject({ secret }),
    nothing,
  ),
  signIn: route(
    'POST',
    '/v1/auth/sign-in',
    'public',
    'Signs a device in by password, and a code where the account asks for one.',
    z.strictObject({ email, password, code: code.optional(), device }),
    signInResult,
  ),
  refresh: route(
    'POST',
    '/v1/auth/refresh',
    'public',
    'Exchanges a refresh token for new tokens.',
    z.strictObject({ refreshToken: secret }),
    tokens,
  ),
  exchangeCode: route(
    'POST',
    '/v1/auth/token',
    'public',
    'Exchanges the code of the browser flow (RFC 8252, PKCE) for tokens.',
    z.strictObject({
      code: secret,
      codeVerifier: z.string().min(43).max(128),
      redirectUri: z.string().max(500),
      device,
    }),
    tokens,
  ),
  signOut: route('POST', '/v1/auth/sign-out', 'session.manage', 'Ends this session.', nothing, nothing),
  requestReset: route(
    'POST',
    '/v1/auth/request-reset',
    'public',
    'Mails a secret for a new password, if there is such an account; the answer does not tell.',
    z.strictObject({ email }),
    nothing,
  ),
  resetPassword: route(
    'POST',
    '/v1/auth/reset-password',
    'public',
    'Sets a new password with the secret of a mail, and ends every session.',
    z.strictObject({ secret, password }),
    nothing,
  ),
  changePassword: route(
    'POST',
    '/v1/auth/change-password',
    'session.manage',
    'Sets a new password and ends every other session.',
    z.strictObject({ current: password, next: password }),
    nothing,
  ),
  beginTotp: route(
    'POST',
    '/v1/auth/totp/begin',
    'session.manage',
    'Makes a secret for an authenticator app; it counts once confirmed.',
    z.strictObject({ password }),
    z.strictObject({ secret: z.string(), uri: z.string() }),
  ),
  confirmTotp: route(
    'POST',
    '/v1/auth/totp/confirm',
    'session.manage',
    'Turns the second factor on. The recovery codes are shown this once.',
    z.strictObject({ code }),
    z.strictObject({ recoveryCodes: z.array(z.string()) }),
  ),
  removeTotp: route(
    'POST',
    '/v1/auth/totp/remove',
    'session.manage',
    'Turns the second factor off.',
    z.strictObject({ password, code }),
    nothing,
  ),
  beginPasskey: route(
    'POST',
    '/v1/auth/passkeys/begin',
    'session.manage',
    'Options for navigator.credentials.create.',
    z.strictObject({ password }),
    z.strictObject({ options: webAuthnJson }),
  ),
  addPasskey: route(
    'POST',
    '/v1/auth/passkeys',
    'session.manage',
    'Stores a passkey made with those options.',
    z.strictObject({ name: label, response: webAuthnJson }),
    passkeyRow,
  ),
  passkeys: route(
    'GET',
    '/v1/auth/passkeys',
    'session.manage',
    'The account’s passkeys.',
    nothing,
    z.array(passkeyRow),
  ),
  removePasskey: route(
    'DELETE',
    '/v1/auth/passkeys/:passkeyId',
    'session.manage',
    'Removes a passkey.',
    z.strictObject({ passkeyId }),
    nothing,
  ),
  passkeyOptions: route(
    'POST',
    '/v1/auth/passkeys/options',
    'public',
    'Options for navigator.credentials.get; the same whoever asks.',
    nothing,
    z.strictObject({ options: webAuthnJson }),
  ),
  signInWithPasskey: route(
    'POST',
    '/v1/auth/passkeys/sign-in',
    'public',
    'Signs a device in by passkey.',
    z.strictObject({ response: webAuthnJson, device }),
    tokens,
  ),
  devices: route('GET', '/v1/auth/devices', 'session.manage', 'Signed-in devices.', nothing, z.array(deviceRow)),
  renameDevice: route(
    'PATCH',
    '/v1/auth/devices/:deviceId',
    'session.manage',
    'Renames a device.',
    z.strictObject({ deviceId, name: label }),
    nothing,
  ),
  revokeDevice: route(
    'DELETE',
    '/v1/auth/devices/:deviceId',
    'session.manage',
    'Signs a device out for good.',
    z.strictObject({ deviceId }),
    nothing,
  ),
  apiKeys: route('GET', '/v1/auth/api-keys', 'api_key.manage', 'Keys of other programs.', nothing, z.array(apiKeyRow)),
  createApiKey: route(
    'POST',
    '/v1/auth/api-keys',
    'api_key.manage',
    'Makes a key for another program.',
    z.strictObject({ name: label, scopes, expiresInDays: z.number().int().min(1).max(3650).nullable().default(null) }),
    newApiKey,
  ),
  rotateApiKey: route(
    'POST',
    '/v1/auth/api-keys/:keyId/rotate',
    'api_key.manage',
    'Replaces a key’s secret; the old one stops working at once.',
    z.strictObject({ keyId: apiKeyId }),
    newApiKey,
  ),
  revokeApiKey: route(
    'DELETE',
    '/v1/auth/api-keys/:keyId',
    'api_key.manage',
    'Ends a key.',
    z.strictObject({ keyId: apiKeyId }),
    nothing,
  ),
};
