import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, COLLECTED, dossiersOf, HOST, hunted, kept, logged, onlyDossierOf } from '../../test/at-rest.ts';
import { sysmon } from '../../testkit/index.ts';
import { HostTable } from '../entities/index.ts';
import { HostsOfFolders } from './hosts-of-folders.ts';
import { readMofs } from './read-mofs.ts';

const TRIAD = `#pragma namespace("\\\\\\\\.\\\\root\\\\subscription")
#pragma autorecover
instance of __EventFilter as $F
{ Name = "Up"; QueryLanguage = "WQL"; EventNamespace = "root\\\\cimv2"; Query = "SELECT * FROM Win32_ProcessStartTrace"; };
instance of CommandLineEventConsumer as $C { Name = "UpC"; CommandLineTemplate = "cmd.exe /c " "calc"; };
instance of __FilterToConsumerBinding { Filter = $F; Consumer = $C; };
`;
const SCM = `#pragma namespace("\\\\\\\\.\\\\root\\\\subscription")
instance of __EventFilter as $F
{ Name = "SCM Event Log Filter"; QueryLanguage = "WQL"; EventNamespace = "root\\\\cimv2";
  Query = "select * from MSFT_SCMEventLogEvent"; };
instance of NTEventLogEventConsumer as $C
{ Name = "SCM Event Log Consumer"; SourceName = "Service Control Manager"; EventType = 1; Category = 0; NameOfUserSIDProperty = "sid"; };
instance of __FilterToConsumerBinding { Filter = $F; Consumer = $C; };
`;

/** A record of the machine: a MOF file alone is nobody's. */
const LOGS = logged([sysmon.process({ pid: 4242, image: 'C:\\Windows\\System32\\cmd.exe' }, at('09:00:00'))]);

function mof(text: string | Uint8Array, name = 'x.mof'): ReturnType<typeof kept> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return kept(`${COLLECTED}/mof/${name}`, bytes, 'mof');
}

test('D10 a triad in a MOF file is declared: a dossier of intent, with its content and no step of a life', () => {
  const dossier = onlyDossierOf(hunted([mof(TRIAD)], LOGS));
  assert.deepEqual(dossier.seenIn, ['mof']);
  assert.deepEqual([dossier.inferred, dossier.state, dossier.lifecycle], [true, 'unknown', []]);
  assert.equal(dossier.consumer.payload, 'cmd.exe /c calc');
  assert.equal(dossier.filter.query, 'SELECT * FROM Win32_ProcessStartTrace');
  assert.match(dossier.notes.join(' '), /Only a MOF file declares it/);
  assert.ok(dossier.evidence.every(({ audit, channel }) => audit === 'mof' && channel === undefined));
});

test('D10 what a MOF file declares of Windows’ own subscription raises nothing', () => {
  const [scm] = hunted([mof(SCM, 'scm.mof')], LOGS).result.dossiers;
  assert.equal(scm?.verdict.level, 'informational');
});

test('D10 a compiled MOF file is named and not read', () => {
  const compiled = hunted([mof(Buffer.concat([Buffer.from('FOMB'), Buffer.alloc(60)]))], LOGS);
  assert.deepEqual(
    compiled.atRest.notRead.map(({ kind, count }) => [kind, count]),
    [['mof', 1]],
  );
});

test('D10 a MOF file beside no evidence of a host is read, of a host that is known by its content alone', () => {
  const alone = hunted([mof(TRIAD)]);
  assert.match(onlyDossierOf(alone).host, /^mof:[0-9a-f]{16}$/);
  assert.deepEqual(alone.atRest.notRead, []);
});

test('L21 a MOF file cut anywhere, or of any bytes, costs itself at most', () => {
  for (let length = 0; length < TRIAD.length; length += 7) hunted([mof(TRIAD.slice(0, length))], LOGS);
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256));
  assert.deepEqual(dossiersOf(hunted([mof(noise)], LOGS)), []);
});

test('the host of a MOF file is that of the logs of its collection', () => {
  assert.equal(onlyDossierOf(hunted([mof(TRIAD)], LOGS)).host, HOST);
});

test('L15 a MOF file of the most bytes is read, one of a byte more is named as not read', () => {
  const file = mof(TRIAD);
  const hosts = new HostsOfFolders([], HostTable.from([]));
  const read = (most: number) => {
    const { events, notRead } = readMofs([file], [], hosts, most);
    return [events.length > 0, notRead.length];
  };
  assert.deepEqual(
    [read(file.file.bytes), read(file.file.bytes - 1)],
    [
      [true, 0],
      [false, 1],
    ],
  );
});
