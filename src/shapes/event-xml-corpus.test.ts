import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LogDecoder, locateSlots, type RecordView } from '../evtx/index.ts';
import type { Event } from '../windows/index.ts';
import { eventXml } from './event-xml.ts';
import { TextReader } from './text-reader.ts';
import type { ShapedEvent, TextResult } from './types.ts';
import { parseXml } from './xml-reader.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/dev');
const skip = existsSync(CORPUS) ? false : 'the corpus is not here';
const source = { file: 'x.xml' };

function readText(name: string): { readonly events: ShapedEvent[]; readonly result: TextResult } {
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  const reader = new TextReader({ source });
  reader.push(readFileSync(join(CORPUS, 'shapes', name)), sink);
  return { events, result: reader.end(sink) };
}

function decode(file: string, onRecord: (view: RecordView) => void): void {
  const bytes = readFileSync(file);
  const layout = locateSlots(bytes, bytes.length, false);
  assert.ok(layout !== undefined);
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  const unit = { source: { file }, layout, bytes: bytes.subarray(4096), fileOffset: 4096, firstSlot: 0 };
  decoder.decodeUnit(unit, { onRecord });
}

/** Carriage returns and NULs at an end are the only things that XML changes; an empty text may have been NULL. */
function comparable(event: Event): unknown {
  return {
    head: [event.provider, event.channel, event.eventId, event.version, event.computer, event.recordId],
    created: [event.createdMs, event.createdTicks],
    fields: event.entries().filter(([, value]) => value !== ''),
  };
}

test('S1 every record of the real logs is the same event after it was written as XML', { skip }, () => {
  const folder = join(CORPUS, 'malicious');
  let compared = 0;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.evtx')) continue;
    decode(join(folder, name), (view) => {
      const element = parseXml(view.toXml());
      assert.ok(typeof element !== 'string', String(element));
      const reading = eventXml.read({ kind: 'xml', element, offset: 0, length: 1, line: 1 }, source);
      assert.ok(reading.kind === 'event' && reading.losses.length === 0);
      assert.deepEqual(comparable(reading.event), comparable(view));
      compared++;
    });
  }
  assert.ok(compared > 200, `${compared} records compared`);
});

test('S1 what evtx_dump wrote of a real log equals that log, record by record', { skip }, () => {
  const { events, result } = readText('evtx_dump.xml');
  assert.deepEqual([result.units, result.losses, result.anomalies], [{ S1: 17 }, {}, []]);
  const byId = new Map(events.map((event) => [event.recordId, event]));
  let compared = 0;
  decode(join(CORPUS, 'malicious/sb_wmic_cmdline_consumer_sysmon.evtx'), (view) => {
    const event = byId.get(view.recordId);
    assert.ok(event !== undefined, `record ${view.recordId}`);
    assert.equal(event.headerRecordId, view.headerRecordId);
    assert.deepEqual(comparable(event), comparable(view));
    compared++;
  });
  assert.equal(compared, 17);
});

test('S1 Splunk leaves names where SIDs were; they are left out and named as a loss', { skip }, () => {
  const { events, result } = readText('splunk_xmlwineventlog.xml');
  assert.deepEqual(result.units, { S1: 36 });
  assert.deepEqual(Object.keys(result.losses), ['S1 sid-names']);
  const process = events.find((event) => event.eventId === 4688);
  assert.deepEqual(process?.entries(), [
    ['SubjectUserName', 'administrator'],
    ['SubjectDomainName', 'ATTACKRANGE'],
    ['SubjectLogonId', '0x49732'],
    ['NewProcessId', '0x14cc'],
    ['NewProcessName', 'C:\\Windows\\System32\\certutil.exe'],
    ['TokenElevationType', '%%1936'],
    ['ProcessId', '0x1acc'],
    ['CommandLine', '"C:\\Windows\\system32\\certutil.exe" .\\powershellcert.pfx -dump'],
    ['TargetUserSid', 'S-1-0-0'],
    ['TargetUserName', '-'],
    ['TargetDomainName', '-'],
    ['TargetLogonId', '0x0'],
    ['ParentProcessName', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
    ['MandatoryLabel', 'S-1-16-12288'],
  ]);
  assert.deepEqual(
    [process?.recordId, process?.createdMs, process?.createdTicks, process?.timeQuality],
    [309552, Date.UTC(2021, 0, 14, 23, 41, 8, 917), 8592, 'exact'],
  );
});
