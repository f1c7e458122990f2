import { describe, expect, test } from 'vitest';
import { providerFields } from '#shared/settings/contract.ts';
import { changePreset, draftFrom, draftOf, fieldsOf, PRESETS, problemsOf } from './mind-draft.ts';

describe('presets', () => {
  test.each(PRESETS.filter((preset) => preset !== 'other' && preset !== 'gguf'))(
    '%s is sound as it comes',
    (preset) => {
      const draft = draftOf(preset);
      expect(problemsOf(draft)).toEqual({});
      expect(providerFields.safeParse(fieldsOf(draft)).success).toBe(true);
    },
  );

  test('changing the preset changes what was the preset’s, not what the person wrote', () => {
    expect(changePreset(draftOf('openai'), 'ollama')).toMatchObject({
      name: 'Ollama',
      baseUrl: 'http://127.0.0.1:11434/v1',
    });
    expect(changePreset({ ...draftOf('openai'), name: 'Mine', baseUrl: 'http://nas:9/v1' }, 'ollama')).toMatchObject({
      name: 'Mine',
      baseUrl: 'http://nas:9/v1',
    });
    expect(changePreset(changePreset(draftOf('openai'), 'gguf'), 'openai')).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
    });
  });
});

test('a model file is named by itself when the person does not', () => {
  const draft = { ...draftOf('gguf'), modelPath: 'C:\\models\\gemma-3-4b.Q4_K_M.gguf' };
  expect(problemsOf(draft)).toEqual({});
  expect(fieldsOf(draft)).toMatchObject({
    kind: 'gguf',
    name: 'gemma-3-4b.Q4_K_M',
    modelPath: draft.modelPath,
    baseUrl: null,
  });
});

test.each([
  ['no name', { name: ' ' }, 'name'],
  ['not an address', { baseUrl: 'localhost:11434' }, 'baseUrl'],
  ['another scheme', { baseUrl: 'ftp://x/v1' }, 'baseUrl'],
  ['a price in words', { inputPrice: 'cheap' }, 'inputPrice'],
  ['a price below nothing', { outputPrice: '-1' }, 'outputPrice'],
])('%s is a problem', (_, changes, field) => {
  expect(Object.keys(problemsOf({ ...draftOf('ollama'), ...changes }))).toEqual([field]);
});

test('the key is written only when typed, and removed only when asked', () => {
  expect(fieldsOf(draftOf('openai'))).not.toHaveProperty('apiKey');
  expect(fieldsOf({ ...draftOf('openai'), apiKey: ' sk-1 ' })).toMatchObject({ apiKey: 'sk-1' });
  expect(fieldsOf({ ...draftOf('openai'), removeKey: true })).toMatchObject({ apiKey: null });
});

test('a stored mind opened and saved unchanged is the same', () => {
  const fields = fieldsOf({ ...draftOf('lmstudio'), model: 'qwen', inputPrice: '0.25', outputPrice: '1' });
  const { apiKey: _, ...stored } = providerFields.parse(fields);
  const provider = { ...stored, id: '01a203fc-320b-74b3-9d4f-b396432a5881' as never, hasKey: false };
  expect(fieldsOf(draftFrom(provider))).toEqual(fields);
});
