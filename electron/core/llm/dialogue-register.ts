import type { Register } from '#shared/characters/contract.ts';
import type { Locale } from '#shared/settings/contract.ts';

/**
 * Whether a reply is said in its register, judged by its words alone: nothing in it belongs to another register, and
 * where the register must be heard (a polite ending, an exclamation) it is. `grave`: said to something that hurts.
 */
export function keepsRegister(reply: string, register: Register, locale: Locale, grave: boolean): boolean {
  // What is quoted is said as it was said.
  const text = reply.replaceAll(/「[^」]*」|"[^"]*"/gu, '');
  return locale === 'ja' ? japanese(text, register, grave) : english(text, register, grave);
}

const POLITE = /です|ます|ました|ません|ください|ましょう|でしょう|ございます|ました|くださ|ませ/u;
const PLAIN_END =
  /(?:だよ|だね|だった|じゃん|なんだ|るよ|(?<!まし|でし)たよ|いよ|よな|だろ|るね|(?<!まし|でし)たね|んだ|だぜ|かあ|やで|やな|へん)[。！？!?]/u;

function japanese(text: string, register: Register, grave: boolean): boolean {
  const long = [...text].length > 16;
  switch (register) {
    case 'polite':
      return !PLAIN_END.test(text) && !/！！|ですわ|ますわ/u.test(text) && (!long || POLITE.test(text));
    case 'ojousama':
      return (
        !PLAIN_END.test(text) &&
        !/(?:です|(?<!ござい)ます|ました|でした|ません)(?:ね|よ)?[。！]/u.test(text) &&
        (!long ||
          /わ[ねよ]?[。！…]|の[？。]|ませ|こと[？。]|かしら|わね|ですのね|ましょう|存じ|ごきげんよう|でしょう|どうぞ/u.test(
            text,
          ))
      );
    case 'casual':
      return (
        !/(?:です|ます|ました|ません|でした)[。、ねよか！]/u.test(text) && !/やで|へん[。や]|んや[。な]/u.test(text)
      );
    case 'kansai':
      return (
        !/(?:です|ます|ました|ません|でした)[。、ねよか！]/u.test(text) &&
        !/(?:だよ|だね|なんだ|んだね|んだよ|じゃない|だけど|だから|だった|だもん|だろ|でしょ|だな)[。、！？ね…]/u.test(
          text,
        )
      );
    case 'cool':
      return (
        !/(?:です|ます|ました|ません|でした)[。、ねよか！]/u.test(text) &&
        !/！/u.test(text) &&
        !/(?:だよ|だね|んだよね|なの？|だもん|かなあ|ね？)/u.test(text)
      );
    case 'lively':
      return (
        !/(?:です|ます|ました|ません|でした)[。、ねよか！]/u.test(text) &&
        !/(?:だろ|ぞ|しろ|ろよ|だな)。/u.test(text) &&
        (grave || !long || /[！？♪]/u.test(text))
      );
  }
}

const SLANG = /\b(?:gonna|wanna|yeah|yep|nope|huh|lol|gotcha|kinda|ugh|aye|nowt|summat|yay|ooh|yikes)\b/iu;
const CONTRACTED =
  /\b\w+n't\b|\b(?:I'm|it's|that's|you're|they're|we're|I've|you've|I'll|you'll|I'd|you'd|there's|what's)\b/iu;
const STIFF = /\b(?:indeed|pray|I dare say|one's|ever so|perfectly splendid|whom)\b/iu;

function english(text: string, register: Register, grave: boolean): boolean {
  switch (register) {
    case 'polite':
      return !SLANG.test(text) && !text.includes('!') && !CONTRACTED.test(text);
    case 'ojousama':
      return (
        !SLANG.test(text) &&
        !text.includes('!') &&
        !CONTRACTED.test(text) &&
        !/\b(?:very|thanks|(?<!a )great|hello|okay)\b/iu.test(text)
      );
    case 'casual':
      return (
        !STIFF.test(text) &&
        (text.match(/!/gu)?.length ?? 0) < 3 &&
        !/\b(?:nowt|summat|aye|shall I|may I)\b/iu.test(text)
      );
    case 'kansai':
      return (
        !STIFF.test(text) &&
        !/\b(?:yes|yeah|nothing|something|anything|very|lovely|great|thanks|thank you|hello|wow|wonderful)\b/iu.test(
          text,
        ) &&
        (text.match(/!/gu)?.length ?? 0) < 3
      );
    case 'cool':
      return (
        !text.includes('!') &&
        !STIFF.test(text) &&
        !/\b(?:ooh|yay|aw|omg|sweetie)\b/iu.test(text) &&
        sentencesOf(text).every((sentence) => sentence.split(' ').length <= 18)
      );
    case 'lively':
      return !STIFF.test(text) && (grave || text.length < 34 || /[!?]/u.test(text));
  }
}

function sentencesOf(text: string): string[] {
  return text.split(/[.!?…]+/u).filter((sentence) => sentence.trim() !== '');
}
