import assert from 'node:assert/strict';
import { closeSync, existsSync, globSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { carried } from '../../test/shapes/conversion.ts';
import { PLANTED } from '../../test/shapes/copies.ts';
import { audits, SHAPE_WRITERS, zeekJson, zeekTsv } from '../../testkit/index.ts';
import { AUDIT_HEAD_BYTES, isAudit, readAudit } from './index.ts';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'dev');
const skip: string | false = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

function headOf(path: string): Buffer {
  const head = Buffer.alloc(AUDIT_HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

test('no file of the corpus is taken for an audit', { skip }, () => {
  const files = globSync('**/*', { cwd: CORPUS })
    .map((path) => join(CORPUS, path))
    .filter((path) => statSync(path).isFile());
  assert.ok(files.length > 50, 'the corpus is not whole');
  assert.deepEqual(
    files.filter((path) => isAudit(headOf(path), path)),
    [],
  );
});

test('no shape of event logs is taken for an audit, in any encoding', () => {
  for (const writer of SHAPE_WRITERS) {
    const written = writer.write(carried(writer, PLANTED).events);
    const text = typeof written === 'string' ? written : Buffer.from(written).toString('utf8');
    const name = `a.${writer.ending}`;
    assert.equal(isAudit(Buffer.from(text).subarray(0, AUDIT_HEAD_BYTES), name), false, writer.style);
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le').subarray(0, AUDIT_HEAD_BYTES);
    assert.equal(isAudit(wide, name), false, `${writer.style}, UTF-16`);
  }
  assert.equal(isAudit(Buffer.from(zeekTsv([])), 'dce_rpc.log'), false);
  assert.equal(isAudit(Buffer.from(zeekJson([])), 'dce_rpc.log'), false);
});

test('each record of a shape stays a record, even where it speaks of subscriptions', () => {
  const rows: readonly string[] = [
    '{"EventID":19,"Channel":"Microsoft-Windows-Sysmon/Operational","EventNamespace":"root\\\\cimv2","Name":"x","Query":"select"}',
    '{"winlog":{"event_id":20,"event_data":{"Name":"x","Query":"y","QueryLanguage":"WQL"}}}',
    '{"Message":"{\\"CimClass\\": \\"ROOT/subscription:__EventFilter\\"}","Id":4104}',
    '{"System":{"EventID":{"Value":4104}},"EventData":{"ScriptBlockText":"\\"__CLASS\\":\\"__EventFilter\\""}}',
    '[{"name":"x","query":"select 1"}]',
    '{"name":"pack_x","hostIdentifier":"h","unixTime":1,"columns":{"pid":"1"},"action":"added"}',
    '{"CimClass":"ROOT/cimv2:Win32_Process","Name":"x"}',
    'TimeCreated,Id,ProviderName,Name,Query,QueryLanguage\n1,2,3,4,5,6\n',
    '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n"Message","Id"\n',
    '#TYPE Microsoft.Management.Infrastructure.CimInstance#root/cimv2/Win32_Process\n"Name","Path"\n',
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN></Obj></Objs>',
    '<Event xmlns="x"><EventData><Data>CimInstance#ROOT/subscription/__EventFilter</Data></EventData></Event>',
    '{"consumer":"billing","filter":"eu","topic":"orders"}',
    '{"Reference":"R","ConsumerDetails":{"DeliveryAddress":{"FirstName":"A"}},"Lines":[]}',
    '{"ts":"2026-03-12","EventNamespace":"root\\\\cimv2","Name":"x","Query":"select","Operation":"Created"}',
    '{"Name":"x","FileName":"y","Text":"z"}',
    'consumer,filter,relative_path\n1,2,3\n',
    'Name,Query,EventNamespace,Operation\n1,2,3,4\n',
    'Bindings:\n',
    '',
    '{',
    '[',
    '<',
    '#TYPE ',
  ];
  for (const row of rows) assert.equal(isAudit(Buffer.from(row), 'x.json'), false, row);
});

test('the name counts for the logs of osqueryd only', () => {
  const line = Buffer.from(
    '{"name":"pack_x","hostIdentifier":"h","unixTime":1,"columns":{"pid":"1"},"action":"added"}\n',
  );
  assert.equal(isAudit(line, 'C:\\ProgramData\\osquery\\log\\osqueryd.results.log'), true);
  assert.equal(isAudit(line, 'osqueryd.snapshots.log.1'), true);
  assert.equal(isAudit(line, 'results.log'), false);
  assert.equal(isAudit(Buffer.from('{"EventID":1}'), 'osqueryd.results.log'), false);
});

test('what is no audit gives no object and one anomaly', () => {
  const document = readAudit(Buffer.from('{"EventID":1}'), 'x.json');
  assert.deepEqual(document.objects, []);
  assert.deepEqual(
    document.anomalies.map(({ code, file }) => [code, file]),
    [['TRIAD-E-AUDIT-UNKNOWN', 'x.json']],
  );
});

test('the first 4 KiB are enough for a deep export, whose class comes before its name', () => {
  const host = { ...audits.SAMPLE_HOST, filters: audits.SAMPLE_HOST.filters.slice(1) };
  const text = audits.powerShellJson(host, { edition: '5.1', depth: 3, cmdlet: 'Get-CimInstance' });
  const before = Buffer.from(text.slice(0, text.indexOf('"CimClassProperties"')));
  assert.equal(isAudit(before, 'x.json'), true);
});
