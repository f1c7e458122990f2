import { pick, type Random } from '../base/random.ts';

/** What an entry's text says to a mind, and in what other entries look for their keys. Names are left for whoever writes the prompt. */
export interface LoreText {
  readonly told: string;
  /** `told` with the hidden keys. */
  readonly searched: string;
}

/**
 * Puts dice into a text's macros and takes its comments out: `{{random:A,B}}`, `{{pick:A,B}}` (the same for the same text of
 * one `seed`), `{{roll:N}}`, `{{roll:dN}}`, `{{reverse:x}}`, `{{// x}}`, `{{comment:x}}`, `{{hidden_key:x}}`; in any case.
 */
export function expandLoreMacros(text: string, random: Random, seed: number): LoreText {
  const hidden: string[] = [];
  // Innermost first; a text that grew would be no text of ours, so no more rounds than braces.
  let told = text;
  for (let round = 0; round < MAX_DEPTH && MACRO.test(told); round += 1) {
    told = told.replaceAll(new RegExp(MACRO.source, 'gi'), (whole, name: string, value: string) => {
      switch (name.toLowerCase()) {
        case 'random':
          return pick(random, choices(value));
        case 'pick':
          return pick(() => portion(whole, seed), choices(value));
        case 'roll': {
          const sides = Number(/^\s*d?\s*(\d{1,9})\s*$/i.exec(value)?.[1] ?? '0');
          return sides > 0 ? String(1 + Math.floor(random() * sides)) : '';
        }
        case 'reverse':
          return [...value].reverse().join('');
        case 'hidden_key':
          hidden.push(value.trim());
          return '';
        default:
          return '';
      }
    });
  }
  return { told, searched: [told, ...hidden].join('\n') };
}

const MAX_DEPTH = 8;
const MACRO = /\{\{\s*(random|pick|roll|reverse|comment|hidden_key|\/\/)\s*:{0,2}([^{}]*)\}\}/i;

/** Parted by commas, `\,` being one that parts nothing. */
function choices(value: string): string[] {
  return value.split(/(?<!\\),/).map((one) => one.replaceAll('\\,', ',').trim());
}

/** A number in [0,1) that belongs to a text and a seed. */
function portion(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return hash / 2 ** 32;
}
