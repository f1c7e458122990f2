import { workerData } from 'node:worker_threads';
import { openConnection } from './connection.ts';
import type { ReaderData } from './reader.ts';
import type { Sql } from './sql.ts';
import { createStatements } from './statements.ts';
import { serveJobs } from '../worker-serve.ts';

/** Big: a search or a vector scan reads much of the file, and a page that is kept need not be decrypted again. */
const CACHE_KIB = 262_144;

const { file, key } = workerData as ReaderData;
const connection = openConnection({ file, key, readOnly: true, cacheKib: CACHE_KIB });
key.fill(0);
const statements = createStatements(connection);
serveJobs<Sql>(
  (statement) => statements.all(statement),
  () => connection.close(),
);
