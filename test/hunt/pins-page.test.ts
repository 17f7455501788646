import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { readPins } from '../../src/pins/index.ts';
import { readRoot } from '../house/tree.ts';
import { print } from '../made-pin.ts';

const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readRoot('schemas/pins.schema.json')));

test('L29 the file that docs/pins.md shows is read, and is one by schemas/pins.schema.json', async () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readRoot('docs/pins.md')) ?? [];
  const reading = await readPins([{ path: 'pins.yaml', text }]);
  assert.equal(reading.kind === 'pins' && reading.pins.length, 2, JSON.stringify(reading));
  assert.ok(valid(parse(text)), JSON.stringify(valid.errors));
});

test('the schema and the reader refuse the same', async () => {
  const pin = {
    subscription: print('f1'),
    hosts: ['*'],
    owner: 'alice',
    reason: 'agent',
    created: '2026-01-01',
    review: '2026-06-01',
  };
  const callers = { accounts: ['CORP\\svc'], sources: ['SCAN01'] };
  const { subscription: _, ...bare } = pin;
  const files: readonly (readonly [isGood: boolean, file: unknown])[] = [
    [true, { version: 1, pins: [pin, { ...pin, ...callers }, { ...bare, command: print('c0'), ...callers }] }],
    [true, { version: 1 }],
    [true, { version: 1, pins: null }],
    [true, { version: 1, pins: [{ ...pin, hosts: 'SRV-02', what: 'Updater' }] }],
    [false, { version: 2, pins: [] }],
    [false, { pins: [] }],
    [false, { version: 1, pins: [bare] }],
    [false, { version: 1, pins: [{ ...pin, payload: print('a1') }] }],
    [false, { version: 1, pins: [{ ...bare, command: print('c0') }] }],
    [false, { version: 1, pins: [{ ...pin, accounts: ['CORP\\svc'] }] }],
    [false, { version: 1, pins: [{ ...pin, name: 'Updater' }] }],
    [false, { version: 1, pins: [{ ...pin, hosts: [] }] }],
    [false, { version: 1, pins: [{ ...pin, review: 'soon' }] }],
    [false, { version: 1, pins: [{ ...pin, subscription: 'f1' }] }],
    [false, { version: 1, pins: [{ ...pin, owner: '' }] }],
  ];
  for (const [isGood, file] of files) {
    const text = JSON.stringify(file);
    assert.equal(valid(file), isGood, text);
    assert.equal((await readPins([{ path: 'pins.yaml', text }])).kind, isGood ? 'pins' : 'problems', text);
  }
});
