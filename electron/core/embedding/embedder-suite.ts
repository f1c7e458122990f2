import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from './embedder.ts';

/** What every embedder promises. */
export function embedderSuite(name: string, open: () => Promise<Embedder>): void {
  describe(`${name} as an embedder`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(() => embedder.close());

    it('makes one unit vector a text, of the size it says, in order', async () => {
      const texts = ['I like tea.', 'The train was late again.', 'I like tea.'];
      const vectors = await embedder.embed(texts);
      expect(vectors).toHaveLength(3);
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(vector).toHaveLength(embedder.dimensions);
        expect(cosine(vector, vector)).toBeCloseTo(1, 4);
      }
      const [one, other, again] = vectors;
      expect(cosine(one, again)).toBeGreaterThan(0.999);
      expect(cosine(one, other)).toBeLessThan(0.95);
    });

    it('makes the same of a text alone and among others', async () => {
      const [alone] = await embedder.embed(['A short walk by the river.']);
      const [, among] = await embedder.embed(['x '.repeat(200), 'A short walk by the river.']);
      expect(cosine(alone, among)).toBeGreaterThan(0.999);
    });

    it('takes whatever a person may write', async () => {
      const odd = [
        '',
        '   ',
        '\n',
        '😀',
        '漢字',
        'ｱｲｳ',
        '\u{D800}',
        'a'.repeat(20_000),
        'あ'.repeat(5000),
        '\u0000',
        '<|end|>',
      ];
      const vectors = await embedder.embed(odd);
      expect(vectors).toHaveLength(odd.length);
      for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    });

    it('of no text makes no vector', async () => {
      expect(await embedder.embed([])).toEqual([]);
    });

    it('stops when told, and answers the next call', async () => {
      const abort = new AbortController();
      const stopped = embedder.embed(['one', 'two'], abort.signal);
      abort.abort(new Error('enough'));
      await expect(stopped).rejects.toThrow('enough');
      await expect(embedder.embed(['three'], abort.signal)).rejects.toThrow('enough');
      expect(await embedder.embed(['three'])).toHaveLength(1);
    });

    it('after its end refuses', async () => {
      const other = await open();
      await other.embed(['one']);
      await other.close();
      await expect(other.embed(['two'])).rejects.toMatchObject({ code: 'unavailable' });
      await other.close();
    });
  });
}

export function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  let sum = 0;
  for (let i = 0; i < (one?.length ?? 0); i += 1) sum += (one?.[i] ?? 0) * (other?.[i] ?? 0);
  return sum;
}
