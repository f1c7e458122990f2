import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIGURATION, findViolations, type Violation } from './architecture.ts';
import { ROOT } from './setup.mjs';

/** A small tree in which every rule is kept. */
const CLEAN = {
  'shared/chat/contract.ts': `import { z } from 'zod';\nexport const text: unknown = z;`,
  'electron/core/core.ts': `import { createChat } from './chat/chat.ts';\nimport { createLlm } from './llm/openai-llm.ts';\nexport const all = [createChat, createLlm];`,
  'electron/core/chat/chat.ts': `import { text } from '#shared/chat/contract.ts';\nimport { rows } from './message-store.ts';\nimport { type Llm } from '../llm/llm.ts';\nexport function createChat(llm: Llm): unknown { return [llm, text, rows]; }`,
  'electron/core/chat/message-store.ts': `import { sql } from '../db/sql.ts';\nexport const rows = sql;`,
  'electron/core/chat/chat.test.ts': `import { rows } from './message-store.ts';\nimport 'vitest';\nimport '../llm/openai-llm.ts';\nexport { rows };`,
  'electron/core/db/sql.ts': `export const sql = 1;`,
  'electron/core/llm/llm.ts': `export type Llm = object;`,
  'electron/core/llm/openai-llm.ts': `import type { Llm } from './llm.ts';\nexport const createLlm = (): Llm => ({});`,
  'electron/headless/main.ts': `import { all } from '../core/core.ts';\nimport 'ws';\nexport { all };`,
  'electron/shell/main.ts': `import { app } from 'electron';\nimport { all } from '../core/core.ts';\nexport { all, app };`,
  'renderer/app/app.tsx': `import { Chat } from '../features/chat/chat.tsx';\nexport const app = <Chat />;`,
  'renderer/data/live-query.ts': `export const live = 1;`,
  'renderer/features/chat/chat.tsx': `import 'react';\nimport { live } from '../../data/live-query.ts';\nexport function Chat() { return live; }`,
  'renderer/features/store/store.tsx': `export function Store() { return null; }`,
  'sync-server/store/store.ts': `import { pulls } from '../gacha/gacha.ts';\nexport const prices = pulls;`,
  'sync-server/gacha/gacha.ts': `import { rows } from './pull-store.ts';\nexport const pulls = rows;`,
  'sync-server/gacha/pull-store.ts': `import { sql } from '../db/sql.ts';\nexport const rows = sql;`,
  'sync-server/db/sql.ts': `export const sql = 1;`,
};

/** For every rule a file that breaks it, in each of the ways the rule names. */
const PLANTED: Record<string, Record<string, string>> = {
  'no-cycles': {
    'shared/chat/hen.ts': `import { egg } from './egg.ts';\nexport const hen: unknown = egg;`,
    'shared/chat/egg.ts': `import type { hen } from './hen.ts';\nexport const egg: unknown = 1 as typeof hen;`,
  },
  resolvable: { 'shared/chat/lost.ts': `export * from './nowhere.ts';` },
  'shared-is-pure': {
    'shared/chat/reads-a-file.ts': `import 'node:fs';`,
    'shared/chat/draws.ts': `import 'react';`,
    'shared/chat/knows-core.ts': `import type { Llm } from '#core/llm/llm.ts';\nexport type L = Llm;`,
  },
  'core-knows-no-host': {
    'electron/core/chat/opens-a-socket.ts': `import 'ws';`,
    'electron/core/chat/knows-electron.ts': `import type { app } from 'electron';\nexport type A = typeof app;`,
    'electron/core/chat/knows-a-host.ts': `import '../../headless/main.ts';`,
    'electron/core/chat/knows-the-server.ts': `import '#server/store/store.ts';`,
  },
  'core-feature-door': {
    'electron/core/llm/reads-chat.ts': `import '../chat/message-store.ts';`,
    'electron/core/chat/picks-a-model.ts': `export const later = () => import('../llm/openai-llm.ts');`,
  },
  'sql-in-stores': { 'electron/core/chat/queries.ts': `import { sql } from '../db/sql.ts';\nexport const q = sql;` },
  'hosts-only-wire': {
    'electron/headless/reaches-in.ts': `import '../core/chat/chat.ts';`,
    'electron/shell/reaches-over.ts': `import '../../renderer/data/live-query.ts';`,
  },
  'electron-only-in-shell': {
    'electron/headless/opens-a-window.ts': `import { BrowserWindow } from 'electron';\nexport { BrowserWindow };`,
  },
  'renderer-knows-only-the-contract': {
    'renderer/data/asks-core.ts': `import type { Llm } from '../../electron/core/llm/llm.ts';\nexport type L = Llm;`,
    'renderer/data/asks-the-database.ts': `import 'better-sqlite3';`,
  },
  'renderer-has-no-node': { 'renderer/data/reads-a-file.ts': `import 'node:fs';` },
  'renderer-feature-alone': {
    'renderer/features/chat/sells.tsx': `import { Store } from '../store/store.tsx';\nexport { Store };`,
    'renderer/features/chat/knows-the-app.tsx': `import { app } from '../../app/app.tsx';\nexport { app };`,
  },
  'renderer-layers': { 'renderer/data/draws-chat.ts': `import '../features/store/store.tsx';` },
  'server-knows-no-app': {
    'sync-server/store/asks-core.ts': `import '#core/chat/chat.ts';`,
    'sync-server/store/draws.ts': `import 'react';`,
  },
  'server-feature-door': {
    'sync-server/store/reads-gacha.ts': `import '../gacha/pull-store.ts';`,
  },
  'no-test-code-in-product': {
    'electron/core/chat/tests-itself.ts': `import 'vitest';`,
    'electron/core/chat/borrows-a-test.ts': `import './chat.test.ts';`,
  },
};

let found: Violation[] = [];
let clean: Violation[] = [];
const scratch: string[] = [];

beforeAll(async () => {
  clean = (await findViolations(await plant(CLEAN))).violations;
  found = (await findViolations(await plant({ ...CLEAN, ...Object.assign({}, ...Object.values(PLANTED)) }))).violations;
});
afterAll(() => Promise.all(scratch.map((folder) => rm(folder, { recursive: true, force: true }))));

test('a tree that keeps the rules has no violation', () => {
  expect(clean).toEqual([]);
});

test('every rule says why, and has a planted violation here', () => {
  expect(CONFIGURATION.forbidden.map((rule) => rule.name)).toEqual(Object.keys(PLANTED));
  for (const rule of CONFIGURATION.forbidden) expect(rule.comment, rule.name).toMatch(/\w{3,}.*\.$/);
});

describe.each(Object.entries(PLANTED))('%s', (rule, files) => {
  test.each(Object.keys(files))('catches %s', (file) => {
    expect(found.filter((each) => each.from === file || each.to.includes(file)).map((each) => each.rule)).toContain(
      rule,
    );
  });
});

/** Writes files into a new folder with the project's subpath imports and packages that are nothing but names. */
async function plant(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-architecture-'));
  scratch.push(root);
  await cp(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
  const packages = ['zod', 'react', 'ws', 'electron', 'vitest', 'better-sqlite3'].map((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, ''],
  ]);
  for (const [file = '', text = ''] of [...packages.flat(), ...Object.entries(files)]) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  return root;
}
