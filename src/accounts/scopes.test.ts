import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, type Need, type Scope, scopesProblem } from './scopes.ts';

const NEEDS: readonly Need[] = [
  'ingest',
  'ingest:write:bulk',
  'ingest:write:hec',
  'read',
  'read:health',
  'analyst',
  'admin:incidents',
  'engineer',
  'admin:keys',
];

test('what each scope is enough for, as a whole table', () => {
  const table: Readonly<Record<Scope, readonly Need[]>> = {
    'ingest:write': ['ingest', 'ingest:write:bulk', 'ingest:write:hec'],
    'ingest:write:bulk': ['ingest', 'ingest:write:bulk'],
    read: ['read', 'read:health'],
    'read:health': ['read:health'],
    analyst: ['read', 'read:health', 'analyst', 'admin:incidents'],
    engineer: ['read', 'read:health', 'analyst', 'admin:incidents', 'engineer'],
    'admin:*': ['read', 'read:health', 'analyst', 'admin:incidents', 'engineer', 'admin:keys'],
  };
  for (const [scope, enough] of Object.entries(table)) {
    assert.deepEqual(
      NEEDS.filter((need) => covers(scope as Scope, need)),
      enough,
      scope,
    );
  }
});

test('a key has 1 to 16 known scopes, and one that brings events has no others', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `ingest:write:p${index}`);
  for (const good of [['ingest:write'], ['read', 'admin:*'], many(16)]) assert.equal(scopesProblem(good), undefined);
  const wrong = [
    [],
    many(17),
    ['ingest:write', 'read'],
    ['write'],
    ['ingest:write:'],
    ['ingest:write:A'],
    ['admin:keys'],
  ];
  wrong.push([`ingest:write:${'a'.repeat(33)}`]);
  for (const bad of wrong) assert.notEqual(scopesProblem(bad), undefined, JSON.stringify(bad));
  assert.equal(scopesProblem([`ingest:write:${'a'.repeat(32)}`]), undefined);
});
