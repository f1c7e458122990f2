import type { z } from 'zod';
import type { Permission } from '../account/permissions.ts';

/** Who may call: anybody, or an account with this permission. */
export type Access = 'public' | Permission;

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * One call of the server's HTTP interface. `input` is one object: the members named in the path (`:id`) travel there, the rest as
 * the query of a GET or DELETE, or as the JSON body of the others.
 */
export interface Route<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly access: Access;
  /** One line for the documentation. */
  readonly summary: string;
  readonly input: I;
  readonly output: O;
}

/** Exactly two levels: feature, then call (`auth.signIn`). */
export type ServerContract = Record<string, Record<string, Route>>;

export function route<I extends z.ZodObject, O extends z.ZodType>(
  method: Method,
  path: `/${string}`,
  access: Access,
  summary: string,
  input: I,
  output: O,
): Route<I, O> {
  return { method, path, access, summary, input, output };
}

/** The members of `input` that are part of the path. */
export function pathMembers(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].flatMap((match) => match[1] ?? []);
}

/** Whether a call of this method may change something. */
export function isUnsafe(method: Method): boolean {
  return method !== 'GET';
}

export function hasBody(method: Method): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** What a feature of the server implements: one function a call. `Call` is what the server knows besides the input. */
export type RouteHandlers<F extends Record<string, Route>, Call> = {
  readonly [N in keyof F]: F[N] extends Route<infer I, infer O>
    ? (input: z.output<I>, call: Call) => Promise<z.input<O>>
    : never;
};

/** What a client holds: the same functions. */
export type ServerClient<C extends ServerContract> = {
  readonly [F in keyof C]: {
    readonly [N in keyof C[F]]: C[F][N] extends Route<infer I, infer O>
      ? (input: z.input<I>) => Promise<z.output<O>>
      : never;
  };
};
