import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cited } from '../../test/made-incident-parts.ts';
import type { Join, JoinId, Strength } from '../entities/index.ts';
import { linkOf } from './links.ts';
import { WEIGHTS } from './weights.ts';

/** A join of the drawing: its strength, and the numbers of the records beside it. */
function drawn(join: JoinId, strength: Strength, ...records: readonly string[]): Join {
  return { join, strength, text: join, rivals: 0, evidence: records.map((record) => cited(record)) };
}

function confidence(joins: readonly Join[], more: { missing?: number; subject?: readonly string[] } = {}): string {
  const missing = Array.from(
    { length: more.missing ?? 0 },
    () => ({ join: 'J2', host: 'h', what: 'w', text: 't' }) as const,
  );
  const subject = more.subject === undefined ? {} : { subject: new Set(more.subject) };
  return linkOf({ claim: 'source', between: ['a'], joins, missing, ...subject }).confidence.toFixed(2);
}

/** Links A to G of design/incident-report.html, "How sure, link by link". */
const A = [drawn('J2', 'exact', '5', '6'), drawn('J7', 'strong', '2', '6'), drawn('J6', 'strong', '3', '6')];
const B = [drawn('J12', 'strong', '6', '7', '8', '9'), drawn('J13', 'strong', '6', '10')];
const C = [drawn('J23', 'exact', '9'), drawn('J23', 'exact', '10'), drawn('J23', 'exact', 'R')];
const D = [drawn('J24', 'exact', '8', '12'), drawn('J15', 'weak', '11')];
const E = [drawn('J22', 'exact', '12', '13')];
const F = [drawn('J22', 'exact', '12', '14')];
const G = [drawn('J21', 'weak', '15', '16'), drawn('J20', 'inferred', '6', '15')];

test('L9 C18: the links of the drawing are 0.99, 0.91, 0.99, 0.97, 0.95, 0.95 and 0.36', () => {
  const links = [confidence(A), confidence(B), confidence(C), confidence(D), confidence(E), confidence(F)];
  assert.deepEqual(links, ['0.99', '0.91', '0.99', '0.97', '0.95', '0.95']);
  assert.equal(confidence(G, { missing: 1, subject: ['15'] }), '0.36');
});

test('C18: joins that cite the same record fail together and count once, the highest', () => {
  assert.equal(
    confidence([drawn('J2', 'exact', '5', '6'), drawn('J3', 'strong', '5', '7')], { subject: ['6'] }),
    '0.95',
  );
  assert.equal(
    confidence([drawn('J12', 'strong', '6', '7'), drawn('J14', 'strong', '8', '7')], { subject: ['6'] }),
    '0.70',
  );
  assert.equal(confidence([drawn('J7', 'strong', '2', '6'), drawn('J7', 'strong', '2', '6')]), '0.70');
});

test('C18: joins that cite only what is joined fail together too', () => {
  assert.equal(confidence([drawn('J16', 'exact', '6'), drawn('J21', 'strong', '6')], { subject: ['6'] }), '0.95');
});

test('L2: each missing record takes a fifth, each rival three tenths', () => {
  assert.equal(confidence(E, { missing: 2 }), '0.61');
  assert.equal(confidence([{ ...drawn('J12', 'weak', '6'), rivals: 1 }]), '0.24');
  assert.equal(confidence([{ ...drawn('J12', 'weak', '6'), rivals: 2 }]), '0.17');
});

test('a link without a join is as sure as order alone', () => {
  const link = linkOf({ claim: 'sameAccount', between: ['b', 'a'], joins: [] });
  assert.equal(link.confidence, WEIGHTS.strength.inferred);
  assert.equal(link.inferred, true);
  assert.deepEqual(link.between, ['a', 'b']);
});

test('the order of the joins and a join told twice change nothing', () => {
  const one = linkOf({ claim: 'source', between: ['x'], joins: A });
  assert.deepEqual(linkOf({ claim: 'source', between: ['x', 'x'], joins: [...A, ...A].reverse() }), one);
});
