/** The whole-numbers part of paging a thread: which depths to ask for, and which to let go. Depths run from 0 to `length - 1`. */
export const PAGE_SIZE = 50;
/** The contract's most for one answer. */
const MAX_ASK = 200;
/** Messages kept on each side of what is needed. */
const KEEP_ASIDE = 400;
/** How many more than the known length are asked for at the end, so that one answer also holds what was just added. */
const GROWTH = 20;

/** Depths `from` … `to - 1`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The input of `chat.thread`: `limit` messages that end before `before`, or at the thread's end. */
export interface Ask {
  readonly before?: number;
  readonly limit: number;
}

export function pageOf(depth: number): number {
  return Math.floor(depth / PAGE_SIZE);
}

/**
 * The next question, or null when every needed page is fresh. It begins with the page nearest the end of what is needed (the
 * newest words are looked at first) and takes its neighbours along as far as one answer reaches.
 */
export function nextAsk(need: Span, length: number | null, isFresh: (page: number) => boolean): Ask | null {
  if (length === null) return { limit: 2 * PAGE_SIZE };
  const to = Math.min(need.to, length);
  const from = Math.max(0, Math.min(need.from, to - 1));
  // An empty thread has one page all the same: the answer that says so.
  const lastPage = length === 0 ? 0 : pageOf(Math.max(0, to - 1));
  const firstPage = pageOf(from);
  let last = lastPage;
  while (last >= firstPage && isFresh(last)) last -= 1;
  if (last < firstPage) return null;
  const end = Math.min(length, (last + 1) * PAGE_SIZE);
  const atEnd = end === length;
  const room = MAX_ASK - (atEnd ? GROWTH : 0);
  let first = last;
  while (first > firstPage && !isFresh(first - 1) && end - (first - 1) * PAGE_SIZE <= room) first -= 1;
  const span = end - first * PAGE_SIZE;
  return atEnd ? { limit: span + GROWTH } : { before: end, limit: span };
}

/** The pages that an answer holds completely. */
export function pagesWithin(answer: Span, length: number): number[] {
  const pages: number[] = [];
  for (let page = Math.ceil(answer.from / PAGE_SIZE); page * PAGE_SIZE < answer.to; page += 1) {
    if (Math.min(length, (page + 1) * PAGE_SIZE) <= answer.to) pages.push(page);
  }
  if (length === 0) pages.push(0);
  return pages;
}

/** Whether a page is far enough from what is needed to be forgotten. */
export function isFar(page: number, need: Span): boolean {
  return (page + 1) * PAGE_SIZE < need.from - KEEP_ASIDE || page * PAGE_SIZE > need.to + KEEP_ASIDE;
}
