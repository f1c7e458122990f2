import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import type { EpochMs } from '#shared/base/time.ts';
import type { Snapshot } from '#shared/host/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { readIfThere, renameDurably, writeDurably } from './durable-file.ts';
import type { CopyFacts, Keeper } from './keeper.ts';
import { fileTime } from './vault-paths.ts';

/** How many snapshots are kept; the newest good one is kept beyond that. */
export const SNAPSHOTS_KEPT = 7;

/** Beside each snapshot, under its name with `.json`. */
const manifest = z.strictObject({
  version: z.literal(1),
  /** Order of making, whatever the clock said. */
  order: z.number().int().min(1),
  takenAtMs: z.number(),
  sizeBytes: z.number(),
  sha256: z.string(),
  good: z.boolean(),
  schemaVersion: z.number(),
  writeSeq: z.number(),
  keyId: z.string(),
});
export type SnapshotManifest = z.infer<typeof manifest> & { readonly name: string };

/** Newest first. A copy without a readable manifest counts as never finished and is not listed. */
export function listSnapshots(folder: string): SnapshotManifest[] {
  const found: SnapshotManifest[] = [];
  for (const name of filesIn(folder)) {
    if (!isSnapshotName(name)) continue;
    const text = readIfThere(manifestFile(folder, name));
    const parsed = text === undefined ? undefined : parseManifest(text.toString('utf8'));
    if (parsed !== undefined) found.push({ ...parsed, name });
  }
  return found.sort((a, b) => b.order - a.order);
}

export function asSnapshot(found: SnapshotManifest): Snapshot {
  return { name: found.name, takenAtMs: found.takenAtMs, sizeBytes: found.sizeBytes, good: found.good };
}

export interface TakeSnapshotDeps {
  readonly folder: string;
  readonly keeper: Keeper;
  readonly now: EpochMs;
  readonly keyId: string;
  /** A snapshot that must outlive this one's making, e.g. because it is about to be restored. */
  readonly protect?: string;
}

/** Copies the open file, checks the copy, gives it its name, and lets the oldest go. Throws when no copy could be made. */
export async function takeSnapshot(deps: TakeSnapshotDeps): Promise<SnapshotManifest> {
  const { folder } = deps;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeUnfinished(folder);
  const order = (listSnapshots(folder)[0]?.order ?? 0) + 1;
  const name = `snapshot-${String(order).padStart(6, '0')}-${fileTime(deps.now)}.db`;
  const temporary = path.join(folder, `${name}.tmp`);
  let facts: CopyFacts;
  try {
    facts = await deps.keeper.copy(temporary);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  const made = { version: 1 as const, order, takenAtMs: deps.now, keyId: deps.keyId, ...facts };
  writeDurably(manifestFile(folder, name), `${JSON.stringify(made, null, 2)}\n`);
  renameDurably(temporary, path.join(folder, name));
  prune(folder, deps.protect);
  return { ...made, name };
}

/** The path of a listed snapshot; throws `not_found` for any other text, whatever it holds. */
export function snapshotFile(folder: string, name: string): { file: string; manifest: SnapshotManifest } {
  const found = listSnapshots(folder).find((each) => each.name === name);
  if (found === undefined) throw new AppError('not_found', 'snapshot_not_found');
  return { file: path.join(folder, found.name), manifest: found };
}

/** Removes every snapshot but the named one. Answers how many there were. */
export function removeSnapshotsBefore(folder: string, kept: string): number {
  const old = listSnapshots(folder).filter((each) => each.name !== kept);
  for (const each of old) remove(folder, each.name);
  return old.length;
}

/** Removes the copies that were made before migrations. Answers how many there were. */
export function removeBackups(folder: string): number {
  const copies = filesIn(folder);
  for (const name of copies) fs.rmSync(path.join(folder, name), { force: true });
  return copies.length;
}

/** Copies that a crash left half made. */
export function removeUnfinished(folder: string): void {
  for (const name of filesIn(folder))
    if (/\.db\.tmp(-journal|-wal|-shm)?$/.test(name)) fs.rmSync(path.join(folder, name), { force: true });
}

function prune(folder: string, protect: string | undefined): void {
  const all = listSnapshots(folder);
  const lastGood = all.find((each) => each.good)?.name;
  for (const old of all.slice(SNAPSHOTS_KEPT)) {
    if (old.name === lastGood || old.name === protect) continue;
    remove(folder, old.name);
  }
}

function remove(folder: string, name: string): void {
  fs.rmSync(path.join(folder, name), { force: true });
  fs.rmSync(manifestFile(folder, name), { force: true });
}

function manifestFile(folder: string, name: string): string {
  return path.join(folder, `${name.slice(0, -'.db'.length)}.json`);
}

function isSnapshotName(name: string): boolean {
  return /^snapshot-\d{6,}-\w+\.db$/.test(name);
}

function filesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

function parseManifest(text: string): z.infer<typeof manifest> | undefined {
  try {
    const parsed = manifest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Torn or foreign: as if there were none.
    return undefined;
  }
}
