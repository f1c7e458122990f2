// A process for vault-kill.fuzz.test.ts: writes notes without end and says each that was committed, until it is killed.
import { strongRandom } from '../strong-random.ts';
import { sql } from './sql.ts';
import { openVault } from './vault.ts';

const [folder = '', keyHex = '', from = '0'] = process.argv.slice(2);
const vault = await openVault({
  dataDir: folder,
  keySource: {
    kind: 'key-file',
    load: () => Promise.resolve(new Uint8Array(Buffer.from(keyHex, 'hex'))),
    save: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
  clock: Date.now,
  random: strongRandom(),
  log: () => undefined,
  longWorkDelayMs: 20,
});
if (vault.status().kind !== 'ready') throw new Error(`the vault is ${vault.status().kind}`);
const padding = 'words '.repeat(200);
for (let index = Number(from); ; index++) {
  const stamp = vault.db.write((tx) => {
    const hlc = tx.hlc();
    tx.run(
      'setting',
      sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${`n${index}`}, ${padding}, 'device', ${hlc})`,
    );
    tx.runDerived(sql`INSERT INTO message_index (rowid, tokens) VALUES (${index + 1}, ${`n${index}`})`);
    return hlc;
  });
  process.stdout.write(`${index} ${stamp}\n`);
  if (index % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
}
