import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is asked, body parsed. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

/** A server for tests that answers each request with the next of its answers (the last one again and again). */
export async function startHostileServer(...answers: readonly Answer[]): Promise<{ baseUrl: string; asked: Asked[]; close(): Promise<void> }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    const body = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    await answer?.(response, { path: request.url ?? '', headers: request.headers, body });
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

/** An HTTP error as OpenAI words it. */
export function refuse(status: number, message: string, more: { code?: string; param?: string; headers?: Record<string, string> } = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...more.headers });
    response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param: more.param ?? null, code: more.code ?? null } }));
  };
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

export function event(value: unknown): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

export function delta(content: string | null, more: Record<string, unknown> = {}, finish: string | null = null): string {
  return event({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content, ...more }, finish_reason: finish }] });
}

/** A whole well-formed reply of these pieces. */
export function reply(pieces: readonly string[], { usage = true, finish = 'stop' }: { usage?: boolean; finish?: string } = {}): Answer {
  return (response) => {
    begin(response);
    response.write(event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
    for (const piece of pieces) response.write(delta(piece));
    response.write(delta(null, {}, finish));
    if (usage) {
      response.write(
        event({ choices: [], usage: { prompt_tokens: 120, completion_tokens: pieces.length, prompt_tokens_details: { cached_tokens: 100 } } }),
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
