import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One step of the schema. Once it has shipped it never changes: its hash is kept in every database it was applied to. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  /** `0001-create-roles`, as the file is called. */
  readonly label: string;
  readonly sql: string;
  readonly hash: string;
}

const FOLDER = path.join(import.meta.dirname, 'migrations');
const NAME = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)+\.sql$/;

/** The steps in `folder`, in order. Throws when a name is not NNNN-verb-noun.sql or a number is missing. */
export async function loadMigrations(folder: string = FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const version = Number(NAME.exec(file)?.[1]);
      if (version !== index + 1) throw new Error(`${file} is not migration number ${index + 1}, NNNN-verb-noun.sql`);
      const sql = await readFile(path.join(folder, file), 'utf8');
      const hash = createHash('sha256').update(sql).digest('hex');
      return { version, label: path.basename(file, '.sql'), sql, hash };
    }),
  );
}
