import { AppError, ERROR_CODES } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Frame } from './transport.ts';

/** The largest frame that crosses, in bytes of UTF-8 JSON on a socket and in UTF-16 units where values are cloned. */
export const MAX_FRAME_SIZE = 16 * 1024 * 1024;

const MAX_DEPTH = 64;
const MAX_NODES = 2_000_000;
const NODE_COST = 4;
const NAME = /^[a-z][A-Za-z0-9]{0,63}\.[a-z][A-Za-z0-9]{0,63}$/;
const MAX_REASON_LENGTH = 200;
const MAX_MESSAGE_LENGTH = 10_000;

/**
 * Reads what came from the other side. Null for anything but one of the four frames made of plain JSON: wrong types, an
 * own `__proto__` key anywhere, cycles, nesting beyond 64, more than two million values or MAX_FRAME_SIZE.
 * The result holds the frame's own fields and no others.
 */
export function parseFrame(value: unknown): Frame | null {
  if (!isRecord(value)) return null;
  const size = measureJson(value);
  if (size === null || size > MAX_FRAME_SIZE) return null;
  const { type, id, name } = value;
  switch (type) {
    case 'request':
      return isId(id) && isName(name) ? { type, id, name, input: value['input'] } : null;
    case 'ok':
      return isId(id) ? { type, id, output: value['output'] } : null;
    case 'error': {
      const { code, reason, message } = value;
      if (!isId(id) || !isErrorCode(code)) return null;
      if (!isShortText(reason, MAX_REASON_LENGTH) || !isShortText(message, MAX_MESSAGE_LENGTH)) return null;
      return { type, id, code, reason, message };
    }
    case 'event':
      return isName(name) ? { type, name, payload: value['payload'] } : null;
    default:
      return null;
  }
}

/** Reads a frame from JSON text; null as in `parseFrame`, and for text that is not JSON. */
export function parseFrameText(text: string): Frame | null {
  if (text.length > MAX_FRAME_SIZE) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return parseFrame(value);
}

/**
 * The rough size of a value in UTF-16 units, or null when it is not plain JSON that survives any transport: functions,
 * dates, maps, bigints, NaN, cycles, an own `__proto__` key, too deep, too many parts. An undefined property counts as absent.
 */
export function measureJson(value: unknown): number | null {
  let nodes = 0;
  let size = 0;
  const visit = (part: unknown, depth: number): boolean => {
    nodes += 1;
    size += NODE_COST;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) return false;
    switch (typeof part) {
      case 'string':
        size += part.length;
        return true;
      case 'number':
        return Number.isFinite(part);
      case 'boolean':
      case 'undefined':
        return true;
      case 'object':
        if (part === null) return true;
        if (Array.isArray(part)) {
          for (let index = 0; index < part.length; index += 1) if (!visit(part[index], depth + 1)) return false;
          return true;
        }
        if (!isRecord(part)) return false;
        for (const key of Object.keys(part)) {
          if (key === '__proto__') return false;
          size += key.length;
          if (!visit(part[key], depth + 1)) return false;
        }
        return true;
      default:
        return false;
    }
  };
  return visit(value, 0) ? size : null;
}

/** The failure of sending more than MAX_FRAME_SIZE. */
export function frameTooLarge(): AppError {
  return new AppError('invalid', 'frame_too_large', `a frame may hold at most ${MAX_FRAME_SIZE} bytes`);
}

/** An object literal of any realm: its prototype is null or a root. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

function isErrorCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some((code) => code === value);
}

function isShortText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit;
}
