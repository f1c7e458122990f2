// A process for memory-kill.fuzz.test.ts: says things, remembers them, forgets every third, and says each step that was
// committed, until it is killed.
import { setImmediate } from 'node:timers/promises';
import { newId, type ConversationId, type MemoryId, type MessageId } from '#shared/entities.ts';
import { settingValues } from '#shared/settings/contract.ts';
import { eraseWords, insertMessage, setDeleted } from '../chat/message-store.ts';
import { indexMessage, sweepIndex } from '../chat/search-store.ts';
import { openVault } from '../db/vault.ts';
import { strongRandom } from '../strong-random.ts';
import { eraseDue, forget, sweep, type Elsewhere } from './forgetting.ts';
import { readNext } from './memory-queue.ts';
import { memoriesFrom } from './memory-source-store.ts';
import { oneEachExtractor } from './one-each-harness.ts';

const [folder = '', keyHex = '', conversation = '', from = '0'] = process.argv.slice(2);
const random = strongRandom();
const vault = await openVault({
  dataDir: folder,
  keySource: {
    kind: 'key-file',
    load: () => Promise.resolve(new Uint8Array(Buffer.from(keyHex, 'hex'))),
    save: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
  clock: Date.now,
  random,
  log: () => undefined,
  longWorkDelayMs: 1_000_000,
});
if (vault.status().kind !== 'ready') throw new Error(`the vault is ${vault.status().kind}`);
const { db } = vault;
const conversationId = conversation as ConversationId;
const elsewhere: Elsewhere = {
  setMessageDeleted(tx, id, deleted) {
    setDeleted(tx, id, deleted, tx.hlc());
    indexMessage(tx, id);
    return true;
  },
  eraseMessage: (tx, id) => eraseWords(tx, id),
  sweepMessageIndex: () => sweepIndex(db),
};
const queue = {
  db,
  clock: Date.now,
  random,
  log: () => undefined,
  utcOffset: () => 540,
  settings: () => settingValues.parse({}),
  extractor: () => ({ extractor: oneEachExtractor, origin: 'rules' as const }),
};
const never = new AbortController().signal;
for (let index = Number(from); ; index++) {
  const id = newId<MessageId>(Date.now(), random);
  const shape = { kind: 'text', state: 'complete', expression: null, rung: null, model: null } as const;
  db.write((tx) => {
    const text = `number ${index} is secret`;
    const message = {
      ...shape,
      id,
      conversationId,
      parentId: null,
      author: 'person',
      text,
      createdAtMs: Date.now(),
    } as const;
    insertMessage(tx, message, tx.hlc());
    indexMessage(tx, id);
  });
  process.stdout.write(`said ${index} ${id}\n`);
  while (await readNext(queue, never));
  if (index % 3 === 2) {
    const memoryIds = db.read((tx) => memoriesFrom(tx, id).map(({ memoryId }): MemoryId => memoryId));
    db.write((tx) => forget(tx, elsewhere, memoryIds, true, 0));
    process.stdout.write(`forgot ${index} ${id}\n`);
    eraseDue(db, elsewhere, Date.now());
    if (index % 9 === 8) await sweep(db, elsewhere);
  }
  await setImmediate();
}
