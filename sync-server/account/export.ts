import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { callOf, identityOf } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import { dumpTable, personalTables } from './account-store.ts';
import { tarEnd, tarFile } from './tar.ts';

const PAGE = 1_000;

/** What is of no use to the person and of much to a thief. */
const SECRET_COLUMNS = new Set([
  'password_hash',
  'totp_secret',
  'recovery_hashes',
  'token_hash',
  'secret_hash',
  'code_hash',
  'challenge',
]);

/** `GET /v1/account/export`: everything the server holds of the account as one .tar.gz, a JSONL file a table. */
export function registerExport(app: FastifyInstance, { db, clock, audit }: ServerContext): void {
  const schema = { tags: ['account'], summary: 'Everything of the account, as a .tar.gz of JSONL files.' };
  app.get(
    '/v1/account/export',
    { schema, config: { access: 'account.write', limit: 'export' } },
    async (request, reply) => {
      const call = callOf(request);
      const { accountId } = identityOf(call);
      await db.asSystem((tx) =>
        audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'account.export', call }),
      );
      const tables = await db.asSystem(personalTables);
      const files = async function* (): AsyncGenerator<Buffer> {
        const manifest = { format: 'tomoshibi-account-export', version: 1, accountId, exportedAtMs: clock(), tables };
        yield* tarFile('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), clock());
        for (const table of tables) {
          const lines = await linesOf(table, accountId);
          yield* tarFile(`${table}.jsonl`, Buffer.from(lines.join('')), clock());
        }
        const entries = await auditLines(accountId);
        yield* tarFile('audit.jsonl', Buffer.from(entries.join('')), clock());
        yield tarEnd();
      };
      const archive = Readable.from(files()).pipe(createGzip());
      return reply
        .header('content-type', 'application/gzip')
        .header('content-disposition', 'attachment; filename="tomoshibi-account.tar.gz"')
        .send(archive);
    },
  );

  // As the system: some of these tables (credentials) the account itself may not read; the statement names the account.
  const linesOf = (table: string, accountId: string): Promise<string[]> =>
    db.asSystem(async (tx) => {
      const lines: string[] = [];
      for (let offset = 0; ; offset += PAGE) {
        const rows = await dumpTable(tx, table, accountId, PAGE, offset);
        for (const row of rows) lines.push(`${JSON.stringify(withoutSecrets(row))}\n`);
        if (rows.length < PAGE) return lines;
      }
    });

  const auditLines = async (subjectId: string): Promise<string[]> => {
    const lines: string[] = [];
    for (let beforeSeq = Number.MAX_SAFE_INTEGER; ;) {
      const before = beforeSeq;
      const entries = await db.asSystem((tx) => audit.read(tx, { subjectId, beforeSeq: before, limit: PAGE }));
      for (const entry of entries) lines.push(`${JSON.stringify(entry)}\n`);
      beforeSeq = entries.at(-1)?.seq ?? 0;
      if (entries.length < PAGE) return lines;
    }
  };
}

function withoutSecrets(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !SECRET_COLUMNS.has(column)));
}
