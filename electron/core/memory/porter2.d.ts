/** The package ships no types. */
declare module 'wink-porter2-stemmer' {
  /** A lower-case English word → its stem (Porter2, snowballstem.org/algorithms/english/stemmer.html). */
  export default function stem(word: string): string;
}
