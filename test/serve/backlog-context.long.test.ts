import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, until } from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const DAY_MS = 86_400_000;
const HELD = 'detection: { lateness: 1m, heldTime: 6h }';

function timeOf(line: string): number {
  return Date.parse((JSON.parse(line) as { '@timestamp': string })['@timestamp']);
}

/** The same events so many days later. */
function daysLater(lines: readonly string[], days: number): readonly string[] {
  const moved = (text: string): string => new Date(Date.parse(text) + days * DAY_MS).toISOString();
  return lines.map((line) =>
    line
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, moved)
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g, (time) =>
        moved(`${time.replace(' ', 'T')}Z`)
          .slice(0, 23)
          .replace('T', ' '),
      ),
  );
}

const chain = [...linesOf(campaign(['a triad that fires and is removed'], { acts: 1 }).events)].sort(
  (a, b) => timeOf(a) - timeOf(b),
);
/** Each host sends a part on time and the rest late: the archive is asked for the hosts of what is late. */
function halvesOf(cut: number): { readonly first: readonly string[]; readonly second: readonly string[] } {
  const hosts = [...Map.groupBy(chain, computerOf).values()];
  const at = (lines: readonly string[]): number => Math.floor(lines.length * cut);
  return {
    first: hosts.flatMap((lines) => lines.slice(0, at(lines))),
    second: hosts.flatMap((lines) => lines.slice(at(lines))),
  };
}

function computerOf(line: string): string {
  return (JSON.parse(line) as { winlog: { computer_name: string } }).winlog.computer_name.toLowerCase();
}

const weeksLater = daysLater(linesOf(campaign(['wmiexec with its three legs'], { acts: 1, seed: 7 }).events), 21);

async function hunted(context: TestContext): Promise<readonly { readonly incident: { readonly id: string } }[]> {
  const result = await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(chain.join('\n'))]]));
  return incidentsOfHunt(result) as readonly { readonly incident: { readonly id: string } }[];
}

/** First half on time, weeks of something else, then the second half. */
async function sendInHalves(server: TestServer, cut: number): Promise<void> {
  const { first, second } = halvesOf(cut);
  await sendLines(server, first);
  await server.server.finish();
  await sendLines(server, weeksLater);
  await server.server.finish();
  await until(async () => {
    const { json } = await ask(server, 'GET', '/v1/events?limit=1000');
    return (json as { items: unknown[] }).items.length >= first.length;
  }, 'the first half is archived');
  await sendLines(server, second);
  await server.server.finish();
}

test('SERVE 0.1: 4 a chain whose second half comes weeks late is joined with what the archive holds of its hosts', async (context) => {
  const expected = await hunted(context);
  assert.ok(expected.length > 0);
  for (const cut of [0.3, 0.6, 0.85]) {
    const server = await runServer(context, { yaml: HELD });
    await sendInHalves(server, cut);
    const ids = new Set(expected.map(({ incident }) => incident.id));
    const told = await toldByServer(server, ({ id }) => ids.has(id));
    assert.deepEqual(told, expected, `cut at ${cut}`);
    const { json } = await ask(server, 'GET', '/v1/incidents?limit=100');
    const rows = (json as { items: { id: string; isRetrospective: boolean; standing: string; first: string }[] }).items;
    assert.ok(rows.filter(({ id }) => ids.has(id)).every(({ isRetrospective }) => isRetrospective));
    const lastMs = timeOf(chain.at(-1) ?? '{}');
    const others = rows.filter(({ id, first }) => !ids.has(id) && Date.parse(first) <= lastMs);
    assert.deepEqual(
      others.filter(({ standing }) => standing !== 'withdrawn'),
      [],
      `nothing is left of the halves at ${cut}`,
    );
    await server.server.stop();
  }
});

test('without an archive a backlog is judged by itself', async (context) => {
  const expected = await hunted(context);
  const server = await runServer(context, { yaml: `${HELD}\narchive: { enabled: false }` });
  const { first, second } = halvesOf(0.6);
  for (const lines of [first, weeksLater, second]) {
    await sendLines(server, lines);
    await server.server.finish();
  }
  const ids = new Set(expected.map(({ incident }) => incident.id));
  assert.notDeepEqual(await toldByServer(server, ({ id }) => ids.has(id)), expected);
});
