import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { lettersEn, type Letters } from '#shared/i18n/en/letters.ts';
import { lettersJa } from '#shared/i18n/ja/letters.ts';
import type { Locale } from '#shared/settings/contract.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

export interface Mailer {
  /** Resolves when somebody else has taken charge of it. Throws to be tried again. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

export type LetterName = keyof Letters;

const LETTERS: Record<Locale, Letters> = { ja: lettersJa, en: lettersEn };

/** A letter in the person's language; `{link}` and the like are filled in. */
export function composeMail(
  to: string,
  letter: LetterName,
  locale: Locale,
  values: Readonly<Record<string, string>> = {},
): Mail {
  const { subject, text } = LETTERS[locale][letter];
  const filled = text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
  return { to, subject, text: filled };
}

export function createSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(url, { from });
  return {
    async send({ to, subject, text }) {
      // An object: the address is data and cannot smuggle in another recipient.
      await transport.sendMail({
        to: { name: '', address: to },
        subject,
        text,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
    close: () => transport.close(),
  };
}

/** For development and a server of one's own without a mail account: each mail becomes a file in `folder`. */
export function createFileMailer(folder: string, from: string, clock: () => number): Mailer {
  let count = 0;
  const stream = createTransport({ streamTransport: true, buffer: true }, { from });
  return {
    async send({ to, subject, text }) {
      const { message } = await stream.sendMail({ to: { name: '', address: to }, subject, text });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      count += 1;
      const file = path.join(folder, `${new Date(clock()).toISOString().replaceAll(':', '-')}-${count}.eml`);
      await writeFile(`${file}.incoming`, Buffer.isBuffer(message) ? message : '', { mode: 0o600 });
      await rename(`${file}.incoming`, file);
    },
    close: () => stream.close(),
  };
}
