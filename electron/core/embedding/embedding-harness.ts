import { seededRandom } from '#shared/base/random.ts';
import {
  newId,
  type CharacterId,
  type ConversationId,
  type MemoryId,
  type MessageId,
  type ProviderId,
} from '#shared/entities.ts';
import type { Character } from '#shared/characters/contract.ts';
import type { SettingChanges } from '#shared/settings/contract.ts';
import { createAesSealer } from '../aes-sealer.ts';
import { insertCharacter } from '../characters/character-store.ts';
import { insertConversation } from '../chat/conversation-store.ts';
import { insertMessage, setDeleted } from '../chat/message-store.ts';
import { makeTestFolder, type TestFolder } from '../db/vault-harness.ts';
import type { Vault } from '../db/vault.ts';
import { insertMemory } from '../memory/memory-store.ts';
import { createSettings, type Settings } from '../settings/settings.ts';
import { createWordEmbedder } from './embedder-harness.ts';
import type { Embedder } from './embedder.ts';
import { createEmbedding, type Embedding } from './embedding.ts';

/** A real file with a character and a conversation, and the embedding over it. */
export interface EmbeddingTest {
  readonly folder: TestFolder;
  readonly vault: Vault;
  readonly settings: Settings;
  readonly embedding: Embedding;
  readonly characterId: CharacterId;
  readonly conversationId: ConversationId;
  say(text: string, characterId?: CharacterId): MessageId;
  remember(text: string): MemoryId;
  forget(id: MessageId): void;
  /** Ids of what is nearest to a text. */
  near(text: string, limit: number, space?: 'message' | 'memory'): Promise<string[]>;
  addCharacter(): { characterId: CharacterId; conversationId: ConversationId };
  addProvider(baseUrl: string): ProviderId;
  set(changes: SettingChanges): void;
  /** Closes the embedding and the file, keeps the folder. */
  close(): Promise<void>;
}

export async function openEmbeddingTest(
  options: {
    readonly folder?: TestFolder;
    readonly embedder?: () => Embedder;
    /** Known from an earlier opening. */
    readonly ids?: Pick<EmbeddingTest, 'characterId' | 'conversationId'>;
  } = {},
): Promise<EmbeddingTest> {
  const folder = options.folder ?? makeTestFolder();
  const vault = await folder.open();
  const { db } = vault;
  const clock = (): number => folder.nowMs;
  const random = seededRandom(folder.nowMs % 1000);
  const settings = createSettings({
    db,
    clock,
    random,
    sealer: createAesSealer(new Uint8Array(32)),
    log: () => undefined,
    utcOffsetMinutes: () => 540,
    probe: { tryOut: () => Promise.reject(new Error('no')), listModels: () => Promise.resolve([]) },
  });
  const embedding = createEmbedding({
    db,
    vault,
    settings,
    resourcesDir: '',
    clock,
    log: (...args) => folder.logged.push(args),
    bundledEmbedder: options.embedder ?? (() => createWordEmbedder()),
  });

  const addCharacter = () => {
    const characterId = newId<CharacterId>(clock(), random);
    const conversationId = newId<ConversationId>(clock(), random);
    db.write((tx) => {
      const hlc = tx.hlc();
      insertCharacter(tx, { ...SOMEBODY, id: characterId, createdAtMs: clock() }, hlc);
      insertConversation(tx, { id: conversationId, characterId, createdAtMs: clock() }, hlc);
    });
    return { characterId, conversationId };
  };
  const { characterId: mainId, conversationId: mainConversationId } = options.ids ?? addCharacter();
  const main = { characterId: mainId, conversationId: mainConversationId };
  const conversations = new Map<CharacterId, ConversationId>([[main.characterId, main.conversationId]]);

  return {
    folder,
    vault,
    settings,
    embedding,
    ...main,
    say(text, characterId = main.characterId) {
      const id = newId<MessageId>(clock(), random);
      const conversationId = conversations.get(characterId);
      if (conversationId === undefined) throw new Error('no such character');
      db.write((tx) =>
        insertMessage(
          tx,
          {
            id,
            conversationId,
            parentId: null,
            author: 'person',
            kind: 'text',
            text,
            state: 'complete',
            expression: null,
            rung: null,
            model: null,
            createdAtMs: clock(),
          },
          tx.hlc(),
        ),
      );
      return id;
    },
    remember(text) {
      const id = newId<MemoryId>(clock(), random);
      db.write((tx) =>
        insertMemory(
          tx,
          id,
          main.characterId,
          {
            kind: 'fact',
            text,
            subject: 'person',
            attribute: null,
            emotion: null,
            tags: [],
            origin: 'person',
            edited: false,
            toldAtMs: clock(),
            importance: 0.5,
            validFromMs: null,
            validToMs: null,
            supersededBy: null,
            term: 'long',
            expiresAtMs: null,
            pinned: false,
          },
          clock(),
          tx.hlc(),
        ),
      );
      return id;
    },
    forget: (id) => db.write((tx) => setDeleted(tx, id, true, tx.hlc())),
    async near(text, limit, space = 'message') {
      const embedder = embedding.embedder();
      const [vector = new Float32Array()] = await embedder.embed([text]);
      const query = { characterId: main.characterId, space, vector, model: embedder.model, limit };
      return (await embedding.index.search(query)).map(({ id }) => id);
    },
    addCharacter() {
      const added = addCharacter();
      conversations.set(added.characterId, added.conversationId);
      return added;
    },
    addProvider(baseUrl) {
      const fields = { kind: 'openai', name: 'test', baseUrl, modelPath: null, model: 'm', enabled: true } as const;
      const added = settings.handlers.addProvider({
        ...fields,
        apiKey: null,
        inputPrice: null,
        cachedInputPrice: null,
        outputPrice: null,
      });
      if (added instanceof Promise) throw new Error('expected at once');
      return added.providerId as ProviderId;
    },
    set: (changes) => void settings.handlers.set(changes),
    async close() {
      await embedding.close();
      await vault.close();
    },
  };
}

const SOMEBODY: Omit<Character, 'id' | 'createdAtMs'> = {
  builtIn: null,
  name: '試験 花',
  nickname: 'はな',
  gender: 'girlfriend',
  age: 25,
  occupation: '司書',
  hobbies: [],
  backstory: '',
  traits: { kindness: 50, humour: 50, seriousness: 50, activeness: 50, empathy: 50 },
  speech: { register: 'casual', firstPerson: 'わたし', endings: [], notes: '' },
  greetings: [],
  starters: [],
  tagline: '',
  avatar: 'akari',
  relationshipLevel: 1,
};
