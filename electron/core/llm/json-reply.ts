import { z } from 'zod';

/**
 * The JSON a model was asked for, out of what it wrote: fences and talk around it are cut away, and the value must fit
 * the schema. Null when there is none that does. Throws when the schema itself is not one.
 */
export function parseJsonReply(text: string, schema: Readonly<Record<string, unknown>>): unknown {
  const fits = z.fromJSONSchema(schema);
  for (const candidate of candidates(text)) {
    let value: unknown;
    try {
      value = JSON.parse(candidate);
    } catch {
      continue;
    }
    if (fits.safeParse(value).success) return value;
  }
  return null;
}

/** What is added to the prompt for a mind that cannot be held to a schema by its server. */
export function jsonInstruction(schema: Readonly<Record<string, unknown>>): string {
  return `Answer with one JSON object only: no other words, no code fence. It must fit this JSON schema:\n${JSON.stringify(schema)}`;
}

function candidates(text: string): string[] {
  const trimmed = text.trim();
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(trimmed)?.[1];
  const from = trimmed.indexOf('{');
  const to = trimmed.lastIndexOf('}');
  return [
    trimmed,
    ...(fenced === undefined ? [] : [fenced.trim()]),
    ...(from >= 0 && to > from ? [trimmed.slice(from, to + 1)] : []),
  ];
}
