import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import { EventStore } from '../../src/evidence/index.ts';
import { matcherOf, type RuleSet, type TextBlockOptions } from '../../src/intake/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { MISS_MARKS, Window } from '../../src/live/index.ts';
import type { HitFinder } from '../../src/taxonomy/index.ts';
import { isKept } from '../../src/windows/index.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, NOW_MS, told } from './streams.ts';

const rule = (title: string, detection: string): string =>
  `title: ${title}\nlogsource: {product: windows}\ndetection:\n${detection}\n  condition: selection\nlevel: low\n`;
const TEXTS = [
  rule('Anything with a word', '  selection: [powershell, mimikatz]'),
  rule('A field that is not there', '  selection: {EventID: 4624, IpPort: null}'),
  rule('A path', "  selection: {Image|endswith: '\\wmiprvse.exe'}"),
].join('---\n');
const OWN: RuleSet = {
  groups: [{ kind: 'texts', sources: [{ text: TEXTS, file: 'own.yml' }], licenses: new Map() }],
  selection: {},
};
const EVENTS = campaign(Object.keys(ATTACKS), { acts: 60, hosts: 40 }).events;

async function rules(): Promise<{ readonly own: HitFinder; readonly pack: HitFinder; readonly reading: Reading }> {
  const { rules: set } = await bundledRules();
  const marks = [MISS_MARKS.pack, MISS_MARKS.rules];
  return {
    own: matcherOf(OWN).matcher,
    pack: matcherOf(set).matcher,
    reading: { runStartMs: NOW_MS, rules: [set, OWN], misses: { marks, rulesNumber: 7 } },
  };
}

type Reading = TextBlockOptions;

for (const shape of ['S2', 'S4', 'S6', 'S11']) {
  test(`${shape}: a row is marked by its reader where its rules would not match it, and nowhere else`, async () => {
    const { own, pack, reading } = await rules();
    const source = { file: 'a' };
    const text = Buffer.from(linesOf(EVENTS, lineWriter(shape)).join('\n'));
    const { rows, missesOf } = new TextBlockReader(reading).read(source, 0, text, true);
    assert.equal(missesOf, 7);
    const store = new EventStore([source], {
      memoryBytes: Number.POSITIVE_INFINITY,
      openSpool: () => assert.fail('all is held in memory'),
    });
    store.renumber(rows, []);
    store.addNumbered(rows);
    let [marked, hit] = [0, 0];
    for (const event of store.unsorted()) {
      for (const [matcher, mark] of [[own, MISS_MARKS.rules] as const, [pack, MISS_MARKS.pack] as const]) {
        const isHit = matcher.match(event).length > 0;
        const name = `${event.channel} ${event.eventId}`;
        if (event.eventId === 5861) assert.equal(event.hasMark(mark), false, name);
        // What no layout holds is there for a rule, and was not asked about the others.
        else if (isKept(event)) assert.equal(event.hasMark(mark), !isHit, name);
        else assert.equal(event.hasMark(mark), false, name);
        if (event.hasMark(mark)) marked++;
        if (isHit) hit++;
      }
    }
    assert.ok(marked > rows.count && hit > 20, `${marked} marks and ${hit} hits of ${rows.count} rows`);
  });
}

test('a judgement of rows that their reader marked is that of rows without marks; marks of other rules do not count', async () => {
  const { own, pack, reading } = await rules();
  const lines = Buffer.from(linesOf(EVENTS).join('\n'));
  const { misses: _, ...plain } = reading;
  const judged = (options: TextBlockOptions, rulesNumber: number | undefined, rules: HitFinder = own) => {
    const window = new Window(rulesNumber === undefined ? {} : { rulesNumber });
    const answer = new TextBlockReader(options).read({ file: 'a' }, 0, lines, true);
    window.acceptText({ file: 'a' }, { answer, packer: 0 }, NOW_MS);
    return told(window.judge({ rules, pack }));
  };
  const expected = judged(plain, undefined);
  assert.deepEqual(judged(reading, 7), expected);
  const { matcher: others } = matcherOf({
    ...OWN,
    groups: [
      {
        kind: 'texts',
        sources: [{ text: rule('Tickets', '  selection: {EventID: 4769}'), file: 'other.yml' }],
        licenses: new Map(),
      },
    ],
  });
  assert.deepEqual(judged(reading, 8, others), judged(plain, undefined, others));
});
