import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '#shared/base/random.ts';
import type { EpochMs } from '#shared/base/time.ts';
import { newId, type AttachmentId, type CharacterId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { insertCharacter } from '../characters/character-store.ts';
import { bindAttachments, insertAttachment } from '../chat/attachment-store.ts';
import { insertConversation } from '../chat/conversation-store.ts';
import { insertMessage } from '../chat/message-store.ts';
import { fakeDeps, sampleCharacter } from '../core-harness.ts';
import { openVault } from '../db/vault.ts';
import { createEmbedding } from '../embedding/embedding.ts';
import { createSettings } from '../settings/settings.ts';
import { createRecall, type RecallWays } from './recall.ts';

/** A dialogue of two, in sessions, with questions about it. */
export interface Dialogue {
  readonly name: string;
  /** The person, and the companion. */
  readonly speakers: readonly [string, string];
  readonly sessions: readonly { readonly atMs: EpochMs; readonly turns: readonly DialogueTurn[] }[];
  readonly questions: readonly Question[];
}

export interface DialogueTurn {
  readonly id: string;
  readonly speaker: string;
  readonly text: string;
  readonly caption: string;
}

export interface Question {
  readonly text: string;
  readonly category: number;
  /** Ids of the turns that answer it, those that are there. */
  readonly evidence: readonly string[];
  readonly askedAtMs: EpochMs;
}

const TURN_MS = 30_000;
const DAY_MS = 86_400_000;

/** All dialogues of a folder's JSON files, in LoCoMo's shape: one or a list of them a file. */
export function readDialogues(folder: string): Dialogue[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const found: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
      return (Array.isArray(found) ? found : [found]).map((raw: unknown, at) =>
        dialogueFrom(asRecord(raw), `${name}#${at}`),
      );
    });
}

function dialogueFrom(raw: Raw, name: string): Dialogue {
  const conversation = asRecord(raw['conversation']);
  const sessions: Dialogue['sessions'][number][] = [];
  for (let number = 1; Array.isArray(conversation[`session_${number}`]); number++) {
    const turns = conversation[`session_${number}`] as readonly unknown[];
    sessions.push({
      atMs: parseSessionTime(String(conversation[`session_${number}_date_time`])),
      turns: turns.map(asRecord).map((turn) => ({
        id: String(turn['dia_id']),
        speaker: String(turn['speaker']),
        text: textOf(turn['text']),
        caption: textOf(turn['blip_caption']),
      })),
    });
  }
  const ids = new Set(sessions.flatMap(({ turns }) => turns.map(({ id }) => id)));
  const last = sessions.at(-1);
  const endMs = (last?.atMs ?? 0) + (last?.turns.length ?? 0) * TURN_MS;
  const questions = (Array.isArray(raw['qa']) ? raw['qa'] : []).map(asRecord).map((question) => ({
    text: String(question['question']),
    category: Number(question['category']),
    evidence: evidenceIds(question['evidence']).filter((id) => ids.has(id)),
    askedAtMs: textOf(question['asked_at']) === '' ? endMs + DAY_MS : Date.parse(`${textOf(question['asked_at'])}Z`),
  }));
  return {
    name,
    speakers: [String(conversation['speaker_a']), String(conversation['speaker_b'])],
    sessions,
    questions,
  };
}

/** Ids as they should be: `D1:3`; data sets also hold `D:1:3`, `D1:03` and several in one string. */
function evidenceIds(raw: unknown): string[] {
  const texts = (Array.isArray(raw) ? raw : [raw]).map(String);
  const ids = texts.flatMap((text) =>
    [...text.matchAll(/D:?(\d+):(\d+)/g)].map(([, session, turn]) => `D${Number(session)}:${Number(turn)}`),
  );
  return [...new Set(ids)];
}

/** `1:56 pm on 8 May, 2023`, taken as UTC. */
function parseSessionTime(text: string): EpochMs {
  const match = /^(\d{1,2}):(\d{2}) (am|pm) on (\d{1,2}) (\p{L}+), (\d{4})$/u.exec(text);
  if (match === null) throw new Error(`not a session's time: ${text}`);
  const [, hour, minute, half, date, month, year] = match;
  const day = Date.parse(`${date} ${month} ${year} 00:00 UTC`);
  if (Number.isNaN(day)) throw new Error(`not a session's date: ${text}`);
  return day + ((Number(hour) % 12) + (half === 'pm' ? 12 : 0)) * 3_600_000 + Number(minute) * 60_000;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type Raw = Readonly<Record<string, unknown>>;

function asRecord(value: unknown): Raw {
  if (typeof value !== 'object' || value === null) throw new Error('not a dialogue');
  return value as Raw;
}

/** The core's own file, queues, embedder and recall, without the rest of the core. */
export interface DialogueVault {
  /** Stores every turn as a message of a character of its own. Answers with how many. */
  tell(dialogue: Dialogue): number;
  /** Resolves when all has been read and has its vectors. */
  settle(): Promise<void>;
  ask(
    dialogue: Dialogue,
    question: Question,
    depth: number,
    way: RecallWays,
  ): Promise<{
    readonly turnIds: readonly string[];
    /** Of the ten best. */
    readonly tokens: number;
    readonly knows: boolean;
  }>;
  close(): Promise<void>;
}

export async function openDialogueVault(folder: string): Promise<DialogueVault> {
  const deps = { ...fakeDeps(folder), clock: Date.now, utcOffsetMinutes: () => 0 };
  const vault = await openVault({ ...deps, longWorkDelayMs: 1_000_000_000 });
  const { db } = vault;
  const settings = createSettings({
    ...deps,
    db,
    probe: { tryOut: () => Promise.reject(new Error('nobody asks')), listModels: () => Promise.resolve([]) },
  });
  const embedding = createEmbedding({ ...deps, db, vault, settings });
  const random = seededRandom(3);
  const told = new Map<Dialogue, { readonly characterId: CharacterId; readonly conversationId: ConversationId }>();
  const turnOf = new Map<string, string>();
  let asking: Dialogue | undefined;
  const recall = createRecall({
    ...deps,
    db,
    lend: vault.lend,
    embedding,
    namesOf: () => [asking?.speakers[1] ?? ''],
    personName: () => asking?.speakers[0] ?? '',
  });
  return {
    tell(dialogue) {
      const startMs = dialogue.sessions[0]?.atMs ?? 0;
      const characterId = newId<CharacterId>(startMs, random);
      const conversationId = newId<ConversationId>(startMs, random);
      told.set(dialogue, { characterId, conversationId });
      db.write((tx) => {
        insertCharacter(
          tx,
          { ...sampleCharacter, name: dialogue.speakers[1], id: characterId, builtIn: null, createdAtMs: startMs },
          tx.hlc(),
        );
        insertConversation(tx, { id: conversationId, characterId, createdAtMs: startMs }, tx.hlc());
      });
      let parentId: MessageId | null = null;
      let count = 0;
      for (const session of dialogue.sessions) {
        db.write((tx) => {
          session.turns.forEach((turn, at) => {
            const atMs = session.atMs + at * TURN_MS;
            const id = newId<MessageId>(atMs, random);
            const hlc = tx.hlc();
            insertMessage(
              tx,
              {
                id,
                conversationId,
                parentId,
                author: turn.speaker === dialogue.speakers[0] ? 'person' : 'character',
                kind: 'text',
                text: turn.text,
                state: 'complete',
                expression: null,
                rung: null,
                model: null,
                createdAtMs: atMs,
              },
              hlc,
            );
            if (turn.caption !== '') {
              const attachmentId = newId<AttachmentId>(atMs, random);
              const picture = {
                kind: 'image',
                mediaType: 'image/jpeg',
                sizeBytes: 0,
                width: null,
                height: null,
              } as const;
              insertAttachment(tx, { ...picture, id: attachmentId, contentHash: '', name: turn.caption }, atMs, hlc);
              bindAttachments(tx, [attachmentId], id, hlc);
            }
            turnOf.set(id, turn.id);
            parentId = id;
            count++;
          });
        });
      }
      return count;
    },
    async settle() {
      embedding.start();
      recall.start();
      await Promise.all([embedding.settled(), recall.settled()]);
      await Promise.all([embedding.settled(), recall.settled()]);
      const waiting = db.read(embedding.status).waiting;
      if (waiting > 0) throw new Error(`${waiting} turns have no vector`);
    },
    async ask(dialogue, question, depth, way) {
      asking = dialogue;
      const place = told.get(dialogue);
      if (place === undefined) throw new Error('the dialogue was not told');
      const request = {
        ...place,
        text: question.text,
        previousText: '',
        atMs: question.askedAtMs,
        tokenBudget: Infinity,
        limit: depth,
      };
      const { items, knows } = await recall.turns(request, new AbortController().signal, way);
      return {
        turnIds: items.map(({ id }) => turnOf.get(id) ?? ''),
        tokens: items.slice(0, 10).reduce((sum, { text }) => sum + estimateTokens(text), 0),
        knows,
      };
    },
    async close() {
      await recall.close();
      await embedding.close();
      await vault.close();
    },
  };
}
