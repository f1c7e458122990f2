// A process for embedding-kill.fuzz.test.ts: says and forgets things, and gives them vectors, without end, until it is killed.
import { seededRandom } from '#shared/base/random.ts';
import type { CharacterId, ConversationId, MessageId } from '#shared/entities.ts';
import { makeTestFolder } from '../db/vault-harness.ts';
import { createWordEmbedder } from './embedder-harness.ts';
import { openEmbeddingTest } from './embedding-harness.ts';

const [folder = '', keyHex = '', model = '', characterId = '', conversationId = '', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const test = makeTestFolder(undefined, folder);
test.keySource.key = new Uint8Array(Buffer.from(keyHex, 'hex'));
test.nowMs += Number(seed) * 1000;
const life = await openEmbeddingTest({
  folder: test,
  embedder: () => createWordEmbedder({ model }),
  ids: { characterId: characterId as CharacterId, conversationId: conversationId as ConversationId },
});
life.embedding.start();
process.stdout.write('ready\n');
const said: MessageId[] = [];
for (let index = 0; ; index += 1) {
  said.push(life.say(`message ${seed} ${index}`));
  const forgotten = said[Math.floor(random() * said.length)];
  if (random() < 0.2 && forgotten !== undefined) life.forget(forgotten);
  await new Promise((resolve) => setImmediate(resolve));
}
