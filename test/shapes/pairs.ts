import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type LoggedEvent, security } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { comparable, differences, huntFolder, isExcused } from './conversion.ts';
import { COPIES, type Copy, PLANTED } from './copies.ts';

export type Pair = readonly [Copy, Copy];

export function allPairs(): readonly Pair[] {
  return COPIES.flatMap((first, i) => COPIES.slice(i).map((second): Pair => [first, second]));
}

/** Event logs with each shape, and each shape with the next one. */
export function somePairs(): readonly Pair[] {
  return allPairs().filter(([first, second]) => {
    const [i, j] = [COPIES.indexOf(first), COPIES.indexOf(second)];
    return i === 0 || j === i + 1;
  });
}

/** The planted case with another source address of its logon: what an edited copy would say. */
const EDITED: readonly LoggedEvent[] = PLANTED.map((event) =>
  event.model.eventId === 4624
    ? {
        ...event,
        model: security.logon(
          {
            account: {
              sid: 'S-1-5-21-1004336348-1177238915-682003330-1105',
              name: 'alice',
              domain: 'CORP',
            },
            logonId: 0xc93745n,
            address: '10.20.9.99',
            port: 49711,
          },
          { computer: event.model.computer, time: event.model.time },
        ),
      }
    : event,
);

/**
 * L6, SETTLED B12: two copies in whatever shapes are one event each, nothing that is told changes, and a copy that says
 * something else is kept and told. Gives what is wrong, in words.
 */
export async function wrongInPair(t: TestContext, [first, second]: Pair): Promise<string[]> {
  const name = `${first.name} + ${second.name}`;
  const [ofFirst, ofSecond] = [carriedBy(first, PLANTED), carriedBy(second, PLANTED)];
  const inBoth = ofFirst.filter((event) => ofSecond.includes(event)).length;
  const all = PLANTED.filter((event) => ofFirst.includes(event) || ofSecond.includes(event));
  const [log] = COPIES;
  assert.ok(log !== undefined);
  const alone = await huntFolder(folderWith(t, log.files(all, 'logs')));
  const together = await huntFolder(
    folderWith(t, [...first.files(ofFirst, 'first'), ...second.files(ofSecond, 'second')]),
  );
  const wrong: string[] = [];
  if (together?.summary.folded !== inBoth) {
    wrong.push(`${name}: ${together?.summary.folded} of ${inBoth} copies were folded`);
  }
  const losses = worse(first, second);
  const found = differences(comparable(alone, { losses }, all), comparable(together, { losses }, all));
  for (const difference of found) {
    if (!isExcused(difference, losses)) wrong.push(`${name}: ${JSON.stringify(difference)}`);
  }
  wrong.push(...(await wrongWithoutUtc(t, name, first, second)), ...(await wrongInEdited(t, name, first, second)));
  return wrong;
}

/** SETTLED B12 a: where nothing in a source tells the zone of its times, the copies elsewhere tell it. */
async function wrongWithoutUtc(t: TestContext, name: string, first: Copy, second: Copy): Promise<string[]> {
  if (!isUntold(first) && !isUntold(second)) return [];
  // Of records without an id nothing says that they are one at another time.
  if (!claims(first) || !claims(second)) return [];
  const plain = PLANTED.filter(({ model }) => !model.provider.endsWith('Sysmon'));
  const both = carriedBy(second, carriedBy(first, plain));
  const result = await huntFolder(folderWith(t, [...first.files(both, 'first'), ...second.files(both, 'second')]));
  const folded = result?.summary.folded;
  return folded === both.length ? [] : [`${name}: ${folded} of ${both.length} copies were folded without UTC`];
}

const isUntold = ({ losses }: Copy): boolean => losses.isLocal === 'untold';
/** Without a record id on one side the two do not claim to be one record. */
const claims = ({ losses }: Copy): boolean => losses.recordId !== true;

async function wrongInEdited(t: TestContext, name: string, first: Copy, second: Copy): Promise<string[]> {
  const logon = PLANTED.filter(({ model }) => model.eventId === 4624);
  const edited = EDITED.filter(({ model }) => model.eventId === 4624);
  const result = await huntFolder(folderWith(t, [...first.files(logon, 'first'), ...second.files(edited, 'second')]));
  const wrong: string[] = [];
  if (result?.summary.folded !== 0) wrong.push(`${name}: an edited copy was folded`);
  const isConflict = claims(first) && claims(second);
  const told = result?.findings.filter(({ analytic }) => analytic === 'T14').length ?? 0;
  if (first !== second && told !== (isConflict ? 1 : 0))
    wrong.push(`${name}: ${told} conflicts were told of an edited copy`);
  return wrong;
}

function carriedBy(copy: Copy, events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return events.filter(({ model }) => copy.cannotCarry(model) === undefined);
}

/** What neither of the two has kept of the record ids, and the coarser of their times. */
function worse(first: Copy, second: Copy): Copy['losses'] {
  const order = [undefined, 'micros', 'ms', 's'] as const;
  const time = order[Math.max(order.indexOf(first.losses.time), order.indexOf(second.losses.time))];
  return {
    ...(time === undefined ? {} : { time }),
    ...(first.losses.recordId === true || second.losses.recordId === true ? { recordId: true } : {}),
    ...(first.losses.isLocal === 'untold' || second.losses.isLocal === 'untold' ? { isLocal: 'untold' } : {}),
    ...(first.losses.isForgeable === true || second.losses.isForgeable === true ? { isForgeable: true } : {}),
  };
}
