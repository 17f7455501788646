import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, eventsOf, fed, lifeLines } from '../../test/assembled.ts';
import { type EventModel, security, sysmon, wmi } from '../../testkit/index.ts';
import type { ProcessStart } from '../entities/index.ts';
import { isRunOf, type Trap } from './firing.ts';

const PROVIDER_HOST = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
const SCRCONS = 'C:\\Windows\\System32\\wbem\\scrcons.exe';
const QUERY = "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Win32_LogonSession'";

function at(time: string): { time: string } {
  return { time: `2026-03-12T${time}Z` };
}

function trap(facts: Partial<Trap>): Trap {
  return {
    id: 'a',
    kind: 'command',
    payload: undefined,
    executable: undefined,
    template: undefined,
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
    ...facts,
  };
}

function start(image: string, commandLine?: string): ProcessStart {
  return {
    host: 'h',
    pid: 4,
    image,
    ...(commandLine === undefined ? {} : { commandLine }),
    isParentJoined: false,
    isOwnLogon: true,
    startMs: 0,
    startTicks: 0,
    events: [],
  };
}

test('A5: a start is a run of a consumer when its line is the template after substitution', () => {
  const logger = trap({ payload: 'cmd.exe /c echo %ProcessId% >> c:\\temp\\log.txt' });
  const cmd = 'C:\\Windows\\System32\\cmd.exe';
  assert.equal(isRunOf(logger, start(cmd, 'cmd.exe /c echo 4711 >> c:\\temp\\log.txt')), true);
  assert.equal(isRunOf(logger, start(cmd, 'cmd.exe /c echo 4711 >> c:\\temp\\other.txt')), false);
  assert.equal(isRunOf(logger, start(cmd)), false);
});

test('A5: where the line is bare, program or image equal the text', () => {
  const bare = trap({ payload: 'c:\\Windows\\System32\\cmd.exe' });
  const cmd = 'C:\\Windows\\System32\\cmd.exe';
  assert.equal(isRunOf(bare, start(cmd, '"C:\\Windows\\System32\\cmd.exe"')), true);
  assert.equal(isRunOf(bare, start(cmd)), true);
  assert.equal(isRunOf(bare, start(cmd, 'C:\\Windows\\System32\\cmd.exe /c whoami')), false);
  assert.equal(isRunOf(bare, start('C:\\Temp\\cmd.exe', 'cmd.exe')), false);
});

test('A5: an executable that stands apart runs with the template as its arguments', () => {
  const apart = trap({
    payload: '-q %TargetInstance.Name%',
    template: '-q %TargetInstance.Name%',
    executable: 'C:\\x.exe',
  });
  assert.equal(isRunOf(apart, start('C:\\x.exe', '"C:\\x.exe" -q notepad.exe')), true);
  assert.equal(isRunOf(apart, start('C:\\y.exe', '"C:\\y.exe" -q notepad.exe')), false);
});

function script(name: string): EventModel[] {
  return [
    sysmon.consumer({ name, destination: `x = "${name}"`, type: 'Script' }, at('09:00:00')),
    sysmon.binding({ filter: name, consumer: name, consumerClass: 'ActiveScriptEventConsumer' }, at('09:00:01')),
  ];
}

const scrcons = (time: string): EventModel =>
  sysmon.process({ pid: 900, image: SCRCONS, parentImage: 'C:\\Windows\\System32\\svchost.exe' }, at(time));
const load = (path: string, time: string): EventModel =>
  wmi.providerStarted('P', `%systemroot%\\system32\\wbem\\${path}`, 800, at(time));

function fired(models: readonly EventModel[]): readonly string[] {
  return assembled(models)
    .flatMap((dossier) => lifeLines(dossier).map((line) => `${dossier.consumer.name} ${line}`))
    .filter((line) => line.includes(' fired '))
    .sort();
}

test('J15: a start of scrcons is the firing of the only script consumer, and of one of several when there are more', () => {
  assert.deepEqual(fired([...script('A'), scrcons('09:10:00')]), ['A 09:10:00 fired strong 1']);
  assert.deepEqual(fired([...script('A'), ...script('B'), scrcons('09:10:00')]), [
    'A 09:10:00 fired inferred 1',
    'B 09:10:00 fired inferred 1',
  ]);
});

test('J15: the load of scrcons (5857) is a firing by its path, and one with the start beside it (trap 15)', () => {
  assert.deepEqual(fired([...script('A'), load('scrcons.exe', '09:10:00')]), ['A 09:10:00 fired strong 1']);
  assert.deepEqual(fired([...script('A'), load('scrcons.exe', '09:10:00'), scrcons('09:10:05')]), [
    'A 09:10:00 fired strong 2',
  ]);
  assert.deepEqual(fired([...script('A'), load('wbemcons.dll', '09:10:00')]), []);
});

const command = (name: string, destination: string): EventModel[] => [
  sysmon.filter({ name, query: QUERY }, at('09:00:00')),
  sysmon.consumer({ name, destination }, at('09:00:00.5000000')),
  sysmon.binding({ filter: name, consumer: name }, at('09:00:01')),
];
const child = (
  commandLine: string,
  time: string,
  facts: { user?: string; logonId?: bigint; parentImage?: string } = {},
): EventModel =>
  sysmon.process({ pid: 901, image: 'C:\\a.exe', commandLine, parentImage: PROVIDER_HOST, ...facts }, at(time));

test('C03: a SYSTEM child of the provider host with the text of a consumer; nobody else, and no other parent', () => {
  const models = command('A', 'C:\\a.exe -x');
  assert.deepEqual(fired([...models, child('C:\\a.exe -x', '09:10:00')]), ['A 09:10:00 fired strong 1']);
  assert.deepEqual(fired([...models, child('C:\\a.exe -y', '09:10:00')]), []);
  assert.deepEqual(fired([...models, child('C:\\a.exe -x', '09:10:00', { user: 'CORP\\bob', logonId: 0xbn })]), []);
  assert.deepEqual(
    fired([...models, child('C:\\a.exe -x', '09:10:00', { parentImage: 'C:\\Windows\\explorer.exe' })]),
    [],
  );
});

test('C03: the load of wbemcons beside the child is evidence of the firing, and none alone', () => {
  const models = command('A', 'C:\\a.exe -x');
  assert.deepEqual(fired([...models, load('wbemcons.dll', '09:09:55'), child('C:\\a.exe -x', '09:10:00')]), [
    'A 09:09:55 fired strong 2',
  ]);
  assert.deepEqual(fired([...models, load('wbemcons.dll', '09:09:55')]), []);
});

test('C03: two subscriptions with one text are both listed, each inferred (L9)', () => {
  const models = [...command('A', 'C:\\a.exe -x'), ...command('B', 'C:\\a.exe -x')];
  assert.deepEqual(fired([...models, child('C:\\a.exe -x', '09:10:00')]), [
    'A 09:10:00 fired inferred 1',
    'B 09:10:00 fired inferred 1',
  ]);
});

test('A trap fires in its life only: not before it was created, nor after it was removed and a poll went by', () => {
  const deleted = [
    ...command('A', 'C:\\a.exe -x'),
    sysmon.binding({ filter: 'A', consumer: 'A', operation: 'Deleted' }, at('09:20:00')),
  ];
  assert.deepEqual(fired([...deleted, child('C:\\a.exe -x', '08:57:00')]), []);
  assert.deepEqual(fired([...deleted, child('C:\\a.exe -x', '09:20:14')]), ['A 09:20:14 fired strong 1']);
  assert.deepEqual(fired([...deleted, child('C:\\a.exe -x', '09:20:16')]), []);
});

test('Firings of one trap are one step with their count, and each start knows its subscription', () => {
  const times = ['09:10:00', '09:11:00', '09:12:00'];
  const assembler = fed(
    eventsOf([...command('A', 'C:\\a.exe -x'), ...times.map((time) => child('C:\\a.exe -x', time))]),
  );
  const [dossier] = assembler.finish();
  const step = dossier?.lifecycle.find((one) => one.step === 'fired');
  assert.deepEqual([step?.count, step?.evidence.length], [3, 3]);
  assert.ok(dossier?.verdict.terms.some(({ code, text }) => code === 'LF2' && text === 'fired 3 times'));
});

test('A 4688 without the account of the child is taken, as its logon is that of the provider host (trap 52)', () => {
  const models = [
    ...command('A', 'C:\\a.exe -x'),
    sysmon.process({ pid: 0x1111, image: PROVIDER_HOST }, at('09:05:00')),
    security.processCreation(
      {
        pid: 0x2222n,
        image: 'C:\\a.exe',
        commandLine: 'C:\\a.exe -x',
        creatorPid: 0x1111n,
        subject: security.subject({ sid: 'S-1-5-20', name: 'WS-01$', domain: 'CORP' }, 0x3e4n),
      },
      { ...at('09:10:00'), version: 1 },
    ),
  ];
  assert.deepEqual(fired(models), ['A 09:10:00 fired strong 1']);
});
