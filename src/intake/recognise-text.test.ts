import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type InputKind, RECOGNISED_BYTES, recognise } from './recognise.ts';

const SYSMON = '{"EventID": 1}';
const XML = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System/></Event>";

const CASES: readonly (readonly [InputKind, string])[] = [
  ['json', SYSMON],
  ['json', '\ufeff \n[\n {"a": 1}]'],
  ['json', '{\r\n  "hits": {'],
  ['json', '{}'],
  ['xml', XML],
  ['xml', `<?xml version="1.0"?>\n<Events>${XML}`],
  ['xml', '<?xml version="1.0"?><!-- copy --><e:Events xmlns:e="x"><e:Event>'],
  ['xml', '<Objs Version="1.1.0.1"><Obj RefId="0">'],
  ['text', `Record 1\n${SYSMON}\nRecord 2\n`],
  ['text', `Record 1\r\n<?xml version="1.0" encoding="utf-8"?>\r\n${XML}`],
  ['text', '01/14/2021 11:41:08 PM\nLogName=Security\nSourceName=x\n'],
  ['text', '1/4/2021 1:41:08 PM\r\nLogName=Security\r\n'],
  ['text', `<13>Nov 26 02:00:00 ws07 winlog: ${SYSMON}\n`],
  ['text', `Nov  6 02:00:00 ws07 winlog: ${XML}\n`],
  ['text', `<13>1 2026-11-26T02:00:00Z ws07 winlog - - - ${SYSMON}\n`],
  ['zeek', '#separator \\x09\n#set_separator\t,\n'],
  ['csv', 'TimeGenerated [UTC],Computer,EventID\r\n2026-11-26,ws07,1\r\n'],
  ['csv', '\ufeff"Message";"Id";"LogName"\r\n"a;b";1;x\r\n'],
  ['csv', '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"Message","Id","LogName"\r\n'],
  ['csv', 'RecordNumber\tEventRecordId\tTimeCreated\n1\t2\t3\n'],
  ['csv', 'Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\r\n'],
  ['unknown', '{not json}'],
  ['unknown', 'Record 1 of the choir\n{"a":1}'],
  ['unknown', '01/14/2021 11:41:08 PM\nDear all,\n'],
  ['unknown', '<!DOCTYPE html><html><body>'],
  ['unknown', '<?xml version="1.0"?><Task version="1.2"><RegistrationInfo/></Task>'],
  ['unknown', 'Nov 26 02:00:00 ws07 sshd: Accepted publickey\n'],
  ['unknown', 'one, two\nthree, four\n'],
  ['unknown', 'a,b,a\n1,2,3\n'],
  ['unknown', 'a,b,c\n1,2\n'],
  ['unknown', 'It was late, dark, and cold.\nNobody came.\n'],
  ['unknown', '{"a":1}\0'],
];

test('a text is recognised by its content in every encoding, whatever its name', () => {
  for (const [kind, text] of CASES) {
    const plain = text.startsWith('\ufeff') ? text : `\ufeff${text}`;
    const wide = Buffer.from(plain, 'utf16le');
    const heads = [Buffer.from(text), wide, Buffer.from(wide).swap16()];
    for (const head of heads) {
      for (const name of ['x', 'x.evtx', 'x.csv', 'x.json', 'notes.txt']) {
        assert.equal(recognise(head, name), kind, JSON.stringify(text));
      }
    }
  }
});

test('UTF-16 without a mark is known by its zeros', () => {
  assert.equal(recognise(Buffer.from(SYSMON, 'utf16le'), 'x'), 'json');
  assert.equal(recognise(Buffer.from(SYSMON, 'utf16le').swap16(), 'x'), 'json');
});

const CORPUS = new URL('../../../shared/corpus/dev/', import.meta.url);
const KINDS: readonly (readonly [RegExp, InputKind])[] = [
  [/\.tsv\.log$/, 'zeek'],
  [/\.jsonl$|\.json\.log$/, 'json'],
  [/splunk_xml/, 'xml'],
  [/\.txt$|evtx_dump\.xml$/, 'text'],
  [/\.zip$/, 'zip'],
];

test('every real text is recognised as what it is', { skip: existsSync(CORPUS) ? false : 'no corpus here' }, () => {
  let count = 0;
  for (const folder of ['shapes/', 'network/']) {
    for (const name of readdirSync(new URL(folder, CORPUS))) {
      const head = readFileSync(new URL(folder + name, CORPUS)).subarray(0, RECOGNISED_BYTES);
      const expected = KINDS.find(([pattern]) => pattern.test(name))?.[1];
      assert.equal(recognise(head, 'x'), expected, name);
      count++;
    }
  }
  assert.ok(count > 20);
});
