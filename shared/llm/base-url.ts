/** The address of an OpenAI-compatible endpoint as clients want it: no trailing slash, no path of a single call, `/v1` when it has no path at all. */
export function normalBaseUrl(text: string): string {
  const trimmed = text
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/(?:chat\/completions|completions|embeddings|models)$/, '');
  return /^https?:\/\/[^/?#]+$/i.test(trimmed) ? `${trimmed}/v1` : trimmed;
}
