import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import kuromoji from '@sglkc/kuromoji';
import { createGlosser, type Glosser, type JapaneseToken } from './japanese-gloss.ts';

/** Opens the Japanese side of the encoder: kuromoji's dictionary and ours. About a second, and some hundred MB of memory. */
export async function openGlosser(dictionaryDir: string): Promise<Glosser> {
  const own = JSON.parse(readFileSync(join(dictionaryDir, 'gloss-overrides.json'), 'utf8')) as Record<string, string>;
  const glosses = readGlosses(join(dictionaryDir, 'edict-gloss.tsv.br'));
  for (const [word, gloss] of Object.entries(own)) glosses.set(word, gloss);
  const tokenize = await openTokenizer();
  return createGlosser({ tokenize, lookUp: (word) => glosses.get(word) });
}

function readGlosses(file: string): Map<string, string> {
  const glosses = new Map<string, string>();
  const text = brotliDecompressSync(readFileSync(file)).toString('utf8');
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab > 0) glosses.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return glosses;
}

function openTokenizer(): Promise<(text: string) => readonly JapaneseToken[]> {
  const packageDir = dirname(createRequire(import.meta.url).resolve('@sglkc/kuromoji/package.json'));
  return new Promise((resolve, reject) => {
    kuromoji.builder({ dicPath: join(packageDir, 'dict') }).build((error, tokenizer) => {
      if (tokenizer === undefined) reject(error);
      else resolve((text) => tokenizer.tokenize(text));
    });
  });
}
