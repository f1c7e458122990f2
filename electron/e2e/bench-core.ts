import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createAesSealer } from '#core/aes-sealer.ts';
import type { CoreDeps } from '#core/core-deps.ts';
import { createCore } from '#core/core.ts';
import { RESOURCES_DIR, fakeDeps } from '#core/core-harness.ts';
import type { GeneratedConversation } from '#core/db/generate-database.ts';
import { createScriptedLlm } from '#core/llm/scripted-llm.ts';
import { strongRandom } from '#core/strong-random.ts';
import { seededRandom } from '#shared/base/random.ts';
import { newId, type MessageId } from '#shared/entities.ts';
import { percentile, timeEach } from './bench-tools.ts';

export interface CoreFigures {
  readonly coreReadyMs: number;
  readonly openP95Ms: number;
  readonly pageUpP95Ms: number;
  readonly searchP95Ms: number;
  readonly sendP99Ms: number;
}

export interface CoreBenchInput {
  readonly folder: string;
  readonly keyHex: string;
  readonly conversations: readonly GeneratedConversation[];
}

/** What people look for: rare and common words, one and two letters, two words, in both languages, and nothing at all. */
export const SEARCHES = [
  '猫',
  '紅茶',
  '東京',
  '仕事',
  '雨',
  '今日',
  'おつかれ',
  '星',
  '誕生日',
  '本',
  '会議 疲れ',
  '夜 眠れない',
  'コーヒー',
  '電車',
  'tea',
  'work',
  'tonight',
  'rain',
  'birthday',
  'the',
  'cat window',
  'tired tomorrow',
  'zzzzqx',
  '鑿鑿',
  '約束した',
  'ありがとう',
];

const OPENINGS = 300;
const SENDS = 1000;

/** Measures in a process of its own, started cold on the file. */
export async function benchCore(input: CoreBenchInput): Promise<CoreFigures> {
  const child = fork(import.meta.filename, { stdio: 'inherit' });
  child.send(input);
  const [figures] = (await once(child, 'message')) as [CoreFigures];
  await once(child, 'exit');
  return figures;
}

if (import.meta.main) {
  const [input] = (await once(process, 'message')) as [CoreBenchInput];
  process.send?.(await measure(input));
  process.disconnect();
}

async function measure({ folder, keyHex, conversations }: CoreBenchInput): Promise<CoreFigures> {
  const deps: CoreDeps = {
    ...fakeDeps(folder),
    keySource: {
      kind: 'key-file',
      load: () => Promise.resolve(new Uint8Array(Buffer.from(keyHex, 'hex'))),
      save: () => Promise.resolve(),
      remove: () => Promise.resolve(),
    },
    sealer: createAesSealer(Buffer.from(keyHex, 'hex')),
    resourcesDir: RESOURCES_DIR,
    clock: Date.now,
    random: strongRandom(),
    // The evening, not its first ten seconds: the check and the snapshot of the start are measured by themselves.
    longWorkDelayMs: 3_600_000,
    // What is measured is the commit; the mind says nothing.
    mind: createScriptedLlm({ scripts: [[{ hang: true }]] }),
  };
  const begin = performance.now();
  const core = await createCore(deps);
  await core.handlers.chat.conversations({ archived: false });
  const coreReadyMs = performance.now() - begin;

  const random = seededRandom(3);
  const any = (): GeneratedConversation => conversations[Math.floor(random() * conversations.length)] ?? raise();
  const { chat } = core.handlers;
  const opened = await timeEach(Array.from({ length: OPENINGS }, any), ({ id: conversationId }) => {
    void chat.conversation({ conversationId });
    return chat.thread({ conversationId, limit: 50 });
  });
  const pages = Array.from({ length: OPENINGS }, any).map((one) => ({
    ...one,
    before: 1 + Math.floor(random() * one.pathLength),
  }));
  const pagedUp = await timeEach(pages, ({ id: conversationId, before }) =>
    chat.thread({ conversationId, before, limit: 50 }),
  );
  const searches = Array.from({ length: 10 }, () => SEARCHES).flat();
  const searched = await timeEach(searches, (text) => chat.search({ text, limit: 30 }));
  const dice = strongRandom();
  const sends = Array.from({ length: SENDS }, (_, index) => ({
    conversationId: any().id,
    messageId: newId<MessageId>(Date.now(), dice),
    text: `${index}通目。今日は仕事でへとへとだったけど、帰り道の月がきれいだったよ。`,
    attachmentIds: [],
  }));
  const sent: number[] = [];
  for (const send of sends) {
    sent.push(...(await timeEach([send], chat.sendMessage)));
    await chat.stopReply({ conversationId: send.conversationId });
  }
  await core.close();
  return {
    coreReadyMs,
    openP95Ms: percentile(opened, 0.95),
    pageUpP95Ms: percentile(pagedUp, 0.95),
    searchP95Ms: percentile(searched, 0.95),
    sendP99Ms: percentile(sent, 0.99),
  };
}

function raise(): never {
  throw new Error('the generated database has no conversations');
}
