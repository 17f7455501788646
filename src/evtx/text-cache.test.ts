import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { TextCache } from './text-cache.ts';

test('a name that was met before comes back as the same string without being decoded', () => {
  const cache = new TextCache();
  const bytes = Buffer.from('xMicrosoft-Windows-Sysmon/Operational', 'utf16le').subarray(1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let decoded = 0;
  const decode = (at: number, size: number): string => {
    decoded++;
    return bytes.toString('utf16le', at, at + size);
  };
  const first = cache.get(view, 1, 72, decode);
  assert.equal(cache.get(view, 1, 72, decode), first);
  assert.equal(decoded, 1);
});

test('what the cache gives is what decoding gives, whatever was asked before', () => {
  const cache = new TextCache();
  // Few letters and lengths make collisions of place and near twins common.
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '\0'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
      for (const text of names) {
        const bytes = Buffer.from(text, 'utf16le');
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const decode = (at: number, size: number): string => bytes.toString('utf16le', at, at + size);
        assert.equal(cache.get(view, 0, bytes.length, decode), text);
      }
    }),
    { numRuns: 200 },
  );
});
