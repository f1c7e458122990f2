import { z } from 'zod';
import { lettersEn } from '#shared/i18n/en/letters.ts';
import type { Accounts } from '../account/account.ts';
import type { Db } from '../db/db.ts';
import { composeMail, type LetterName, type Mailer } from '../mail/mail.ts';
import type { Codes } from './codes.ts';
import { nameOfDevice } from './session-store.ts';

export interface LetterDeps {
  readonly db: Db;
  readonly accounts: Accounts;
  readonly codes: Codes;
  readonly mailer: Mailer;
  readonly publicUrl: string;
}

const isLetterName = (name: string): name is LetterName => Object.hasOwn(lettersEn, name);
const payloadSchema = z.object({
  letter: z.string().refine(isLetterName),
  /** Null: the address was unknown; the job exists so that asking takes the same time. */
  accountId: z.uuid().nullable(),
  /** The device a letter speaks of. */
  deviceId: z.uuid().optional(),
  values: z.record(z.string(), z.string()).default({}),
});

/** Does a `mail` job. Secrets are made, and names looked up, here and not when it was asked for: they never rest in the queue. */
export async function sendLetter(deps: LetterDeps, payload: unknown): Promise<void> {
  const { letter, accountId, deviceId, values } = payloadSchema.parse(payload);
  if (accountId === null) return;
  const written = await deps.db.asSystem(async (tx) => {
    const account = await deps.accounts.read(tx, accountId);
    if (!account) return null;
    const link = await linkFor(letter, (purpose) => deps.codes.make(tx, accountId, purpose), deps.publicUrl);
    const device = deviceId === undefined ? undefined : await nameOfDevice(tx, deviceId);
    const filled = { ...values, ...(link === null ? {} : { link }), ...(device === undefined ? {} : { device }) };
    return composeMail(account.email, letter, account.locale, filled);
  });
  if (written) await deps.mailer.send(written);
}

async function linkFor(
  letter: LetterName,
  make: (purpose: 'verify_email' | 'reset_password') => Promise<string>,
  publicUrl: string,
): Promise<string | null> {
  if (letter === 'verifyEmail') return `${publicUrl}/verify-email?secret=${await make('verify_email')}`;
  if (letter === 'resetPassword') return `${publicUrl}/reset-password?secret=${await make('reset_password')}`;
  return null;
}
