import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strongRandom } from '#core/strong-random.ts';
import { seededRandom } from '#shared/base/random.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { connectClient, makeFolder, removeFolder, settleIn, startApp } from './harness.ts';

const KILLS = 20;
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

let dataDir: string;
beforeAll(async () => {
  dataDir = await makeFolder();
});
afterAll(() => removeFolder(dataDir));

describe('kill -9', () => {
  it(`loses and doubles no message of the person's, and keeps what was being said, ${KILLS} times (FUZZ_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const dice = strongRandom();
    /** Every message the person wrote, and whether the core said it has it. */
    const written = new Map<MessageId, { text: string; acknowledged: boolean }>();
    /** The longest text heard of each reply that was never ended. */
    const heard = new Map<MessageId, string>();
    let conversationId: ConversationId | undefined;
    let partialsKept = 0;

    for (let round = 0; round <= KILLS; round += 1) {
      const app = await startApp({ dataDir });
      const { client, close } = await connectClient(app);
      conversationId ??= (await settleIn(client)).conversationId;
      const into = conversationId;

      // What the page would do after a reconnect: send again, under the same id, what was never acknowledged.
      for (const [messageId, message] of written) {
        if (message.acknowledged) continue;
        await client.chat.sendMessage({ conversationId: into, messageId, text: message.text });
        message.acknowledged = true;
        await client.chat.stopReply({ conversationId: into });
      }
      const thread = await wholeThread(client, into);
      for (const [messageId, { text }] of written) {
        expect(thread.filter((message) => message.id === messageId).map((message) => message.text)).toEqual([text]);
      }
      expect(thread.filter((message) => message.state === 'partial')).toEqual([]);
      expect(thread.filter((message) => /^[\s.…。・]*$/.test(message.text))).toEqual([]);
      for (const [messageId, text] of heard) {
        const kept = thread.find((message) => message.id === messageId);
        expect(kept, `reply heard as 「${text}」`).toBeDefined();
        expect(text.startsWith(kept?.text ?? '?') || kept?.text.startsWith(text)).toBe(true);
        if (kept?.state === 'interrupted') partialsKept += 1;
      }
      heard.clear();
      if (round === KILLS) {
        close();
        await app.stop();
        break;
      }

      client.chat.onReplyDelta(({ messageId, at, text }) =>
        heard.set(messageId, (heard.get(messageId) ?? '').slice(0, at) + text),
      );
      client.chat.onReplyEnded(({ messageId }) => messageId !== null && heard.delete(messageId));
      const sends = 1 + Math.floor(random() * 3);
      for (let count = 0; count < sends; count += 1) {
        const messageId = newId<MessageId>(Date.now(), dice);
        const message = { text: `${round}回目の${count}つ目: 今日は仕事でへとへと`, acknowledged: false };
        written.set(messageId, message);
        const sending = client.chat.sendMessage({ conversationId: into, messageId, text: message.text }).then(
          () => (message.acknowledged = true),
          () => undefined,
        );
        if (count < sends - 1 || random() < 0.7) await sending;
      }
      // Somewhere between the last send's first byte and the middle of its reply.
      const killAfterMs = random() * 1500;
      await new Promise((resolve) => setTimeout(resolve, killAfterMs));
      await app.kill();
      close();
    }
    expect(partialsKept).toBeGreaterThan(0);
  }, 180_000);
});

async function wholeThread(
  client: Awaited<ReturnType<typeof connectClient>>['client'],
  conversationId: ConversationId,
) {
  let messages: Awaited<ReturnType<typeof client.chat.thread>>['messages'] = [];
  for (let before: number | undefined; before !== 0;) {
    const page = await client.chat.thread({ conversationId, limit: 200, ...(before === undefined ? {} : { before }) });
    messages = [...page.messages, ...messages];
    before = page.from;
  }
  return messages;
}
