/** A row's values in the table's column order, as Postgres writes them; null is NULL, undefined is «not sent, unchanged». */
export type Row = readonly (string | null | undefined)[];

export interface RelationColumn {
  readonly name: string;
  readonly typeOid: number;
}

export interface Relation {
  readonly oid: number;
  readonly columns: readonly RelationColumn[];
  /** Changes when the table's columns do. */
  readonly signature: string;
}

export type Change =
  | { readonly kind: 'insert'; readonly relation: Relation; readonly new: Row }
  | { readonly kind: 'update'; readonly relation: Relation; readonly old: Row | null; readonly new: Row }
  | { readonly kind: 'delete'; readonly relation: Relation; readonly old: Row; readonly isWhole: boolean }
  | { readonly kind: 'truncate'; readonly oids: readonly number[] };

/** A committed transaction, whole. */
export interface Transaction {
  /** 32 bits, as the stream has it. */
  readonly xid: number;
  readonly commitLsn: number;
  /** Where the commit record ends: nothing of a later transaction lies before it. */
  readonly endLsn: number;
  readonly changes: readonly Change[];
  /** Roughly what it takes in memory. */
  readonly bytes: number;
}

/** What a table's columns are to the stream: a change of it means that the rows of before and after cannot be compared. */
export function signatureOf(columns: readonly RelationColumn[]): string {
  return columns.map((column) => `${JSON.stringify(column.name)}:${column.typeOid}`).join(',');
}

/**
 * Reads the pgoutput protocol, version 1: gives each transaction when its commit arrives. Values stay Postgres' own text.
 * Throws on a message that is none: a stream that cannot be read must stop, not lose rows.
 */
export function createPgoutputReader(): (message: Buffer) => Transaction | undefined {
  const relations = new Map<number, Relation>();
  let xid = 0;
  let commitLsn = 0;
  let changes: Change[] = [];
  let bytes = 0;

  return (message) => {
    const reader = createReader(message);
    bytes += message.length;
    const relationOf = (oid: number): Relation => {
      const relation = relations.get(oid);
      if (!relation) throw new Error(`the stream names table ${oid} before describing it`);
      return relation;
    };
    switch (reader.character()) {
      case 'B': {
        commitLsn = reader.position();
        reader.skip(8);
        xid = reader.uint32();
        changes = [];
        bytes = 0;
        return undefined;
      }
      case 'C': {
        reader.skip(1 + 8);
        const done: Transaction = { xid, commitLsn, endLsn: reader.position(), changes, bytes };
        changes = [];
        return done;
      }
      case 'R': {
        const relation = reader.relation();
        relations.set(relation.oid, relation);
        return undefined;
      }
      case 'I': {
        const relation = relationOf(reader.uint32());
        reader.skip(1);
        changes.push({ kind: 'insert', relation, new: reader.row() });
        return undefined;
      }
      case 'U': {
        const relation = relationOf(reader.uint32());
        const mark = reader.character();
        const old = mark === 'O' ? reader.row() : null;
        if (mark === 'K') reader.row();
        if (mark !== 'N') reader.skip(1);
        const fresh = reader.row();
        // A long value that did not change is not sent again; the old row has it.
        const whole = old ? fresh.map((value, index) => (value === undefined ? old[index] : value)) : fresh;
        changes.push({ kind: 'update', relation, old, new: whole });
        return undefined;
      }
      case 'D': {
        const relation = relationOf(reader.uint32());
        const isWhole = reader.character() === 'O';
        changes.push({ kind: 'delete', relation, old: reader.row(), isWhole });
        return undefined;
      }
      case 'T': {
        const count = reader.uint32();
        reader.skip(1);
        changes.push({ kind: 'truncate', oids: Array.from({ length: count }, () => reader.uint32()) });
        return undefined;
      }
      case 'Y':
      case 'O':
      case 'M':
        return undefined;
      default:
        throw new Error(`the stream sent a message of an unknown kind, ${message[0]}`);
    }
  };
}

interface Reader {
  character(): string;
  uint32(): number;
  position(): number;
  skip(count: number): void;
  row(): Row;
  relation(): Relation;
}

function createReader(buffer: Buffer): Reader {
  let at = 0;
  const uint16 = (): number => buffer.readUInt16BE((at += 2) - 2);
  const uint32 = (): number => buffer.readUInt32BE((at += 4) - 4);
  const text = (length: number): string => buffer.toString('utf8', at, (at += length));
  const zeroEnded = (): string => {
    const value = text(buffer.indexOf(0, at) - at);
    at += 1;
    return value;
  };
  return {
    character: () => String.fromCharCode(buffer.readUInt8(at++)),
    uint32,
    position: () => uint32() * 2 ** 32 + uint32(),
    skip: (count) => (at += count),
    row() {
      const values: (string | null | undefined)[] = [];
      for (let left = uint16(); left > 0; left--) {
        const kind = buffer.readUInt8(at++);
        if (kind === 0x74) values.push(text(uint32()));
        else values.push(kind === 0x6e ? null : undefined);
      }
      return values;
    },
    relation() {
      const oid = uint32();
      zeroEnded();
      zeroEnded();
      at += 1;
      const columns = Array.from({ length: uint16() }, () => {
        at += 1;
        const column = { name: zeroEnded(), typeOid: uint32() };
        at += 4;
        return column;
      });
      return { oid, columns, signature: signatureOf(columns) };
    },
  };
}
