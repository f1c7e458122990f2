import type { z } from 'zod';
import { isProblemReason, problemBody, ProblemError } from './problem.ts';
import { hasBody, isUnsafe, pathMembers, type Route, type ServerClient, type ServerContract } from './route.ts';

/** As much of `fetch` as is used here; the global one fits. */
export type Fetch = (
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export interface ServerClientOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The token for calls that are not public; null: none. May refresh it first. */
  readonly accessToken: () => Promise<string | null>;
  /** A fresh idempotency key, 128 random bits or more, for each call that may change something. */
  readonly newKey: () => string;
}

/** Functions for every call of the contract. They throw ProblemError; `unavailable` when the server could not be reached. */
export function createServerClient<C extends ServerContract>(
  contract: C,
  options: ServerClientOptions,
): ServerClient<C> {
  const features = Object.entries(contract).map(([feature, routes]) => [
    feature,
    Object.fromEntries(
      Object.entries(routes).map(([name, route]) => [name, (input: unknown) => call(route, input, options)]),
    ),
  ]);
  return Object.fromEntries(features) as ServerClient<C>;
}

async function call(route: Route, input: unknown, options: ServerClientOptions): Promise<unknown> {
  const { url, body } = requestOf(route, route.input.encode(route.input.parse(input)));
  const token = route.access === 'public' ? null : await options.accessToken();
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (isUnsafe(route.method)) headers['idempotency-key'] = options.newKey();
  let status: number;
  let text: string;
  let retryAfter: string | null;
  try {
    const response = await options.fetch(options.baseUrl + url, {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    text = await response.text();
  } catch (cause) {
    throw new ProblemError('unavailable', { cause, detail: 'the server could not be reached' });
  }
  if (status >= 200 && status < 300) return parseAnswer(route.output, text);
  throw problemOf(status, text, retryAfter);
}

/** Path and query, and the body where the method has one. */
export function requestOf(
  route: Route,
  input: Readonly<Record<string, unknown>>,
): { readonly url: string; readonly body?: string } {
  const members = pathMembers(route.path);
  const url = route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name, value]) => !members.includes(name) && value !== undefined);
  if (hasBody(route.method)) return { url, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = rest.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return { url: query.length === 0 ? url : `${url}?${query.join('&')}` };
}

function parseAnswer(output: z.ZodType, text: string): unknown {
  const parsed = output.safeParse(parseJson(text));
  if (!parsed.success)
    throw new ProblemError('internal', { detail: 'the answer does not fit its schema', cause: parsed.error });
  return parsed.data;
}

function problemOf(status: number, text: string, retryAfter: string | null): ProblemError {
  const parsed = problemBody.safeParse(parseJson(text));
  const retryAfterSeconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const extra = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (!parsed.success || !isProblemReason(parsed.data.reason))
    return new ProblemError(status === 429 ? 'rate_limited' : status >= 500 ? 'unavailable' : 'invalid_request', extra);
  const { reason, detail, errors } = parsed.data;
  return new ProblemError(reason, {
    ...extra,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
