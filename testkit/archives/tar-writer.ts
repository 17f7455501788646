/** One member of a tar as a test wants it. */
export interface TarPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `0` file where absent. */
  readonly type?: string;
  /** How a name of more than 100 bytes, or the size, is told. */
  readonly style?: 'ustar' | 'pax' | 'gnu' | 'v7';
  /** The size that the header says. */
  readonly declaredBytes?: number;
  /** Seconds since 1970 as the header or the pax attribute tells them. */
  readonly modified?: string;
  /** Writes a checksum that is wrong. */
  readonly isWrong?: boolean;
}

const BLOCK = 512;

function header(name: string, bytes: number, type: string, style: TarPart['style'], seconds = 0o14170000000): Buffer {
  const block = Buffer.alloc(BLOCK);
  const slash = name.length > 100 && style === 'ustar' ? name.lastIndexOf('/', 155) : -1;
  block.write(slash < 0 ? name.slice(0, 100) : name.slice(slash + 1), 0, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write('0001750\0', 108, 'latin1');
  block.write('0001750\0', 116, 'latin1');
  if (style === 'gnu' && bytes > 0o7777777) {
    block[124] = 0x80;
    block.writeUIntBE(bytes, 130, 6);
  } else block.write(`${bytes.toString(8).padStart(11, '0')} `, 124, 'latin1');
  block.write(`${seconds.toString(8).padStart(11, '0')} `, 136, 'latin1');
  block.write(type, 156, 'latin1');
  if (style === 'gnu') block.write('ustar  \0', 257, 'latin1');
  else if (style !== 'v7') block.write('ustar\x0000', 257, 'latin1');
  if (slash >= 0) block.write(name.slice(0, slash), 345, 'utf8');
  return withChecksum(block);
}

function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

/** A tar of these parts, closed by two blocks of zeros. */
export function writeTar(parts: readonly TarPart[], isClosed = true): Buffer {
  const blocks: Buffer[] = [];
  for (const part of parts) {
    const { name, bytes, type = '0', style = 'ustar', declaredBytes = bytes.length } = part;
    if (style === 'pax') {
      const body = Buffer.concat([
        paxRecord('mtime', part.modified ?? '1.5'),
        paxRecord('path', name),
        paxRecord('size', String(declaredBytes)),
      ]);
      blocks.push(header('PaxHeaders/x', body.length, 'x', 'pax'), padded(body));
      blocks.push(header('short', 0, type, 'pax'));
    } else if (style === 'gnu' && name.length > 100) {
      const body = Buffer.from(`${name}\0`);
      blocks.push(
        header('././@LongLink', body.length, 'L', 'gnu'),
        padded(body),
        header(name, declaredBytes, type, style),
      );
    } else {
      const seconds = part.modified === undefined ? undefined : Number(part.modified);
      blocks.push(header(name, declaredBytes, type, style, seconds));
    }
    const last = blocks.at(-1);
    if (part.isWrong === true && last !== undefined) last[0] = (last[0] ?? 0) ^ 1;
    blocks.push(padded(bytes));
  }
  if (isClosed) blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}
