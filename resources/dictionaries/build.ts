/**
 * Makes `edict-gloss.tsv.br` from EDICT: `node resources/dictionaries/build.ts FILE`, where FILE is the dictionary in EUC-JP as
 * Debian's package `edict` installs it (/usr/share/edict/edict). One line a word: the word, a tab, its gloss.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { glossesFrom } from './edict.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node resources/dictionaries/build.ts FILE');

const text = new TextDecoder('euc-jp').decode(readFileSync(file));
const glosses = glossesFrom(text.split('\n'));
const lines = [...glosses]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([word, gloss]) => `${word}\t${gloss}\n`);
const packed = brotliCompressSync(lines.join(''), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
});
writeFileSync(join(import.meta.dirname, 'edict-gloss.tsv.br'), packed);
console.log(`${glosses.size} words, ${packed.length} bytes`);
