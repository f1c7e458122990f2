import { createRowHeights, type RowHeights } from './row-heights.ts';

/** Which rows are rendered, and the space that stands for the others. A new object when it changes. */
export interface RowWindow {
  /** Rows `from` … `to - 1`. */
  readonly from: number;
  readonly to: number;
  readonly spaceBefore: number;
  readonly spaceAfter: number;
  /** The end is in view and followed. */
  readonly atEnd: boolean;
}

/**
 * Scrolling through a list far too long to render. What the person looks at is an anchor: the end, or a row and how far its top
 * is from the top of the view. Whatever changes (rows above get their true heights, words grow, pages arrive), the anchor stays
 * where it is, before anything is painted. Rows stand in the flow of the document, each an element with `data-row`.
 */
export interface ListScroll {
  window(): RowWindow;
  subscribe(listener: () => void): () => void;
  /** The number of rows, to be told before rendering. */
  setCount(count: number): void;
  /** `rows` holds the rendered rows; `view` scrolls. Returns the release. */
  attach(view: HTMLElement, content: HTMLElement, rows: HTMLElement): () => void;
  /** Measures what was rendered and holds the anchor; to be called after every commit, before the paint. */
  settle(): void;
  toEnd(): void;
  /** Shows a row a third below the top of the view. */
  toRow(row: number): void;
}

type Anchor = { readonly kind: 'end' } | { readonly kind: 'row'; readonly row: number; readonly top: number };

/** What an unmeasured row is taken for, in pixels. */
export const GUESSED_HEIGHT = 96;
/** Rows one scroll space holds: at three times the guess each, still under what browsers can lay out (33,554,431 px). */
const MOST_ROWS = 100_000;
/** How near an edge of the scroll space a longer list is moved along. */
const EDGE_ROWS = 500;
/** Pixels rendered beyond the view on each side, and how few may be left before more are rendered. */
const AHEAD_PX = 1_200;
const LEAST_AHEAD_PX = 500;
/** Scrolling down to this near the end is meant to be the end. */
const END_PX = 32;
const FIRST_ROWS = 24;

export function createListScroll(): ListScroll {
  const listeners = new Set<() => void>();
  let view: HTMLElement | null = null;
  let content: HTMLElement | null = null;
  let rows: HTMLElement | null = null;
  let count = 0;
  /** The first row of the scroll space; only very long lists have one that is not 0. */
  let base = 0;
  let heights: RowHeights = createRowHeights(0, GUESSED_HEIGHT);
  let anchor: Anchor = { kind: 'end' };
  let from = 0;
  let to = 0;
  let lastTop = 0;
  let shown: RowWindow = { from: 0, to: 0, spaceBefore: 0, spaceAfter: 0, atEnd: true };

  const publish = (): void => {
    const next: RowWindow = {
      from,
      to,
      spaceBefore: heights.topOf(from - base),
      spaceAfter: Math.max(0, heights.total - heights.topOf(to - base)),
      atEnd: anchor.kind === 'end',
    };
    if (
      next.from === shown.from &&
      next.to === shown.to &&
      next.atEnd === shown.atEnd &&
      next.spaceBefore === shown.spaceBefore
    ) {
      // The space below matters only together with the rest: rows are appended by setCount, which publishes by itself.
      return;
    }
    shown = next;
    for (const listener of [...listeners]) listener();
  };

  const moveSpace = (centre: number): void => {
    const rowsInSpace = Math.min(count, MOST_ROWS);
    const next = Math.max(0, Math.min(count - rowsInSpace, centre - Math.floor(rowsInSpace / 2)));
    if (next === base && heights.count === rowsInSpace) return;
    base = next;
    heights = createRowHeights(rowsInSpace, GUESSED_HEIGHT);
  };
  const spaceEnd = (): number => base + heights.count;

  /** Renders around a place (pixels from the first row of the space) if what is rendered does not reach far enough. */
  const cover = (top: number, viewHeight: number): void => {
    const leastFrom = base + heights.rowAt(top - LEAST_AHEAD_PX);
    const leastTo = Math.min(count, base + heights.rowAt(top + viewHeight + LEAST_AHEAD_PX) + 1);
    if (leastFrom < from || leastTo > to || to - from > 4 * FIRST_ROWS + (leastTo - leastFrom)) {
      from = base + heights.rowAt(top - AHEAD_PX);
      to = Math.min(count, base + heights.rowAt(top + viewHeight + AHEAD_PX) + 1);
    }
    publish();
  };

  const rowsTop = (): number =>
    rows && view ? rows.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop : 0;

  const scrollTo = (top: number): void => {
    if (!view) return;
    if (Math.abs(view.scrollTop - top) > 0.5) view.scrollTop = top;
    lastTop = view.scrollTop;
  };

  const measure = (): void => {
    for (const element of rows?.children ?? []) {
      if (!(element instanceof HTMLElement)) continue;
      const row = Number(element.dataset['row']);
      if (Number.isInteger(row)) heights.set(row - base, element.getBoundingClientRect().height);
    }
  };
  const elementOf = (row: number): HTMLElement | null =>
    rows?.querySelector<HTMLElement>(`:scope > [data-row="${row}"]`) ?? null;

  const hold = (): void => {
    if (!view || !rows) return;
    if (anchor.kind === 'end') {
      scrollTo(view.scrollHeight - view.clientHeight);
    } else {
      const element = elementOf(anchor.row);
      const place = element
        ? element.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop
        : rowsTop() + heights.topOf(anchor.row - base);
      scrollTo(Math.max(0, place - anchor.top));
    }
    cover(view.scrollTop - rowsTop(), view.clientHeight);
  };

  const anchorHere = (): Anchor => {
    if (!view || !rows) return { kind: 'end' };
    const edge = view.getBoundingClientRect().top;
    for (const element of rows.children) {
      const { top, bottom } = element.getBoundingClientRect();
      const row = element instanceof HTMLElement ? Number(element.dataset['row']) : NaN;
      if (bottom > edge && top < edge + view.clientHeight && Number.isInteger(row))
        return { kind: 'row', row, top: top - edge };
    }
    const place = view.scrollTop - rowsTop();
    const row = heights.rowAt(place);
    return { kind: 'row', row: base + row, top: heights.topOf(row) - place };
  };

  const onScroll = (): void => {
    if (!view) return;
    const top = view.scrollTop;
    if (Math.abs(top - lastTop) < 1) return;
    const left = view.scrollHeight - view.clientHeight - top;
    const isEnd = spaceEnd() === count && (left <= 1 || (top > lastTop && left <= END_PX));
    anchor = isEnd ? { kind: 'end' } : anchorHere();
    lastTop = top;
    if (anchor.kind === 'row' && heights.count < count) {
      const nearTop = base > 0 && anchor.row - base < EDGE_ROWS;
      const nearEnd = spaceEnd() < count && spaceEnd() - anchor.row < EDGE_ROWS;
      if (nearTop || nearEnd) {
        const { row } = anchor;
        moveSpace(row);
        from = Math.max(base, row - FIRST_ROWS);
        to = Math.min(spaceEnd(), row + FIRST_ROWS);
        publish();
        return;
      }
    }
    cover(top - rowsTop(), view.clientHeight);
  };

  return {
    window: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    setCount(next) {
      if (next === count) return;
      const wasLast = to >= count;
      count = next;
      if (anchor.kind === 'row' && anchor.row >= count) anchor = { kind: 'end' };
      if (count <= MOST_ROWS) {
        base = 0;
        heights.resize(count);
      } else if (anchor.kind === 'end') {
        const rowsInSpace = heights.count;
        if (rowsInSpace < MOST_ROWS || count - spaceEnd() > 1_000) moveSpace(count);
        else heights.resize(count - base);
      }
      if (wasLast || anchor.kind === 'end') to = count;
      to = Math.min(to, count);
      from = Math.max(base, Math.min(from, to - 1));
      if (anchor.kind === 'end' && to - from > 4 * FIRST_ROWS) from = to - FIRST_ROWS;
      if (to - from < FIRST_ROWS && anchor.kind === 'end') from = Math.max(base, to - FIRST_ROWS);
      shown = {
        from,
        to,
        spaceBefore: heights.topOf(from - base),
        spaceAfter: Math.max(0, heights.total - heights.topOf(to - base)),
        atEnd: anchor.kind === 'end',
      };
    },
    attach(nextView, nextContent, nextRows) {
      view = nextView;
      content = nextContent;
      rows = nextRows;
      nextView.addEventListener('scroll', onScroll, { passive: true });
      const observer = new ResizeObserver(() => {
        measure();
        hold();
      });
      observer.observe(nextView);
      observer.observe(content);
      return () => {
        observer.disconnect();
        nextView.removeEventListener('scroll', onScroll);
        view = null;
        content = null;
        rows = null;
      };
    },
    settle() {
      measure();
      hold();
    },
    toEnd() {
      anchor = { kind: 'end' };
      if (spaceEnd() < count) moveSpace(count);
      to = count;
      from = Math.max(base, count - FIRST_ROWS);
      publish();
      hold();
    },
    toRow(row) {
      const target = Math.max(0, Math.min(row, count - 1));
      anchor = { kind: 'row', row: target, top: (view?.clientHeight ?? 0) / 3 };
      if (target < base + EDGE_ROWS || target > spaceEnd() - EDGE_ROWS) moveSpace(target);
      from = Math.max(base, target - FIRST_ROWS);
      to = Math.min(spaceEnd(), target + FIRST_ROWS);
      publish();
      hold();
    },
  };
}
