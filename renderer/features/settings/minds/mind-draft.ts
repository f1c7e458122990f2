import type { Provider, ProviderFields } from '#shared/settings/contract.ts';
import type { MessageKey } from '#shared/i18n/translate.ts';

/** What can be added, as a person knows it. */
export const PRESETS = ['openai', 'ollama', 'lmstudio', 'llamacpp', 'other', 'gguf'] as const;
export type Preset = (typeof PRESETS)[number];

/** A provider as it is being written: prices are still text. */
export interface MindDraft {
  readonly preset: Preset;
  readonly name: string;
  readonly baseUrl: string;
  readonly modelPath: string;
  readonly model: string;
  /** Typed now; empty keeps what is stored. */
  readonly apiKey: string;
  readonly removeKey: boolean;
  readonly inputPrice: string;
  readonly cachedInputPrice: string;
  readonly outputPrice: string;
}

export type PriceName = 'inputPrice' | 'cachedInputPrice' | 'outputPrice';
export type DraftProblems = Readonly<
  Partial<Record<'name' | 'baseUrl' | 'modelPath' | PriceName, MessageKey & `mind.problem.${string}`>>
>;

const ADDRESSES: Readonly<Record<Preset, string>> = {
  openai: 'https://api.openai.com/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  lmstudio: 'http://127.0.0.1:1234/v1',
  llamacpp: 'http://127.0.0.1:8080/v1',
  other: '',
  gguf: '',
};

const NAMES: Readonly<Record<Preset, string>> = {
  openai: 'OpenAI',
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  other: '',
  gguf: '',
};

const HIGHEST_PRICE = 10_000;

export function draftOf(preset: Preset): MindDraft {
  return {
    preset,
    name: NAMES[preset],
    baseUrl: ADDRESSES[preset],
    modelPath: '',
    model: '',
    apiKey: '',
    removeKey: false,
    inputPrice: '',
    cachedInputPrice: '',
    outputPrice: '',
  };
}

/** Another preset: its name and address replace those that were another preset's own, not what the person wrote. */
export function changePreset(draft: MindDraft, preset: Preset): MindDraft {
  const ownName = draft.name !== NAMES[draft.preset];
  const ownAddress = draft.baseUrl !== ADDRESSES[draft.preset];
  return {
    ...draft,
    preset,
    name: ownName ? draft.name : NAMES[preset],
    baseUrl: ownAddress && draft.baseUrl !== '' ? draft.baseUrl : ADDRESSES[preset],
  };
}

export function draftFrom(provider: Provider): MindDraft {
  const preset =
    provider.kind === 'gguf'
      ? 'gguf'
      : (PRESETS.find((known) => ADDRESSES[known] === provider.baseUrl && known !== 'gguf') ?? 'other');
  const price = (value: number | null): string => (value === null ? '' : String(value));
  return {
    preset,
    name: provider.name,
    baseUrl: provider.baseUrl ?? '',
    modelPath: provider.modelPath ?? '',
    model: provider.model,
    apiKey: '',
    removeKey: false,
    inputPrice: price(provider.inputPrice),
    cachedInputPrice: price(provider.cachedInputPrice),
    outputPrice: price(provider.outputPrice),
  };
}

export function problemsOf(draft: MindDraft): DraftProblems {
  const file = draft.preset === 'gguf';
  const prices: readonly PriceName[] = ['inputPrice', 'cachedInputPrice', 'outputPrice'];
  return {
    ...(fieldName(draft) === '' ? { name: 'mind.problem.name' as const } : {}),
    ...(!file && !isAddress(draft.baseUrl) ? { baseUrl: 'mind.problem.url' as const } : {}),
    ...(file && !/\.gguf$/i.test(draft.modelPath.trim()) ? { modelPath: 'mind.problem.path' as const } : {}),
    ...Object.fromEntries(
      prices
        .filter((name) => readPrice(draft[name]) === undefined)
        .map((name) => [name, 'mind.problem.price' as const]),
    ),
  };
}

/** As the contract wants it. Only for a draft without problems. */
export function fieldsOf(draft: MindDraft): ProviderFields {
  const file = draft.preset === 'gguf';
  const key = draft.apiKey.trim();
  return {
    kind: file ? 'gguf' : 'openai',
    name: fieldName(draft),
    baseUrl: file ? null : draft.baseUrl.trim().replace(/\/+$/, ''),
    modelPath: file ? draft.modelPath.trim() : null,
    model: file ? '' : draft.model.trim(),
    enabled: true,
    inputPrice: readPrice(draft.inputPrice) ?? null,
    cachedInputPrice: readPrice(draft.cachedInputPrice) ?? null,
    outputPrice: readPrice(draft.outputPrice) ?? null,
    ...(key !== '' ? { apiKey: key } : draft.removeKey ? { apiKey: null } : {}),
  };
}

/** The name written, else the file's own. */
function fieldName(draft: MindDraft): string {
  return draft.name.trim() || (draft.modelPath.split(/[\\/]/).at(-1) ?? '').replace(/\.gguf$/i, '').slice(0, 80);
}

function isAddress(text: string): boolean {
  const url = URL.parse(text.trim());
  return url !== null && /^https?:$/.test(url.protocol);
}

/** null when empty, undefined when it is not a price. */
function readPrice(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text.trim().replace(',', '.'));
  return Number.isFinite(value) && value >= 0 && value <= HIGHEST_PRICE ? value : undefined;
}
