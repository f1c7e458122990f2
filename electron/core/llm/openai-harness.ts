import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LlmFailure, type Llm } from './llm.ts';
import { drain, exampleRequest } from './llm-suite.ts';
import { createOpenAiLlm, type OpenAiOptions } from './openai-llm.ts';

/** What the server is asked, body parsed. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

/** A server for tests that answers each request with the next of its answers (the last one again and again). */
export async function startHostileServer(
  ...answers: readonly Answer[]
): Promise<{ baseUrl: string; asked: Asked[]; close(): Promise<void> }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const question = { path: request.url ?? '', headers: request.headers, body };
      asked.push(question);
      return answers[Math.min(asked.length, answers.length) - 1]?.(response, question);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

/** An HTTP error as OpenAI words it. */
export function refuse(
  status: number,
  message: string,
  more: { code?: string; param?: string; headers?: Record<string, string> } = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...more.headers });
    response.end(
      JSON.stringify({
        error: { message, type: 'invalid_request_error', param: more.param ?? null, code: more.code ?? null },
      }),
    );
  };
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

export function event(value: unknown): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

export function delta(
  content: string | null,
  more: Record<string, unknown> = {},
  finish: string | null = null,
): string {
  return event({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content, ...more }, finish_reason: finish }],
  });
}

/** A whole well-formed reply of these pieces. */
export function reply(
  pieces: readonly string[],
  { usage = true, finish = 'stop' }: { usage?: boolean; finish?: string } = {},
): Answer {
  return (response) => {
    begin(response);
    response.write(event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
    for (const piece of pieces) response.write(delta(piece));
    response.write(delta(null, {}, finish));
    if (usage) {
      response.write(
        event({
          choices: [],
          usage: {
            prompt_tokens: 120,
            completion_tokens: pieces.length,
            prompt_tokens_details: { cached_tokens: 100 },
          },
        }),
      );
    }
    response.end(event('[DONE]'));
  };
}

/** Events as given, and then the end of the body, or nothing more at all. */
export function raw(text: string, then: 'end' | 'cut' | 'hang' = 'end'): Answer {
  return (response) => {
    begin(response);
    response.write(text, () => {
      if (then === 'end') response.end();
      if (then === 'cut') response.destroy();
    });
  };
}

export const KEY = 'sk-test-4f1b0c9e8d7a6b5c';
/** What a test opened; `closeAll` after each. */
export const closing: (() => Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

/** A mind at this address whose pauses take no time and are noted. */
export function connect(baseUrl: string, more: Partial<OpenAiOptions> = {}): { llm: Llm; pausesMs: number[] } {
  const pausesMs: number[] = [];
  const llm = createOpenAiLlm({
    rung: 'primary',
    baseUrl,
    apiKey: KEY,
    model: 'gpt-test',
    random: () => 0.5,
    wait: async (ms) => void pausesMs.push(ms),
    ...more,
  });
  closing.push(() => llm.close());
  return { llm, pausesMs };
}

/** A mind at a server that answers so. */
export async function against(answers: readonly Answer[], more: Partial<OpenAiOptions> = {}) {
  const server = await startHostileServer(...answers);
  closing.push(server.close);
  return { ...server, ...connect(server.baseUrl, more) };
}

/** How a reply fails, and what was said until then. */
export async function failureOf(llm: Llm, request = exampleRequest()): Promise<{ failure: LlmFailure; text: string }> {
  const { texts, error } = await drain(llm.stream(request));
  if (!(error instanceof LlmFailure)) throw new Error(`expected an LlmFailure, got ${String(error)}`);
  return { failure: error, text: texts.join('') };
}
