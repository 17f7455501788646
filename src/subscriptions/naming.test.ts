import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dossier } from './dossier.ts';
import { namedSubscription, quotedName, subscriptionName } from './naming.ts';

function named(filter: string | null, consumer: string | null): Pick<Dossier, 'filter' | 'consumer'> {
  const content = { class: null, properties: {}, decoded: [], features: [], indicators: [] };
  return { filter: { name: filter }, consumer: { ...content, name: consumer } };
}

test('a subscription goes by its consumer, and by its filter where no consumer is known', () => {
  const cases: readonly (readonly [string | null, string | null, string | undefined, string])[] = [
    ['Logon Filter', 'Logon', 'Logon', "subscription 'Logon'"],
    ['Logon Filter', null, 'Logon Filter', "filter 'Logon Filter'"],
    [null, 'Logon', 'Logon', "consumer 'Logon'"],
    [null, null, undefined, 'a subscription without names'],
  ];
  for (const [filter, consumer, name, words] of cases) {
    const of = named(filter, consumer);
    assert.deepEqual([subscriptionName(of), namedSubscription(of)], [name, words]);
  }
});

test('L20 a hostile name stays on one line, and its cut leaves half of no character', () => {
  assert.equal(quotedName(' a\r\n\tb '), "'a b'");
  assert.equal(quotedName('x'.repeat(60)), `'${'x'.repeat(60)}'`);
  assert.equal(quotedName('x'.repeat(61)), `'${'x'.repeat(60)}…'`);
  assert.equal(quotedName(`${'x'.repeat(59)}😀y`), `'${'x'.repeat(59)}�…'`);
});
