import type { Tx } from '../db/db.ts';
import { nullableNumberOf, numberOf, textOf, type Row } from '../db/row.ts';
import { sql } from '../db/sql.ts';

export type EndReason = 'signed_out' | 'device_revoked' | 'token_reused' | 'password_changed' | 'suspended' | 'deleted';

/** Servers tell each other by this channel that a session has ended; payload: its id. */
export const SESSION_ENDED = 'session_ended';

export interface DeviceRow {
  readonly deviceId: string;
  readonly name: string;
  readonly platform: string;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
}

export interface RefreshRow {
  readonly sessionId: string;
  readonly accountId: string;
  readonly deviceId: string;
  readonly usedAtMs: number | null;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
}

/** Makes the device known, or notes that it is here again. False when that id is another account's, or was revoked. */
export async function touchDevice(
  tx: Tx,
  device: { readonly deviceId: string; readonly accountId: string; readonly name: string; readonly platform: string },
  nowMs: number,
): Promise<boolean> {
  const { deviceId, accountId, name, platform } = device;
  const touched = await tx.run(
    sql`INSERT INTO device (device_id, account_id, name, platform, created_at_ms, last_seen_at_ms)
        VALUES (${deviceId}, ${accountId}, ${name}, ${platform}, ${nowMs}, ${nowMs})
        ON CONFLICT (device_id) DO UPDATE SET last_seen_at_ms = excluded.last_seen_at_ms
          WHERE device.account_id = excluded.account_id AND device.revoked_at_ms IS NULL`,
  );
  return touched === 1;
}

export async function insertSession(
  tx: Tx,
  session: { readonly sessionId: string; readonly accountId: string; readonly deviceId: string },
  nowMs: number,
  expiresAtMs: number,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO session (session_id, account_id, device_id, created_at_ms, expires_at_ms)
        VALUES (${session.sessionId}, ${session.accountId}, ${session.deviceId}, ${nowMs}, ${expiresAtMs})`,
  );
}

export async function insertRefreshToken(
  tx: Tx,
  tokenHash: Uint8Array,
  sessionId: string,
  accountId: string,
  nowMs: number,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO refresh_token (token_hash, session_id, account_id, issued_at_ms)
        VALUES (${tokenHash}, ${sessionId}, ${accountId}, ${nowMs})`,
  );
}

/** Marks the token used, once: true for the first caller. */
export async function useRefreshToken(tx: Tx, tokenHash: Uint8Array, nowMs: number): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE refresh_token SET used_at_ms = ${nowMs} WHERE token_hash = ${tokenHash} AND used_at_ms IS NULL`,
  );
  return touched === 1;
}

export async function readRefreshToken(tx: Tx, tokenHash: Uint8Array): Promise<RefreshRow | undefined> {
  const row = await tx.get(
    sql`SELECT s.session_id, s.account_id, s.device_id, r.used_at_ms, s.expires_at_ms, s.ended_at_ms
        FROM refresh_token r JOIN session s USING (session_id)
        WHERE r.token_hash = ${tokenHash}`,
  );
  return row && refreshFromRow(row);
}

export async function extendSession(tx: Tx, sessionId: string, nowMs: number, expiresAtMs: number): Promise<void> {
  await tx.run(sql`UPDATE session SET expires_at_ms = ${expiresAtMs} WHERE session_id = ${sessionId}`);
  await tx.run(
    sql`UPDATE device SET last_seen_at_ms = ${nowMs}
        WHERE device_id = (SELECT device_id FROM session WHERE session_id = ${sessionId})`,
  );
}

/** Which sessions to end: one, those of a device, or all of the account but one. */
export type Sessions =
  { readonly sessionId: string } | { readonly deviceId: string } | { readonly allExcept: string | null };

/** Ends sessions of an account and tells every server; returns how many. */
export async function endSessions(
  tx: Tx,
  accountId: string,
  which: Sessions,
  because: EndReason,
  nowMs: number,
): Promise<number> {
  const chosen =
    'sessionId' in which
      ? sql`session_id = ${which.sessionId}`
      : 'deviceId' in which
        ? sql`device_id = ${which.deviceId}`
        : sql`session_id IS DISTINCT FROM ${which.allExcept}::uuid`;
  const rows = await tx.all(
    sql`UPDATE session SET ended_at_ms = ${nowMs}, ended_because = ${because}
        WHERE account_id = ${accountId} AND ended_at_ms IS NULL AND ${chosen}
        RETURNING session_id, pg_notify(${SESSION_ENDED}, session_id::text)`,
  );
  return rows.length;
}

/** Sessions ended since then: what a server that starts, or lost its connection, must know. */
export async function endedSince(tx: Tx, sinceMs: number): Promise<string[]> {
  const rows = await tx.all(sql`SELECT session_id FROM session WHERE ended_at_ms >= ${sinceMs}`);
  return rows.map((row) => textOf(row, 'session_id'));
}

export async function liveDevices(tx: Tx, accountId: string): Promise<DeviceRow[]> {
  const rows = await tx.all(
    sql`SELECT device_id, name, platform, created_at_ms, last_seen_at_ms FROM device
        WHERE account_id = ${accountId} AND revoked_at_ms IS NULL ORDER BY last_seen_at_ms DESC`,
  );
  return rows.map(deviceFromRow);
}

export async function nameOfDevice(tx: Tx, deviceId: string): Promise<string | undefined> {
  const row = await tx.get(sql`SELECT name FROM device WHERE device_id = ${deviceId}`);
  return row && textOf(row, 'name');
}

export async function deviceOfSession(tx: Tx, sessionId: string): Promise<string | undefined> {
  const row = await tx.get(sql`SELECT device_id FROM session WHERE session_id = ${sessionId}`);
  return row && textOf(row, 'device_id');
}

export async function renameDevice(tx: Tx, accountId: string, deviceId: string, name: string): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE device SET name = ${name} WHERE device_id = ${deviceId} AND account_id = ${accountId} AND revoked_at_ms IS NULL`,
  );
  return touched === 1;
}

export async function markDeviceRevoked(tx: Tx, accountId: string, deviceId: string, nowMs: number): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE device SET revoked_at_ms = ${nowMs}
        WHERE device_id = ${deviceId} AND account_id = ${accountId} AND revoked_at_ms IS NULL`,
  );
  return touched === 1;
}

/** Forgets tokens and sessions that are long over. */
export async function forgetSessions(tx: Tx, beforeMs: number): Promise<void> {
  await tx.run(sql`DELETE FROM session WHERE ended_at_ms < ${beforeMs} OR expires_at_ms < ${beforeMs}`);
  // Used tokens are kept a while: who comes with one has stolen it, or was stolen from.
  await tx.run(sql`DELETE FROM refresh_token WHERE used_at_ms < ${beforeMs}`);
}

function deviceFromRow(row: Row): DeviceRow {
  return {
    deviceId: textOf(row, 'device_id'),
    name: textOf(row, 'name'),
    platform: textOf(row, 'platform'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    lastSeenAtMs: numberOf(row, 'last_seen_at_ms'),
  };
}

function refreshFromRow(row: Row): RefreshRow {
  return {
    sessionId: textOf(row, 'session_id'),
    accountId: textOf(row, 'account_id'),
    deviceId: textOf(row, 'device_id'),
    usedAtMs: nullableNumberOf(row, 'used_at_ms'),
    expiresAtMs: numberOf(row, 'expires_at_ms'),
    endedAtMs: nullableNumberOf(row, 'ended_at_ms'),
  };
}
