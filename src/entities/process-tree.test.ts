import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, system } from '../../testkit/index.ts';
import { Entities } from './entities.ts';
import { HostTable } from './hosts.ts';
import { type ProcessNode, ProcessTree } from './process-tree.ts';
import type { ProcessStart } from './types.ts';

const HOST = 'srv-02.corp.example.com';
const SYSTEM32 = 'C:\\Windows\\System32\\';
const PRVSE = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
const CMD = `${SYSTEM32}cmd.exe`;

function at(time: string, computer = 'SRV-02.corp.example.com'): { computer: string; time: string } {
  return { computer, time: `2026-03-12T${time}Z` };
}

function ms(time: string): number {
  return Date.parse(`2026-03-12T${time}Z`);
}

function guid(tail: string): string {
  return `a1b2c3d4-0000-69b2-0000-${tail.padStart(12, '0')}`;
}

/** Hosts, logons and processes of these events, all of them settled. */
function learned(models: readonly EventModel[]): Entities {
  const events = [...Map.groupBy(models, ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) {
    entities.settle(event.timeMs);
    entities.accept(event);
  }
  entities.settle(Number.POSITIVE_INFINITY);
  return entities;
}

function start(pid: number, image: string, time: string, over: Partial<sysmon.ProcessStart> = {}): EventModel {
  return sysmon.process({ pid, image, parentImage: PRVSE, ...over }, at(time));
}

function security4688(
  pid: number,
  image: string,
  time: string,
  over: { line?: string; parent?: string } = {},
): EventModel {
  return security.processCreation(
    {
      pid: BigInt(pid),
      image,
      commandLine: over.line ?? image,
      creatorPid: 900n,
      creatorImage: over.parent ?? PRVSE,
      subject: security.subject(security.SYSTEM_ACCOUNT, 0x3e4n),
    },
    at(time),
  );
}

/** What a key is made of, behind the host. */
function brief(key: string | undefined): string | undefined {
  return key?.split('\u0000').slice(1).join(' ');
}

test('Sysmon 1 and 4688 of one start are one node, known by its ProcessGuid and by its process id', () => {
  const { processTree } = learned([
    start(4120, CMD, '09:00:00.5000000', { guid: guid('1') }),
    security4688(4120, CMD, '09:00:00.6000000'),
  ]);
  assert.equal(processTree.size, 1);
  assert.equal(
    brief(processTree.keyAt(HOST, { guid: `{${guid('1').toUpperCase()}}` }, ms('09:00:01'))),
    `guid ${guid('1')}`,
  );
  assert.equal(brief(processTree.keyAt(HOST, { pid: 4120 }, ms('09:00:01'))), `guid ${guid('1')}`);
});

test('trap 21: cloned machines share a ProcessGuid, and are two nodes', () => {
  const clone = sysmon.process(
    { pid: 4120, image: CMD, parentImage: PRVSE, guid: guid('1') },
    at('09:00:00.5000000', 'SRV-03.corp.example.com'),
  );
  const { processTree } = learned([start(4120, CMD, '09:00:00.5000000', { guid: guid('1') }), clone]);
  const keys = [HOST, 'srv-03.corp.example.com'].map((host) => processTree.keyAt(host, { guid: guid('1') }, 0));
  assert.equal(new Set(keys).size, 2);
  assert.equal(processTree.size, 2);
});

test('trap 19: a process id means whoever had it at the time', () => {
  const { processTree } = learned([
    start(4120, CMD, '09:00:00.0000001', { guid: guid('1') }),
    sysmon.event(5, { ProcessGuid: guid('1'), ProcessId: 4120, Image: CMD }, at('09:00:10.5000000')),
    start(4120, `${SYSTEM32}whoami.exe`, '09:00:20.0000001', { guid: guid('2') }),
  ]);
  const atTime = (time: string): string | undefined => brief(processTree.keyAt(HOST, { pid: 4120 }, ms(time)));
  assert.deepEqual(['08:59:58', '09:00:05', '09:00:15', '09:00:25'].map(atTime), [
    undefined,
    `guid ${guid('1')}`,
    undefined,
    `guid ${guid('2')}`,
  ]);
});

test('a process id of another program is not the process', () => {
  const { processTree } = learned([start(4120, CMD, '09:00:00.5000000')]);
  const told = (image: string | undefined): boolean =>
    processTree.at(HOST, { pid: 4120, image }, ms('09:00:01')) !== undefined;
  assert.deepEqual(
    [undefined, '\\device\\harddiskvolume2\\windows\\system32\\CMD.EXE', '<unknown process>', 'C:\\x\\other.exe'].map(
      told,
    ),
    [true, true, true, false],
  );
});

test('an end that is logged before its start has settled closes it all the same', () => {
  const { processTree } = learned([
    start(4120, CMD, '09:00:00.5000000', { guid: guid('1') }),
    sysmon.event(5, { ProcessGuid: guid('1'), ProcessId: 4120, Image: CMD }, at('09:00:00.7000000')),
  ]);
  const key = processTree.keyAt(HOST, { guid: guid('1') }, 0) ?? '';
  assert.equal(processTree.endOf(key), ms('09:00:00.700'));
  assert.deepEqual(
    [processTree.isAliveAt(key, ms('09:00:00.6')), processTree.isAliveAt(key, ms('09:00:09'))],
    [true, false],
  );
});

test('4689 ends the process of its id and program', () => {
  const end = (image: string): EventModel =>
    security.event(
      4689,
      { ...security.subject(security.SYSTEM_ACCOUNT, 0x3e4n), ProcessId: 4120n, ProcessName: image },
      at('09:00:10.5000000'),
    );
  const ends = [CMD, 'C:\\x\\other.exe'].map((image) => {
    const { processTree } = learned([security4688(4120, CMD, '09:00:00.5000000'), end(image)]);
    return processTree.endOf(processTree.keyAt(HOST, { pid: 4120 }, ms('09:00:01')) ?? '');
  });
  assert.deepEqual(ends, [ms('09:00:10.500'), undefined]);
});

test('trap 20: no process outlives a boot', () => {
  const { processTree } = learned([
    start(4120, CMD, '09:00:00.5000000'),
    system.eventLogService(6005, at('09:05:00.0000000')),
  ]);
  const found = (time: string): boolean => processTree.at(HOST, { pid: 4120 }, ms(time)) !== undefined;
  assert.deepEqual(['09:04:59', '09:05:01'].map(found), [true, false]);
});

test('C20 (b): ancestors end below what starts processes for others, by its place and not by its name', () => {
  const { processTree } = learned([
    start(100, PRVSE, '08:59:00.5000000', { guid: guid('a'), parentImage: `${SYSTEM32}svchost.exe` }),
    start(200, CMD, '09:00:00.5000000', { guid: guid('b'), parentGuid: guid('a'), parentPid: 100 }),
    start(300, CMD, '09:00:01.5000000', { guid: guid('c'), parentGuid: guid('b'), parentPid: 200, parentImage: CMD }),
    start(400, CMD, '09:00:02.5000000', {
      guid: guid('d'),
      parentGuid: guid('c'),
      parentPid: 300,
      parentImage: 'C:\\Users\\Public\\svchost.exe',
    }),
  ]);
  const ancestors = (name: string): (string | undefined)[] =>
    processTree.ancestorsOf(processTree.keyAt(HOST, { guid: guid(name) }, 0) ?? '').map(brief);
  assert.deepEqual(ancestors('b'), []);
  assert.deepEqual(ancestors('c'), [`guid ${guid('b')}`]);
  assert.deepEqual(ancestors('d'), [`guid ${guid('c')}`, `guid ${guid('b')}`]);
});

test('a parent whose start is in no log is an ancestor by its ProcessGuid', () => {
  const { processTree } = learned([
    start(300, CMD, '09:00:01.5000000', { guid: guid('c'), parentGuid: guid('b'), parentImage: CMD }),
    start(301, CMD, '09:00:01.6000000', { guid: guid('d'), parentGuid: guid('b'), parentImage: CMD }),
  ]);
  const ancestors = ['c', 'd'].map((name) =>
    processTree.ancestorsOf(processTree.keyAt(HOST, { guid: guid(name) }, 0) ?? ''),
  );
  assert.deepEqual(
    ancestors.map((keys) => keys.map(brief)),
    [[`guid ${guid('b')}`], [`guid ${guid('b')}`]],
  );
});

test('a parent that was written in the same second as its child is known before it', () => {
  const { processTree } = learned([
    security4688(500, `${SYSTEM32}whoami.exe`, '09:00:00.0000000', { parent: CMD }),
    security.processCreation(
      {
        pid: 900n,
        image: CMD,
        commandLine: 'cmd /c whoami',
        creatorPid: 100n,
        creatorImage: PRVSE,
        subject: security.subject(security.SYSTEM_ACCOUNT, 0x3e4n),
      },
      at('09:00:00.0000000'),
    ),
  ]);
  const watched = processTree.watched().map(({ pid, watch }) => [pid, brief(watch?.root)?.split(' ')[1]]);
  assert.deepEqual(watched.sort(), [
    [500, '900'],
    [900, '900'],
  ]);
});

test('what WMI started and what is below it within an hour is watched; what trap 46 excludes is not', () => {
  const { processTree } = learned([
    start(200, CMD, '09:00:00.5000000', { guid: guid('b') }),
    start(210, `${SYSTEM32}WerFault.exe`, '09:00:00.6000000', { guid: guid('e') }),
    start(300, CMD, '09:59:00.5000000', { guid: guid('c'), parentGuid: guid('b'), parentImage: CMD }),
    start(400, CMD, '10:00:01.5000000', { guid: guid('d'), parentGuid: guid('b'), parentImage: CMD }),
    start(500, `${SYSTEM32}wbem\\scrcons.exe`, '10:10:00.5000000', { parentImage: `${SYSTEM32}svchost.exe` }),
    start(600, `${SYSTEM32}mmc.exe`, '10:20:00.5000000', {
      parentImage: `${SYSTEM32}svchost.exe`,
      commandLine: 'mmc.exe -Embedding',
    }),
  ]);
  assert.deepEqual(
    processTree.watched().map(({ pid, watch }) => `${pid} ${watch?.kind}`),
    ['200 providerChild', '300 providerChild', '500 scriptHost', '600 dcomHost'],
  );
});

test('J22: a record is about a process by ProcessGuid, else by process id within its life, and else not at all', () => {
  const { processTree } = learned([
    start(4120, CMD, '09:00:00.5000000', { guid: guid('1') }),
    sysmon.event(5, { ProcessGuid: guid('1'), ProcessId: 4120, Image: CMD }, at('09:00:10.5000000')),
  ]);
  const join = (clue: { guid?: string; pid?: number }, time: string): string | undefined => {
    const found = processTree.sameProcess(HOST, clue, ms(time), []);
    return found === undefined ? undefined : `${found.join} ${found.strength}: ${found.text}`;
  };
  assert.equal(join({ guid: guid('1') }, '09:30:00'), `J22 exact: ProcessGuid {${guid('1')}} is that of cmd.exe`);
  assert.equal(join({ pid: 4120 }, '09:00:05'), 'J22 exact: process id 4120 within the life of cmd.exe');
  assert.equal(join({ pid: 4120 }, '09:00:15'), undefined);
  assert.equal(join({ guid: guid('2'), pid: 4120 }, '09:00:05'), undefined);
});

test('L15: a flood of starts on one host pushes out neither what is watched nor what another host started', () => {
  const tree = new ProcessTree(() => undefined);
  const made = (host: string, pid: number, parentImage: string): ProcessStart => ({
    host,
    pid,
    image: 'C:\\x\\tool.exe',
    parentImage,
    isParentJoined: false,
    isOwnLogon: true,
    startMs: pid * 1000,
    startTicks: 0,
    events: [],
  });
  tree.add([made('a', 1, PRVSE), made('b', 2, CMD)]);
  for (let pid = 10; pid < 100_000; pid++) tree.add([made('a', pid, CMD)]);
  assert.equal(tree.at('a', { pid: 1 }, 2000)?.watch?.kind, 'providerChild');
  assert.equal(tree.at('b', { pid: 2 }, 3000)?.pid, 2);
  assert.equal((tree.evicted['processNodes'] ?? 0) > 80_000, true);
  assert.equal(tree.size <= 65_536, true);
});

test('SETTLED C2: a Sysmon 1 without process id and its 4688 are one node, also where one of them doubles percent signs', () => {
  const line = (text: string): string => `"${CMD}" /c ${text} /C whoami`;
  const noPid = sysmon.event(
    1,
    {
      ProcessGuid: guid('1'),
      ProcessId: null,
      Image: CMD,
      CommandLine: line('%%COMSPEC%%'),
      LogonId: 0x3e4n,
      ParentImage: PRVSE,
    },
    at('09:00:00.5000000'),
  );
  const nodes = [line('%COMSPEC%'), line('%TEMP%')].map(
    (text) => learned([noPid, security4688(4120, CMD, '09:00:00.6000000', { line: text })]).processTree.size,
  );
  assert.deepEqual(nodes, [1, 2]);
});

/** A start of process id 4 that tells no ProcessGuid unless one is given. */
function startOf4(image: string, startMs: number, over: Partial<ProcessStart> = {}): ProcessStart {
  const none = { isParentJoined: false, isOwnLogon: false, startTicks: 0, events: [] };
  return { ...none, host: 'a', pid: 4, image, startMs, ...over };
}

test('a process id means the newest that lived at the time, whatever the order in which starts and ends are told', () => {
  const images = [CMD, PRVSE, '"C:\\x\\tool.exe"'] as const;
  const anyStart = fc.record({
    image: fc.constantFrom(...images),
    startMs: fc.nat(40).map((step) => step * 500 + (step % 3)),
    guid: fc.option(fc.constantFrom('1', '2', '3', '4'), { nil: undefined }),
  });
  const clue = fc.record({
    pid: fc.constant(4),
    image: fc.option(fc.constantFrom(...images, 'TOOL.EXE', '<unknown process>'), { nil: undefined }),
    guid: fc.option(fc.constant(guid('9')), { nil: undefined }),
  });
  const times = fc.array(fc.nat(25_000), { maxLength: 6 });
  const property = fc.property(
    fc.array(anyStart, { maxLength: 20 }),
    times,
    times,
    clue,
    (starts, ends, boots, told) => {
      const bootAfter = (_host: string, after: number): number | undefined =>
        boots.filter((boot) => boot > after).sort((a, b) => a - b)[0];
      const tree = new ProcessTree(bootAfter);
      for (const { image, startMs, guid: tail } of starts)
        tree.add([startOf4(image, startMs, tail === undefined ? {} : { processGuid: guid(tail) })]);
      for (const end of ends) tree.end('a', { pid: 4 }, end);
      const keys = starts.map(({ startMs, guid: tail }) =>
        tail === undefined ? `a\u0000pid\u00004\u0000${Math.floor(startMs / 1000)}` : `a\u0000guid\u0000${guid(tail)}`,
      );
      const nodes = [...new Set(keys)].flatMap((key) => tree.node(key) ?? []);
      for (let atMs = 0; atMs < 26_000; atMs += 250) {
        const fits = nodes.filter((node) => tree.isAliveAt(node.key, atMs) && isTold(node, told));
        const newest = fits.sort((a, b) => b.startMs - a.startMs || (a.key < b.key ? 1 : -1))[0];
        assert.equal(tree.at('a', told, atMs)?.key, newest?.key);
      }
    },
  );
  fc.assert(property, { numRuns: 200 });
});

function isTold(node: ProcessNode, told: { image: string | undefined; guid: string | undefined }): boolean {
  if (told.guid !== undefined && node.guid !== undefined) return false;
  if (told.image === undefined || told.image.startsWith('<')) return true;
  const tail = (path: string): string => path.replaceAll('"', '').split('\\').at(-1)?.toLowerCase() ?? '';
  return tail(node.image) === tail(told.image);
}

test('a look-up by a process id that thousands had looks at the newest before the time, not at all of them', () => {
  const tree = new ProcessTree(() => undefined);
  const starts = 4000;
  for (let i = 0; i < starts; i++) tree.add([startOf4(PRVSE, i * 1000, { parentPid: 4, parentImage: PRVSE })]);
  assert.equal(tree.size, starts);
  assert.ok(tree.looked <= 2 * starts, `${tree.looked} nodes were looked at`);
});
