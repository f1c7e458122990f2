import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Random } from '#shared/base/random.ts';
import { createBank, framesFile, movesFile, situationFile } from '#shared/chat/reply-bank/bank.ts';
import { chooseReply, type Speech } from '#shared/chat/reply-bank/choose.ts';
import { createCueSheet, cueFile } from '#shared/chat/reply-bank/cues.ts';
import { speaksOfCrisis, type CueSheets } from '#shared/chat/reply-bank/detect.ts';
import { daysFile } from '#shared/chat/reply-bank/own-day.ts';
import { paceReply } from '#shared/chat/reply-bank/pace.ts';
import { SITUATIONS } from '#shared/chat/reply-bank/situations.ts';
import { expressionTag } from '#shared/chat/expression-tag.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { orAbort, throwIfAborted, waitRealTime, type Wait } from './abort.ts';
import { LlmFailure, type Llm, type LlmChunk, type LlmRequest } from './llm.ts';

export interface ReplyBankOptions {
  /** `resources/` of the app. */
  readonly resourcesDir: string;
  readonly random: Random;
  /** How the pauses between words pass; real time unless given. */
  readonly delay?: Wait;
}

export interface ReplyBank extends Llm {
  /** Whether a text speaks of ending one's life or of harming oneself, in either language; true of no idiom we know. */
  speaksOfCrisis(text: string): Promise<boolean>;
}

/**
 * A mind without a model: it knows what kind of thing was said and answers with lines written by hand. It needs no
 * network and no key, and it claims to know nothing. Its files are read with the first reply in a language, then kept.
 */
export function createReplyBank(options: ReplyBankOptions): ReplyBank {
  const delay = options.delay ?? waitRealTime;
  const closing = new AbortController();
  const speeches = new Map<Locale, Promise<Speech>>();
  let cues: Promise<CueSheets> | null = null;

  const speechOf = (locale: Locale): Promise<Speech> => {
    const speech = speeches.get(locale) ?? readSpeech(options.resourcesDir, locale);
    speeches.set(locale, speech);
    // A file that could not be read may be there the next time.
    speech.catch(() => speeches.delete(locale));
    return speech;
  };
  const sheets = (): Promise<CueSheets> => {
    cues ??= readCues(options.resourcesDir);
    cues.catch(() => (cues = null));
    return cues;
  };

  async function* stream(request: LlmRequest): AsyncGenerator<LlmChunk> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    throwIfAborted(signal);
    if (request.jsonSchema !== undefined)
      throw new LlmFailure('bad_answer', 'the reply bank speaks; it writes no JSON', false);
    const { scene } = request;
    const [speech, sheet] = await orAbort(Promise.all([speechOf(scene.locale), sheets()]), signal).catch(
      (error: unknown) => {
        throwIfAborted(signal);
        throw new LlmFailure(
          'load_failed',
          error instanceof Error ? error.message : 'the reply bank cannot be read',
          false,
          { cause: error },
        );
      },
    );
    const reply = chooseReply(speech, sheet, scene, options.random);
    let face = reply.expression === null ? '' : expressionTag(reply.expression);
    for (const { afterMs, text } of paceReply(reply.text, scene.locale, options.random)) {
      await delay(afterMs, signal);
      throwIfAborted(signal);
      yield { kind: 'text', text: face + text };
      face = '';
    }
    throwIfAborted(signal);
    yield { kind: 'usage', promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
  }

  return {
    rung: 'reply-bank',
    model: 'reply-bank',
    stream,
    speaksOfCrisis: async (text) => speaksOfCrisis(await sheets(), text),
    async close() {
      closing.abort();
    },
  };
}

/** Reads all that replies in a language are made of. Throws naming the file that is missing or wrong. */
export async function readSpeech(resourcesDir: string, locale: Locale): Promise<Speech> {
  const [files, moves, frames, days] = await Promise.all([
    Promise.all(
      SITUATIONS.map(
        async (situation) =>
          [situation, await readAs(situationFile, resourcesDir, `${locale}/${situation}.json`)] as const,
      ),
    ),
    readAs(movesFile, resourcesDir, `${locale}/moves.json`),
    readAs(framesFile, resourcesDir, `${locale}/frames.json`),
    readAs(daysFile, resourcesDir, `${locale}/days.json`),
  ]);
  return { bank: createBank({ locale, situations: new Map(files), moves, frames }), days };
}

/** Reads the cues of both languages: a person may write in either, whatever the app speaks. */
export async function readCues(resourcesDir: string): Promise<CueSheets> {
  const [ja, en] = await Promise.all([
    readAs(cueFile, resourcesDir, 'cues-ja.json'),
    readAs(cueFile, resourcesDir, 'cues-en.json'),
  ]);
  return { ja: createCueSheet(ja), en: createCueSheet(en) };
}

async function readAs<T extends z.ZodType>(schema: T, resourcesDir: string, name: string): Promise<z.output<T>> {
  try {
    return schema.parse(JSON.parse(await readFile(join(resourcesDir, 'reply-bank', name), 'utf8')));
  } catch (error) {
    throw new Error(`reply-bank/${name}: ${error instanceof Error ? error.message : 'unreadable'}`, { cause: error });
  }
}
