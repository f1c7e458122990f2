import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { jsonInstruction } from './json-reply.ts';
import type { LlmRequest, PromptMessage } from './llm.ts';
import type { Attempt } from './openai-failures.ts';

/** Which parts of the protocol a server takes. Learned from its refusals and kept while the mind lives. */
export interface Dialect {
  /** `stream_options.include_usage`. */
  readonly usage: boolean;
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  readonly limitLearned: boolean;
  readonly temperature: boolean;
  readonly json: 'json_schema' | 'json_object' | 'prompt';
  /** Where system messages may stand: anywhere, only first, or nowhere (templates of some local models). */
  readonly system: 'anywhere' | 'first' | 'nowhere';
  /** Room for thinking, for models that spend their limit on it before the first word. */
  readonly thinkingTokens: number;
  /** How many UTF-16 units of messages its context has room for, once that was found to be less than what was sent. */
  readonly roomUnits: number;
}

const THINKING_TOKENS = 4096;

export function firstDialect(baseUrl: string): Dialect {
  const atOpenAi = /^https:\/\/[^/]*\.(?:openai\.com|openai\.azure\.com)\//.test(`${baseUrl}/`);
  return {
    usage: true,
    limit: atOpenAi ? 'max_completion_tokens' : 'max_tokens',
    limitLearned: false,
    temperature: true,
    json: 'json_schema',
    system: 'anywhere',
    thinkingTokens: 0,
    roomUnits: Number.POSITIVE_INFINITY,
  };
}

/** The request in this dialect. */
export function toParams(request: LlmRequest, model: string, dialect: Dialect): ChatCompletionCreateParamsStreaming {
  const limit = request.maxTokens + dialect.thinkingTokens;
  return {
    model,
    messages: toMessages(request, dialect),
    stream: true,
    ...(dialect.usage ? { stream_options: { include_usage: true } } : {}),
    ...(dialect.limit === 'max_tokens' ? { max_tokens: limit } : { max_completion_tokens: limit }),
    ...(dialect.temperature ? { temperature: request.temperature } : {}),
    ...responseFormat(request, dialect),
  };
}

/** What templates say that want roles in another order, or none of the system. */
const ROLE_TROUBLE = /system (?:role|message|prompt)|roles?\b.*(?:must|support|expected)|alternat|chat.?template|jinja/;

/** The dialect to try after a refusal, or null when the refusal is not about the dialect. */
export function adapt(dialect: Dialect, attempt: Attempt, request: LlmRequest): Dialect | null {
  const { status, words } = attempt;
  if (attempt.onlyThought) return dialect.thinkingTokens > 0 ? null : { ...dialect, thinkingTokens: THINKING_TOKENS };
  if (status !== 400 && status !== 413 && status !== 422 && status !== 500 && status !== 501) return null;
  if (
    /context.?(?:length|size|window)|exceed.?context|maximum context|prompt is too long|too many tokens|n_ctx/.test(
      words,
    )
  ) {
    const sent = shortened(request.messages, dialect.roomUnits);
    // Nothing is left that could be left out.
    if (historyOf(sent).length === 0) return null;
    return { ...dialect, roomUnits: Math.floor(unitsOf(sent) * 0.6) };
  }
  if (dialect.usage && /stream_options|include_usage/.test(words)) return { ...dialect, usage: false };
  if (!dialect.limitLearned && /max_(?:completion_)?tokens/.test(words)) {
    return {
      ...dialect,
      limit: dialect.limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens',
      limitLearned: true,
    };
  }
  if (dialect.temperature && /temperature/.test(words)) return { ...dialect, temperature: false };
  if (
    request.jsonSchema !== undefined &&
    dialect.json !== 'prompt' &&
    /response_format|json|schema|grammar|structured/.test(words)
  ) {
    return { ...dialect, json: dialect.json === 'json_schema' ? 'json_object' : 'prompt' };
  }
  if (dialect.system !== 'nowhere' && ROLE_TROUBLE.test(words)) {
    return { ...dialect, system: dialect.system === 'anywhere' ? 'first' : 'nowhere' };
  }
  if (status === 500 || isPlain(dialect)) return null;
  // Refused for a reason it does not name: once, with nothing but what every server knows.
  return {
    ...dialect,
    usage: false,
    temperature: false,
    limit: 'max_tokens',
    limitLearned: true,
    json: 'prompt',
    system: 'first',
  };
}

function isPlain(dialect: Dialect): boolean {
  return !dialect.usage && !dialect.temperature && dialect.json === 'prompt';
}

function responseFormat(
  request: LlmRequest,
  dialect: Dialect,
): Pick<ChatCompletionCreateParamsStreaming, 'response_format'> {
  if (request.jsonSchema === undefined || dialect.json === 'prompt') return {};
  if (dialect.json === 'json_object') return { response_format: { type: 'json_object' } };
  return {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: { ...request.jsonSchema } },
    },
  };
}

function toMessages(request: LlmRequest, dialect: Dialect): ChatCompletionMessageParam[] {
  let messages: readonly PromptMessage[] = request.messages;
  if (request.jsonSchema !== undefined && dialect.json !== 'json_schema') {
    messages = [...messages, { role: 'system', content: jsonInstruction(request.jsonSchema) }];
  }
  messages = shortened(messages, dialect.roomUnits);
  if (dialect.system !== 'anywhere') messages = folded(messages, dialect.system === 'first');
  return messages.map(({ role, content }) => ({ role, content }));
}

/** The turns between the leading system messages and the last three messages: what may be left out. */
function historyOf(messages: readonly PromptMessage[]): readonly PromptMessage[] {
  return messages.slice(leading(messages), Math.max(leading(messages), messages.length - 3));
}

/** The messages without the oldest turns that make them longer than this. */
function shortened(messages: readonly PromptMessage[], units: number): readonly PromptMessage[] {
  const from = leading(messages);
  const history = historyOf(messages);
  let total = unitsOf(messages);
  let dropped = 0;
  while (total > units && dropped < history.length) {
    total -= history[dropped]?.content.length ?? 0;
    dropped += 1;
  }
  return [...messages.slice(0, from), ...messages.slice(from + dropped)];
}

function unitsOf(messages: readonly PromptMessage[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

function leading(messages: readonly PromptMessage[]): number {
  const first = messages.findIndex((message) => message.role !== 'system');
  return first < 0 ? messages.length : first;
}

/**
 * The same messages with system ones at the beginning only (or nowhere) and user and assistant strictly in turn,
 * a user first: what the templates of many local models insist on.
 */
export function folded(messages: readonly PromptMessage[], systemFirst: boolean): PromptMessage[] {
  const from = leading(messages);
  const system = messages
    .slice(0, from)
    .map((message) => message.content)
    .join('\n\n');
  const result: PromptMessage[] = [];
  const add = (role: 'user' | 'assistant', content: string): void => {
    const last = result.at(-1);
    if (last?.role === role) result[result.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else result.push({ role, content });
  };
  for (const { role, content } of messages.slice(from)) {
    if (result.length === 0 && role === 'assistant') add('user', '…');
    add(role === 'assistant' ? 'assistant' : 'user', content);
  }
  if (result.length === 0) add('user', '…');
  if (system === '') return result;
  if (systemFirst) return [{ role: 'system', content: system }, ...result];
  const [first, ...rest] = result;
  return first === undefined ? [] : [{ role: 'user', content: `${system}\n\n${first.content}` }, ...rest];
}
