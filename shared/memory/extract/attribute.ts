/**
 * Attributes are paths of words: `home`, `work:role`, `sister:name`, `likes:紅茶`. Two memories about the same subject whose
 * attributes are the same answer the same question: the newer one says how it is now. A shorter path speaks for all that
 * lies beneath it: `work` ("quit the job") ends `work:role` and `work:place`.
 */
export function endsAttribute(newer: string | null, older: string | null): boolean {
  if (newer === null || older === null) return false;
  return older === newer || older.startsWith(`${newer}:`);
}

/** A value as part of an attribute: width, case and spaces made one, so that `Green Tea` and `green  tea` meet. */
export function attributeValue(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(':', ' ').replaceAll(/\s+/g, ' ').trim();
}
