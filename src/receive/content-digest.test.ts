import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BODY_LIMITS } from './limits.ts';
import { readBody } from './read-body.ts';

const TEXT = Buffer.from('{"event":{"code":1}}\n'.repeat(400));
const PACKED = gzipSync(TEXT);

const of = (bytes: Uint8Array, name: 'sha256' | 'sha512' = 'sha256'): string => `:${hash(name, bytes, 'base64')}:`;

/** How many bytes a body has, or why it is refused. */
async function read(bytes: Uint8Array, contentDigest: string, coding?: string): Promise<number | string> {
  const headers = {
    'content-digest': contentDigest,
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  };
  const half = bytes.length >> 1;
  const stream = Readable.from([bytes.subarray(0, half), bytes.subarray(half)], { objectMode: false });
  const body = await readBody(stream, headers, BODY_LIMITS, { nowMs: () => 0 });
  return body.kind === 'body' ? body.bytes.length : `${body.status} ${body.code}`;
}

test('a digest is of the bytes on the wire, before any coding is taken off', async () => {
  assert.equal(await read(TEXT, `sha-256=${of(TEXT)}`), TEXT.length);
  assert.equal(await read(PACKED, `sha-256=${of(PACKED)}`, 'gzip'), TEXT.length);
  assert.equal(await read(PACKED, `sha-256=${of(TEXT)}`, 'gzip'), '400 digest_mismatch');
  assert.equal(await read(Buffer.alloc(0), `sha-256=${of(Buffer.alloc(0))}`), 0);
});

test('every known digest must hold; what is not known is passed over, and what cannot be read holds for no body', async () => {
  const sound = `sha-256=${of(TEXT)}`;
  const other = of(Buffer.from('another'));
  const cases: readonly (readonly [string, number | string])[] = [
    [`${sound}, sha-512=${of(TEXT, 'sha512')}`, TEXT.length],
    [`${sound};q=1 , md5=:AAAA:`, TEXT.length],
    ['md5=:AAAA:, unixsum=:AAAA:, sha-256x=:AAAA:', TEXT.length],
    ['', TEXT.length],
    [`sha-256=${other}, ${sound}`, TEXT.length],
    [`sha-512=${other}, ${sound}`, '400 digest_mismatch'],
    [`${sound}, sha-256=${other}`, '400 digest_mismatch'],
    ['sha-256', '400 digest_mismatch'],
    ['sha-256=:not base64:', '400 digest_mismatch'],
    [`sha-256="${hash('sha256', TEXT, 'base64')}"`, '400 digest_mismatch'],
  ];
  for (const [header, told] of cases) assert.equal(await read(TEXT, header), told, header);
});
