import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDetached, assertEvents, assertTrees, assertValues } from './round-trip.ts';

test('values of any type come back as the texts that they were made of', () => assertValues(150, 1));

test('templates and values of any shape come back as the XML of a plain second renderer', () => assertTrees(150, 2));

test('events of the makers come back with the same fields in order', () => assertEvents(60, 3));

test('an event that is kept says the same after its bytes are gone', () => assertDetached(40, 4));

test('L27 defects that other readers have had would be found by these properties', () => {
  // Trailing blanks trimmed (EVTX 8 P11), control characters kept (P29), upper-case hexadecimal.
  const defects: ((xml: string) => string)[] = [
    (xml) => xml.replace(/\s+</g, '<'),
    (xml) => xml.replaceAll('\ufffd', '\u0003'),
    (xml) => xml.replace(/0x[0-9a-f]+/g, (hex) => hex.toUpperCase()),
  ];
  for (const defect of defects) assert.throws(() => assertTrees(150, 2, defect));
});
