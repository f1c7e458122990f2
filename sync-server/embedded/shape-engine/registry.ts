import type { FollowedTable } from './apply.ts';
import { createRouter } from './filter.ts';
import { wake } from './shape.ts';
import type { Shape } from './shape.ts';

/** The shapes that are followed, found by name, by definition and by table. */
export interface Registry {
  /** By the table's oid. */
  readonly tables: ReadonlyMap<number, FollowedTable>;
  readonly size: number;
  all(): readonly Shape[];
  find(handle: string): Shape | undefined;
  findSame(key: string): Shape | undefined;
  add(shape: Shape): void;
  /** Its readers, and those who wait, are told that it is dropped. Says whether it was there. */
  remove(shape: Shape): boolean;
  /** The one that nobody has read for longest. */
  oldest(): Shape | undefined;
}

export function createRegistry(): Registry {
  const byHandle = new Map<string, Shape>();
  const byKey = new Map<string, Shape>();
  const tables = new Map<number, FollowedTable>();
  return {
    tables,
    get size() {
      return byHandle.size;
    },
    all: () => [...byHandle.values()],
    find: (handle) => byHandle.get(handle),
    findSame: (key) => byKey.get(key),
    add(shape) {
      const { table } = shape.view;
      const followed = tables.get(table.oid) ?? { table, shapes: createRouter<Shape>() };
      tables.set(table.oid, followed);
      followed.shapes.add(shape, shape.filter);
      byHandle.set(shape.handle, shape);
      byKey.set(shape.key, shape);
    },
    remove(shape) {
      if (shape.isDropped) return false;
      shape.isDropped = true;
      byHandle.delete(shape.handle);
      if (byKey.get(shape.key) === shape) byKey.delete(shape.key);
      const { oid } = shape.view.table;
      const followed = tables.get(oid);
      followed?.shapes.remove(shape, shape.filter);
      if (followed?.shapes.size === 0) tables.delete(oid);
      wake(shape);
      return true;
    },
    oldest() {
      let oldest: Shape | undefined;
      for (const shape of byHandle.values()) if (!oldest || shape.lastReadMs < oldest.lastReadMs) oldest = shape;
      return oldest;
    },
  };
}
