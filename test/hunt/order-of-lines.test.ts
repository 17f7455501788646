import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter } from '../live/streams.ts';
import { foundByHunt } from '../serve/found-by-server.ts';
import { huntFolder } from './hunted.ts';
import { folderWith } from './run-triad.ts';

async function told(context: TestContext, lines: readonly string[]): Promise<unknown> {
  return foundByHunt(await huntFolder(folderWith(context, [['export.jsonl', Buffer.from(lines.join('\n'))]])));
}

/** Beside each logon others of the same second, as a share that is read brings them. */
function crowded(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    if (!/4624/.test(line) || !/TargetLogonId/.test(line)) return [line];
    const other = (at: number): string =>
      line.replace(
        /("TargetLogonId[^"]*":\s*")0x[0-9a-fA-F]+/,
        (_, head: string) => `${head}0x${(0x90000 + at).toString(16)}`,
      );
    return [line, ...Array.from({ length: 12 }, (_, at) => other((at * 7) % 12))];
  });
}

test('L7 L8 the order of the lines of an export without record ids and with whole seconds changes nothing', async (context) => {
  const { events } = campaign(['wmiexec with its three legs', 'a triad that fires and is removed'], { acts: 10 });
  for (const [shape, style] of [
    ['S13', /SecurityEvent/],
    ['S14', /Sentinel Event/],
    ['S6', /^flat TimeCreated$/],
  ] as const) {
    const lines = crowded(linesOf(events, lineWriter(shape, style)));
    assert.ok(lines.length > 5, `${shape}: ${lines.length}`);
    const forward = await told(context, lines);
    assert.deepEqual(await told(context, lines.toReversed()), forward, shape);
  }
});
