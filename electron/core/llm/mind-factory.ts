import type { Rung } from '#shared/chat/contract.ts';
import { parseTags } from '#shared/chat/expression-tag.ts';
import type { Scene } from '#shared/chat/scene.ts';
import type { CharacterId } from '#shared/entities.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { isAbortError } from './abort.ts';
import { checkFile, createLlamaLlm, type LlamaLlm } from './llama-llm.ts';
import type { SpawnLlama } from './llama-child.ts';
import { LlmFailure, type Llm, type MindProbe, type MindSource } from './llm.ts';
import { createOpenAiLlm, listOpenAiModels } from './openai-llm.ts';

/** A mind at its source, opened. */
export interface OpenMind {
  readonly llm: Llm;
  /** The most tokens a prompt may have here; null when not known (yet). */
  promptTokens(): number | null;
}

export interface MindFactory extends MindProbe {
  open(source: MindSource, rung: Rung): OpenMind;
}

/** What a reply may have beside its prompt, on a device whose memory is shared by both. */
const REPLY_TOKENS = 1024;
const TRY_OUT_MS = 60_000;
/** Loading a large file from a slow disk takes this long. */
const TRY_OUT_FILE_MS = 300_000;

/** Opens minds. A file that several want is loaded once: it may fill the memory. */
export function createMindFactory(deps: {
  /** How many tokens of prompt the person allows. Read when a model is loaded. */
  readonly contextTokens: () => number;
  readonly spawnLlama?: SpawnLlama;
}): MindFactory {
  const files = new Map<string, { readonly llm: LlamaLlm; users: number }>();

  const openFile = (modelPath: string, name: string): OpenMind => {
    const shared = files.get(modelPath) ?? {
      llm: createLlamaLlm({
        modelPath,
        name,
        contextTokens: () => deps.contextTokens() + REPLY_TOKENS,
        ...(deps.spawnLlama === undefined ? {} : { spawn: deps.spawnLlama }),
      }),
      users: 0,
    };
    files.set(modelPath, shared);
    shared.users += 1;
    const { llm } = shared;
    const closing = new AbortController();
    return {
      llm: {
        rung: llm.rung,
        model: name === '' ? llm.model : name,
        stream: (request) => llm.stream({ ...request, signal: AbortSignal.any([request.signal, closing.signal]) }),
        async close() {
          if (closing.signal.aborted) return;
          closing.abort();
          shared.users -= 1;
          if (shared.users > 0) return;
          files.delete(modelPath);
          await llm.close();
        },
      },
      promptTokens() {
        const all = llm.contextTokens();
        return all === null ? null : Math.max(Math.floor(all * 0.75), all - REPLY_TOKENS);
      },
    };
  };

  const open = (source: MindSource, rung: Rung): OpenMind => {
    if (source.kind === 'gguf') return openFile(source.modelPath ?? '', source.model);
    const llm = createOpenAiLlm({ rung, baseUrl: source.baseUrl ?? '', apiKey: source.apiKey, model: source.model });
    return { llm, promptTokens: () => null };
  };

  return {
    open,

    async tryOut(source, locale) {
      const { llm } = open(source, 'primary');
      const late = AbortSignal.timeout(source.kind === 'gguf' ? TRY_OUT_FILE_MS : TRY_OUT_MS);
      const startedAt = performance.now();
      let firstTokenMs = 0;
      let text = '';
      try {
        for await (const chunk of llm.stream({
          ...QUESTION[locale],
          scene: tryOutScene(locale),
          maxTokens: 60,
          temperature: 0.7,
          signal: late,
        })) {
          if (chunk.kind !== 'text') continue;
          if (text === '') firstTokenMs = Math.round(performance.now() - startedAt);
          text += chunk.text;
        }
      } catch (error) {
        if (isAbortError(error) && late.aborted) throw new LlmFailure('timeout', 'no whole answer came in time', true);
        throw error;
      } finally {
        await llm.close();
      }
      return { model: llm.model, firstTokenMs, sample: parseTags(text).text.trim().slice(0, 120) };
    },

    async listModels(source) {
      if (source.kind === 'openai') return listOpenAiModels({ baseUrl: source.baseUrl ?? '', apiKey: source.apiKey });
      await checkFile(source.modelPath ?? '');
      const mind = openFile(source.modelPath ?? '', '');
      await mind.llm.close();
      return [mind.llm.model];
    },
  };
}

const QUESTION = {
  ja: {
    messages: [
      { role: 'system', content: '一文だけで、短く答える。' },
      { role: 'user', content: 'こんばんは。聞こえますか。' },
    ],
  },
  en: {
    messages: [
      { role: 'system', content: 'Answer in one short sentence.' },
      { role: 'user', content: 'Good evening. Can you hear me?' },
    ],
  },
} as const;

/** A scene for minds that read scenes; nobody is in it. */
function tryOutScene(locale: Locale): Scene {
  return {
    character: {
      id: '00000000-0000-7000-8000-000000000000' as CharacterId,
      builtIn: null,
      name: '-',
      nickname: '',
      gender: 'girlfriend',
      age: 20,
      occupation: '',
      hobbies: [],
      backstory: '',
      traits: { kindness: 50, humour: 50, seriousness: 50, activeness: 50, empathy: 50 },
      speech: { register: 'polite', firstPerson: '', endings: [], notes: '' },
      greetings: [],
      starters: [],
      tagline: '',
      avatar: 'akari',
      relationshipLevel: 1,
      createdAtMs: 0,
    },
    personName: '',
    locale,
    friendMode: true,
    nowMs: 0,
    utcOffsetMinutes: 0,
    turns: [],
    continuing: false,
    rejected: [],
  };
}
