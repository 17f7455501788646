import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTACKS, campaign } from './campaign.ts';
import { toldByEngine } from './hunted.ts';
import { untold } from './truth.ts';

for (const name of Object.keys(ATTACKS)) {
  test(`L9 ${name}, among an ordinary day, is told as it was: target, account, command and source`, () => {
    const { attacks, events } = campaign([name]);
    const told = toldByEngine(events);
    assert.deepEqual(
      attacks.flatMap(({ truth }) => untold(truth, told)),
      [],
    );
  });
}

test('L10 thirteen attacks in one day are thirteen incidents, and no edge joins one with another', () => {
  const { attacks, events } = campaign(Object.keys(ATTACKS), { acts: 400 });
  const told = toldByEngine(events);
  assert.deepEqual(
    attacks.flatMap(({ truth }) => untold(truth, told)),
    [],
  );
  const above = told.incidents.filter(({ level }) => level !== 'informational' && level !== 'low');
  assert.deepEqual(
    above.map(({ title }) => title).length,
    attacks.length,
    above.map(({ title, level }) => `${level} ${title}`).join('\n'),
  );
});

test('an ordinary day alone is no incident above low', () => {
  const { events } = campaign([], { acts: 800, seed: 5 });
  assert.deepEqual(
    toldByEngine(events).incidents.filter(({ level }) => level !== 'informational' && level !== 'low'),
    [],
  );
});

test('L11 a log that was cleared is told as what nobody can speak for, and takes from what can be said', () => {
  const name = 'a log that was cleared';
  const { attacks, events } = campaign([name]);
  const told = toldByEngine(events);
  const target = attacks[0]?.truth.children[0]?.computer.toLowerCase();
  const cleared = told.findings.filter(({ analytic, host }) => analytic === 'T01' && host === target);
  assert.equal(cleared.length, 1);
  assert.equal(
    told.incidents.flatMap(({ edges }) => edges).some(({ source }) => source.host !== undefined),
    false,
  );
});
