import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventModel, security, sysmon, wmi, writeEvents } from '../../testkit/index.ts';
import { LogDecoder, locateSlots } from '../evtx/index.ts';
import type { Event, SystemField } from '../windows/index.ts';
import { eventXml, fieldsOfXmlText } from './event-xml.ts';
import { parseXml } from './xml-reader.ts';

const source = { file: 'x.xml' };
const SYSTEM: readonly SystemField[] = [
  'ProviderGuid',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'ActivityID',
  'ProcessID',
  'ThreadID',
  'UserID',
  'Qualifiers',
];

function snapshot(event: Event): unknown {
  return {
    provider: event.provider,
    channel: event.channel,
    eventId: event.eventId,
    version: event.version,
    computer: event.computer,
    created: [event.createdMs, event.createdTicks],
    recordId: event.recordId,
    // A GUID that stands as text in a template keeps its case in EVTX.
    system: SYSTEM.map((field) => event.system(field)?.toLowerCase()),
    entries: event.entries().filter(([, value]) => value !== ''),
  };
}

test('S1 an event as XML is the event of its EVTX record, field by field', () => {
  const models: EventModel[] = [
    sysmon.consumer({ name: 'C "x"', destination: 'powershell -c "a < b & c"', type: 'Command Line' } as never),
    sysmon.event(1, { Image: 'C:\\Windows\\System32\\cmd.exe', ProcessId: 12n } as never),
    wmi.scmBinding(),
    wmi.clientFailure({} as never),
    security.event(4624, { LogonType: 3n, TargetUserName: 'alice' } as never),
  ];
  const { bytes } = writeEvents(models);
  const layout = locateSlots(bytes, bytes.length, false);
  assert.ok(layout !== undefined);
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  let seen = 0;
  const unit = { source, layout, bytes: bytes.subarray(4096), fileOffset: 4096, firstSlot: 0 };
  decoder.decodeUnit(unit, {
    onRecord: (view) => {
      seen++;
      const element = parseXml(view.toXml());
      assert.ok(typeof element !== 'string', String(element));
      const xml = { kind: 'xml', element, offset: 0, length: 1, line: 1 } as const;
      assert.equal(typeof eventXml.detect(xml), 'string');
      const reading = eventXml.read(xml, source);
      assert.ok(reading.kind === 'event');
      assert.deepEqual(snapshot(reading.event), snapshot(view));
    },
  });
  assert.equal(seen, models.length);
});

test('other XML is no event, and an event without its header is broken, not guessed', () => {
  const unit = (text: string) => {
    const element = parseXml(text);
    assert.ok(typeof element !== 'string');
    return { kind: 'xml', element, offset: 0, length: 1, line: 1 } as const;
  };
  assert.equal(eventXml.detect(unit('<Event><a/></Event>')), undefined);
  assert.equal(eventXml.detect(unit('<System><EventID>1</EventID></System>')), undefined);
  const noTime = unit(
    '<Event><System><Provider Name="P"/><EventID>1</EventID><Channel>C</Channel><Computer>H</Computer></System></Event>',
  );
  assert.equal(eventXml.read(noTime, source).kind, 'broken');
});

test('XML that a shipper kept as text gives the same fields in each of its forms', () => {
  const inner =
    '<Operation_ESStoConsumerBinding xmlns="http://x"><Namespace>//./root/subscription</Namespace><ESS>F</ESS></Operation_ESStoConsumerBinding>';
  const wanted = [
    ['Namespace', '//./root/subscription'],
    ['ESS', 'F'],
  ];
  assert.deepEqual(fieldsOfXmlText(inner), wanted);
  assert.deepEqual(fieldsOfXmlText(`<UserData>${inner}</UserData>`), wanted);
  assert.deepEqual(fieldsOfXmlText(`<DataItem type="x"><UserData>${inner}</UserData></DataItem>`), wanted);
  assert.deepEqual(fieldsOfXmlText('<EventData><Data Name="A">1</Data><Data>2</Data><Binary>0A</Binary></EventData>'), [
    ['A', '1'],
    ['Data', '2'],
    ['Binary', '0A'],
  ]);
  assert.equal(fieldsOfXmlText('plain'), undefined);
  assert.equal(fieldsOfXmlText('<a>text</a>'), undefined);
});

function eventOf(head: string, body: string): ReturnType<typeof eventXml.read> {
  const [provider, eventId, channel] = head.split('|');
  const element = parseXml(
    `<Event><System><Provider Name='${provider}'/><EventID>${eventId}</EventID><TimeCreated SystemTime='2021-01-14T23:41:09.357986400Z'/><EventRecordID>7</EventRecordID><Channel>${channel}</Channel><Computer>H</Computer></System>${body}</Event>`,
  );
  assert.ok(typeof element !== 'string', String(element));
  return eventXml.read({ kind: 'xml', element, offset: 0, length: 1, line: 1 }, source);
}

const WMI_HEAD = 'Microsoft-Windows-WMI-Activity|5857|Microsoft-Windows-WMI-Activity/Operational';

test('S1 rendered XML is read by its data, and by its message only where it has no data', () => {
  const message =
    'CIMWin32 provider started with result code 0x0. HostProcess = wmiprvse.exe; ProcessID = 4996; ProviderPath = cimwin32.dll';
  const rendering = `<RenderingInfo Culture='de-DE'><Message>${message}</Message><Level>Informationen</Level></RenderingInfo>`;
  const data =
    '<UserData><Operation_StartedOperational><ProviderName>Other</ProviderName></Operation_StartedOperational></UserData>';
  const both = eventOf(WMI_HEAD, data + rendering);
  assert.ok(both.kind === 'event');
  assert.deepEqual([both.event.entries(), both.losses], [[['ProviderName', 'Other']], []]);
  const only = eventOf(WMI_HEAD, `<ProcessingErrorData><ErrorCode>15005</ErrorCode></ProcessingErrorData>${rendering}`);
  assert.ok(only.kind === 'event');
  assert.deepEqual([only.event.get('ProviderPath'), only.losses], ['cimwin32.dll', ['message']]);
});

test('S1 an event whose data Windows could not lay out is counted as content lost', () => {
  const body =
    '<ProcessingErrorData><ErrorCode>15005</ErrorCode><EventPayload>00FF</EventPayload></ProcessingErrorData>';
  const lost = eventOf(WMI_HEAD, body);
  assert.ok(lost.kind === 'lost');
  assert.deepEqual([lost.event.entries(), lost.event.recordId], [[], 7]);
  assert.equal(eventOf('Microsoft-Windows-WMI|5615|Application', '').kind, 'event');
});

test('S1 nested data, attributes and bare text are named as in EVTX', () => {
  const user = eventOf(
    'P|1|C',
    "<UserData><X:E xmlns:X='u' k='v'><A b='1'>t</A><G><H>2</H><H/></G></X:E><Second>bare</Second></UserData>",
  );
  assert.ok(user.kind === 'event');
  assert.deepEqual(user.event.entries(), [
    ['@k', 'v'],
    ['A@b', '1'],
    ['A', 't'],
    ['G/H', '2'],
    ['G/H', ''],
    ['Second', 'bare'],
  ]);
  const data = eventOf(
    'P|1|C',
    '<EventData><Data>a</Data><Data Name="N">b</Data><Data Name="T"><I>c</I></Data></EventData>',
  );
  assert.ok(data.kind === 'event');
  assert.deepEqual(data.event.entries(), [
    ['Data', 'a'],
    ['N', 'b'],
    ['T/I', 'c'],
  ]);
});
