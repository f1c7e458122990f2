import { join } from 'node:path';
import type { CoreEmit, CoreHandlers } from '#shared/contract.ts';
import { characterId } from '#shared/entities.ts';
import type { EventSource } from '#shared/rpc/contract.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { dayAndTime } from '#shared/chat/day-and-time.ts';
import { createCharacters } from './characters/characters.ts';
import { openBlobFiles } from './chat/blob-files.ts';
import { createChat } from './chat/chat.ts';
import type { CoreDeps } from './core-deps.ts';
import { openVault } from './db/vault.ts';
import { createEmbedding } from './embedding/embedding.ts';
import { createHost } from './host/host.ts';
import { createMindFactory } from './llm/mind-factory.ts';
import { createMinds } from './llm/minds.ts';
import { createReplyBank } from './llm/reply-bank.ts';
import { createLlmExtractor } from './memory/llm-extractor.ts';
import { createLorebooks } from './lorebook/lorebook.ts';
import { createMemories } from './memory/memory.ts';
import { createRecall } from './memory/recall.ts';
import { ruleExtractor } from './memory/rule-extractor.ts';
import { createSettings } from './settings/settings.ts';
import { traceOf } from './trace-of.ts';

/** Everything Tomoshibi does, without a window: what a host serves to whoever shows it. */
export interface Core {
  readonly handlers: CoreHandlers;
  readonly events: EventSource;
  /** Resolves when nothing that goes on in the background is left to do just now. For tests and evaluations. */
  settle(): Promise<void>;
  /** Ends what is being written, then closes the file. */
  close(): Promise<void>;
}

const WARM_UP_AFTER_MS = 1_000;
const WARM_UP_MEANING_AFTER_MS = 4_000;

/** The composition root: the only place that knows all features. */
export async function createCore(deps: CoreDeps): Promise<Core> {
  const listeners = new Set<Parameters<EventSource['subscribe']>[0]>();
  const emit: CoreEmit = (feature, name, payload) => {
    for (const listener of [...listeners]) listener(feature, name, payload);
  };

  const vault = await openVault(deps);
  const { db } = vault;
  const blobs = openBlobFiles(join(deps.dataDir, 'blobs'), () => vault.deriveKey('blobs'));
  const host = createHost({ vault, emit, ...deps });
  const factory = createMindFactory({ contextTokens: () => settings.read().contextTokens });
  const settings = createSettings({ db, probe: factory, ...deps });
  const embedding = createEmbedding({ db, vault, settings, ...deps });
  const characters = createCharacters({ db, ...deps });
  const bank = createReplyBank(deps);
  const minds = createMinds({ settings, factory, bank, ...deps });
  const recall = createRecall({
    db,
    lend: vault.lend,
    embedding,
    namesOf(tx, id) {
      const { name, nickname } = characters.get(tx, id);
      return [name, nickname];
    },
    personName: () => settings.read().personName,
    ...deps,
  });
  const memories = createMemories({
    db,
    settings: settings.read,
    extractor(recent) {
      const llm = recent ? minds.freeMind() : null;
      if (llm === null) return { extractor: ruleExtractor, origin: 'rules' };
      return { extractor: createLlmExtractor({ llm, fallback: ruleExtractor }), origin: 'model' };
    },
    freeMind: minds.freeMind,
    recall: recall.recall,
    elsewhere: {
      setMessageDeleted: (...args) => chat.setMessageDeleted(...args),
      eraseMessage: (...args) => chat.eraseMessage(...args),
      sweepMessageIndex: () => chat.sweepIndex(),
    },
    renewSnapshots: vault.renewSnapshots,
    isReplying: () => chat.isReplying(),
    ...deps,
  });
  const lorebooks = createLorebooks({ db, vault, characters, settings: settings.read, emit, ...deps });
  const chat = createChat({
    db,
    blobs,
    characters,
    settings: settings.read,
    ladder: minds.ladder,
    freeMind: minds.freeMind,
    memories,
    lorebooks,
    speaksOfCrisis: bank.speaksOfCrisis,
    emit,
    ...deps,
  });

  let spoken: Locale | null = null;
  const followLanguage = (): void => {
    const { locale } = settings.read();
    if (locale === null || locale === spoken) return;
    const changed = spoken !== null;
    spoken = locale;
    if (changed) {
      characters
        .speak(locale)
        .catch((thrown: unknown) => deps.log('error', 'language_not_followed', { trace: traceOf(thrown) }));
    }
  };
  const whenReady = (): void => {
    if (vault.status().kind !== 'ready') return;
    chat.recover();
    followLanguage();
    embedding.start();
    recall.start();
    memories.start();
    lorebooks.start();
  };
  whenReady();
  const stopFollowing = db.onChanged((entities) => {
    if (entities.includes('setting')) followLanguage();
  });
  const stopListening = vault.onStatus(whenReady);
  // What the first message of the evening would otherwise wait for, while nobody waits.
  const warmUp = setTimeout(() => {
    if (vault.status().kind !== 'ready') return;
    dayAndTime(settings.read().locale ?? 'ja', new Date(deps.clock()));
    void bank.speaksOfCrisis(' ');
  }, WARM_UP_AFTER_MS);
  // Later, for it takes a processor for a second or two.
  const warmUpMeaning = setTimeout(() => {
    if (vault.status().kind !== 'ready') return;
    const { locale, activeCharacterId } = settings.read();
    void embedding.warm(locale ?? 'ja', characterId.safeParse(activeCharacterId).data ?? null);
  }, WARM_UP_MEANING_AFTER_MS);

  return {
    handlers: {
      chat: chat.handlers,
      characters: characters.handlers,
      memory: memories.handlers,
      lorebook: lorebooks.handlers,
      embedding: embedding.handlers,
      settings: settings.handlers,
      host: host.handlers,
    },
    events: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async settle() {
      await chat.settled();
      await memories.settle();
      await embedding.settled();
      await recall.settled();
    },
    async close() {
      stopListening();
      clearTimeout(warmUp);
      clearTimeout(warmUpMeaning);
      stopFollowing();
      await chat.close();
      await memories.close();
      await lorebooks.close();
      await recall.close();
      await embedding.close();
      await minds.close();
      host.close();
      await vault.close();
      listeners.clear();
    },
  };
}
