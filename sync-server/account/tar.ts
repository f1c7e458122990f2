const BLOCK = 512;
const MODE = '0000644';
const REGULAR_FILE = '0';

/** A file as a POSIX ustar archive has it: header, content, padding. Names are short and plain. */
export function* tarFile(name: string, content: Buffer, nowMs: number): Generator<Buffer> {
  if (!/^[\w.-]{1,99}$/.test(name)) throw new Error('the name of a file in an archive is short and plain');
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(MODE, 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(Math.floor(nowMs / 1000), 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(REGULAR_FILE, 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  yield header;
  yield content;
  const rest = content.length % BLOCK;
  if (rest > 0) yield Buffer.alloc(BLOCK - rest);
}

/** What closes an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
