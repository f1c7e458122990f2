/** What is wrong with a request, by parameter: the body of a 400. */
export class InvalidRequest extends Error {
  readonly errors: Readonly<Record<string, readonly string[]>>;

  constructor(errors: Readonly<Record<string, readonly string[]>>) {
    super('Invalid request');
    this.errors = errors;
  }
}

export function invalid(field: string, message: string): InvalidRequest {
  return new InvalidRequest({ [field]: [message] });
}

/** Nothing is wrong with the request: it may be made again a little later. */
export class Unavailable extends Error {}
