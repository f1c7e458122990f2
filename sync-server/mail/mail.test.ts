import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { lettersEn } from '#shared/i18n/en/letters.ts';
import { lettersJa } from '#shared/i18n/ja/letters.ts';
import { composeMail, createFileMailer, createSmtpMailer, type LetterName } from './mail.ts';

test('every letter has the same places to fill in both languages', () => {
  const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
  for (const [name, letter] of Object.entries(lettersEn))
    expect(places(lettersJa[name as LetterName].text), name).toEqual(places(letter.text));
});

test('what is filled in stays as it is', () => {
  const { text } = composeMail('a@example.test', 'tokenReused', 'en', { device: '{link} $& 灯' });
  expect(text).toContain('the device "{link} $& 灯"');
});

test('a mail becomes a file that only its owner reads', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-mail-'));
  const mailer = createFileMailer(folder, 'Tomoshibi <no-reply@localhost>', () => 0);
  await mailer.send({ to: 'a@example.test', subject: '確認', text: 'link: https://example.test/?secret=abc' });
  const [file = ''] = await readdir(folder);
  const text = await readFile(path.join(folder, file), 'utf8');
  expect(text).toContain('To: a@example.test');
  expect(text).toContain('secret=');
  expect((await stat(path.join(folder, file))).mode & 0o077).toBe(0);
  await rm(folder, { recursive: true });
});

test('SMTP delivers to the one recipient, whatever the address contains; a refusal is an error', async () => {
  const received: { to: string[]; data: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(address.startsWith('refused') ? new Error('no such user') : null),
    onData(stream, { envelope }, done) {
      let data = '';
      stream.on('data', (chunk: Buffer) => (data += chunk.toString()));
      stream.on('end', () => {
        received.push({ to: envelope.rcptTo.map(({ address }) => address), data });
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const mailer = createSmtpMailer(`smtp://127.0.0.1:${port}`, 'Tomoshibi <no-reply@example.test>');
  await mailer.send({ to: 'a@example.test', subject: 'hello', text: 'text' });
  await mailer
    .send({ to: 'b@example.test, evil@example.test', subject: 'x\r\nBcc: evil@example.test', text: 'text' })
    .catch(() => undefined);
  await expect(mailer.send({ to: 'refused@example.test', subject: 'x', text: 'x' })).rejects.toThrow();
  expect(received[0]?.to).toEqual(['a@example.test']);
  expect(received.flatMap(({ to }) => to)).not.toContain('evil@example.test');
  expect(received.map(({ data }) => data).join('')).not.toMatch(/^Bcc:/m);
  mailer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
