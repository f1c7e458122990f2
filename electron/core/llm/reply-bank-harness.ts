import { resolve } from 'node:path';
import { seededRandom, type Random } from '#shared/base/random.ts';
import type { Register } from '#shared/characters/contract.ts';
import type { Bank } from '#shared/chat/reply-bank/bank.ts';
import { chooseReply, type Chosen, type Speech } from '#shared/chat/reply-bank/choose.ts';
import type { CueSheets } from '#shared/chat/reply-bank/detect.ts';
import type { Scene, SceneTurn } from '#shared/chat/scene.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { exampleCharacter, exampleScene } from './llm-suite.ts';
import { readCues, readSpeech } from './reply-bank.ts';

export const RESOURCES = resolve(import.meta.dirname, '../../../resources');
export const LOCALES = ['ja', 'en'] as const satisfies readonly Locale[];

export interface Shelf {
  readonly cues: CueSheets;
  readonly speeches: Readonly<Record<Locale, Speech>>;
  readonly banks: Readonly<Record<Locale, Bank>>;
}

/** The bank as it ships. */
export async function openShelf(): Promise<Shelf> {
  const [cues, ja, en] = await Promise.all([
    readCues(RESOURCES),
    readSpeech(RESOURCES, 'ja'),
    readSpeech(RESOURCES, 'en'),
  ]);
  return { cues, speeches: { ja, en }, banks: { ja: ja.bank, en: en.bank } };
}

export interface TalkScene extends Partial<Omit<Scene, 'character'>> {
  readonly locale: Locale;
  readonly register: Register;
  readonly level?: number;
}

/** A scene with a companion of this register, in the evening unless told otherwise. */
export function sceneOf({ locale, register, level = 3, ...changes }: TalkScene): Scene {
  const english = locale === 'en';
  return exampleScene({
    character: exampleCharacter({
      name: english ? 'Akari' : '灯里',
      nickname: english ? 'Akari' : 'あかり',
      relationshipLevel: level,
      speech: { register, firstPerson: english ? 'I' : 'わたし', endings: [], notes: '' },
    }),
    personName: english ? 'Sam' : 'ゆう',
    ...changes,
    locale,
  });
}

export function personSays(text: string, attachments: SceneTurn['attachments'] = []): SceneTurn {
  return { author: 'person', text, expression: null, atMs: 0, attachments };
}

export function companionSays(text: string): SceneTurn {
  return { author: 'character', text, expression: null, atMs: 0, attachments: [] };
}

/** One reply to one message. */
export function replyTo(shelf: Shelf, message: string, scene: TalkScene, random: Random = seededRandom(1)): Chosen {
  return chooseReply(
    shelf.speeches[scene.locale],
    shelf.cues,
    sceneOf({ ...scene, turns: [personSays(message)] }),
    random,
  );
}

/** A whole talk: each message is answered with all that came before in mind. */
export function talkThrough(
  shelf: Shelf,
  messages: readonly string[],
  scene: TalkScene,
  random: Random = seededRandom(1),
): Chosen[] {
  const turns: SceneTurn[] = [];
  return messages.map((message) => {
    turns.push(personSays(message));
    const chosen = chooseReply(
      shelf.speeches[scene.locale],
      shelf.cues,
      sceneOf({ ...scene, turns: [...turns] }),
      random,
    );
    turns.push(companionSays(chosen.text));
    return chosen;
  });
}
