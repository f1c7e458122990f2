/** A server sent more than any reply needs. */
export class BodyTooLarge extends Error {
  constructor() {
    super('the answer is too large');
    this.name = 'BodyTooLarge';
  }
}

/** A server answered well, but with something that is not a model's answer. */
export class NotAnAnswer extends Error {
  constructor(mediaType: string) {
    super(`the address answered with ${mediaType === '' ? 'an unnamed type' : mediaType}; is it the API's address?`);
    this.name = 'NotAnAnswer';
  }
}

/** What was seen of one answer beneath the client. */
export interface AnswerWatch {
  /** The stream's own end mark has come: it was not cut. */
  sawDone: boolean;
}

export type Fetch = typeof globalThis.fetch;

/** The most bytes of a whole answer, and of one line of it. A token of a reply travels in 150 to 400 bytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_LINE_BYTES = 1024 * 1024;
/** How much of an error's body is worth reading. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * A fetch that reads no more than it should, sees whether a stream came to its end, and turns a whole JSON completion
 * (from servers that ignore `stream`) into a stream of one event.
 */
export function createWatchedFetch(watch: AnswerWatch, inner: Fetch): Fetch {
  return async (url, init) => {
    const response = await inner(url, init);
    const mediaType = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!response.ok) return withBody(response, bounded(response.body, MAX_ERROR_BYTES, watch));
    if (mediaType === 'text/html') {
      await response.body?.cancel();
      throw new NotAnAnswer(mediaType);
    }
    const body = bounded(response.body, MAX_BODY_BYTES, watch);
    if (mediaType !== 'application/json' || !isStreamed(init)) return withBody(response, body);
    watch.sawDone = true;
    return new Response(asEvents(await new Response(body).text()), {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
    });
  };
}

function withBody(response: Response, body: ReadableStream<Uint8Array<ArrayBuffer>> | null): Response {
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

function bounded(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  limit: number,
  watch: AnswerWatch,
): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  if (body === null) return null;
  let total = 0;
  let line = 0;
  let tail = '';
  const ascii = new TextDecoder('latin1');
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(bytes, controller) {
        total += bytes.length;
        const newline = bytes.lastIndexOf(10);
        line = newline < 0 ? line + bytes.length : bytes.length - newline - 1;
        if (total > limit || line > MAX_LINE_BYTES) {
          controller.error(new BodyTooLarge());
          return;
        }
        tail = (tail + ascii.decode(bytes.subarray(-32))).slice(-32);
        if (tail.includes('[DONE]')) watch.sawDone = true;
        controller.enqueue(bytes);
      },
    }),
  );
}

function isStreamed(init: RequestInit | undefined): boolean {
  return typeof init?.body === 'string' && init.body.includes('"stream":true');
}

/** `choices[].message` becomes `choices[].delta`; anything else passes as it is and is judged like any other event. */
function asEvents(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `data: ${text.replaceAll(/[\r\n]+/g, ' ')}\n\n`;
  }
  if (typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices)) {
    const choices = value.choices.map((choice: unknown) =>
      typeof choice === 'object' && choice !== null && 'message' in choice
        ? { ...choice, delta: choice.message }
        : choice,
    );
    return `data: ${JSON.stringify({ ...value, choices })}\n\n`;
  }
  return `data: ${JSON.stringify(value)}\n\n`;
}
