import type { ProviderId } from '#shared/entities.ts';
import type { Provider } from '#shared/settings/contract.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

/** A provider as it rests: with its sealed key, which is told to nobody. */
export interface StoredProvider extends Omit<Provider, 'hasKey'> {
  readonly sealedKey: Uint8Array | null;
}

const COLUMNS = sql`id, kind, name, base_url, model_path, model, sealed_key, enabled, input_price, cached_input_price, output_price`;

/** In the order of the ladder. */
export function listProviders(tx: ReadTx): StoredProvider[] {
  return tx.all(sql`SELECT ${COLUMNS} FROM llm_provider ORDER BY position, id`).map(fromRow);
}

export function findProvider(tx: ReadTx, id: ProviderId): StoredProvider | undefined {
  const row = tx.get(sql`SELECT ${COLUMNS} FROM llm_provider WHERE id = ${id}`);
  return row && fromRow(row);
}

/** Adds one at the foot of the ladder. */
export function insertProvider(tx: WriteTx, one: StoredProvider): void {
  tx.run(
    'llm_provider',
    sql`INSERT INTO llm_provider (id, kind, name, base_url, model_path, model, sealed_key, enabled, input_price,
          cached_input_price, output_price, position)
        VALUES (${one.id}, ${one.kind}, ${one.name}, ${one.baseUrl}, ${one.modelPath}, ${one.model}, ${one.sealedKey},
          ${one.enabled}, ${one.inputPrice}, ${one.cachedInputPrice}, ${one.outputPrice},
          (SELECT COALESCE(MAX(position), -1) + 1 FROM llm_provider))`,
  );
}

export function updateProvider(tx: WriteTx, one: StoredProvider): void {
  tx.run(
    'llm_provider',
    sql`UPDATE llm_provider SET kind = ${one.kind}, name = ${one.name}, base_url = ${one.baseUrl},
          model_path = ${one.modelPath}, model = ${one.model}, sealed_key = ${one.sealedKey}, enabled = ${one.enabled},
          input_price = ${one.inputPrice}, cached_input_price = ${one.cachedInputPrice}, output_price = ${one.outputPrice}
        WHERE id = ${one.id}`,
  );
}

/** Whether there was one. */
export function deleteProvider(tx: WriteTx, id: ProviderId): boolean {
  return tx.run('llm_provider', sql`DELETE FROM llm_provider WHERE id = ${id}`).changes > 0;
}

export function setProviderPosition(tx: WriteTx, id: ProviderId, position: number): void {
  tx.run('llm_provider', sql`UPDATE llm_provider SET position = ${position} WHERE id = ${id}`);
}

function fromRow(row: Row): StoredProvider {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const price = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    id: String(row['id']) as ProviderId,
    kind: row['kind'] === 'gguf' ? 'gguf' : 'openai',
    name: String(row['name']),
    baseUrl: text(row['base_url']),
    modelPath: text(row['model_path']),
    model: String(row['model']),
    sealedKey: row['sealed_key'] instanceof Uint8Array ? row['sealed_key'] : null,
    enabled: row['enabled'] === 1,
    inputPrice: price(row['input_price']),
    cachedInputPrice: price(row['cached_input_price']),
    outputPrice: price(row['output_price']),
  };
}
