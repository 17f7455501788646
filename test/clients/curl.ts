import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from './child.ts';
import type { Evidence } from './evidence.ts';
import type { LiveServer } from './live-server.ts';
import type { Tally } from './tally.ts';

const EVENTS = 500;
const XML =
  "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/>" +
  "<EventID>1</EventID><TimeCreated SystemTime='2026-01-01T00:00:00.1234567Z'/><EventRecordID>7</EventRecordID>" +
  '<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WS-CURL</Computer></System>' +
  "<EventData><Data Name='Image'>C:\\Windows\\System32\\cmd.exe</Data></EventData></Event>";

/** The line that `triad sender add --print curl` prints, run by a shell as it is; then XML with the same key. */
export async function checkCurl(tally: Tally, server: LiveServer, evidence: Evidence): Promise<void> {
  if ((await runProgram('curl', ['--version'])).code !== 0) {
    tally.leaveOut('curl', 'it is not installed');
    return;
  }
  const printed = await server.printedSettings('curl', 'curl');
  const file = evidence.events(EVENTS);
  const folder = join(dirname(file), 'curl');
  mkdirSync(folder);
  copyFileSync(file, join(folder, 'events.jsonl'));
  await tally.check('curl: the printed line sends a file of events, and again adds nothing', async () => {
    const before = await server.counts();
    for (const _ of ['first', 'again']) {
      const { code, out, err } = await runProgram('sh', ['-c', printed], { cwd: folder });
      assert.equal(code, 0, err);
      const { accepted, rejected } = JSON.parse(out) as { readonly accepted: number; readonly rejected: unknown };
      assert.deepEqual([accepted, rejected], [EVENTS, []]);
    }
    const after = await server.counts();
    assert.deepEqual([after.read - before.read, after.again - before.again], [EVENTS, 1]);
  });
  await tally.check('curl: Event XML by the same key', async () => {
    writeFileSync(join(folder, 'events.jsonl'), `<Events>${XML}${XML.replace('>7<', '>8<')}</Events>`);
    const before = await server.counts();
    const line = printed.replace('application/x-ndjson', 'application/xml');
    const { code, out, err } = await runProgram('sh', ['-c', line], { cwd: folder });
    assert.equal(code, 0, err);
    assert.equal((JSON.parse(out) as { readonly accepted: number }).accepted, 2);
    assert.equal((await server.counts()).read - before.read, 2);
  });
}
