import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, opened } from '../../../test/joined.ts';
import { NAMED, on, S } from '../../../test/joined-call.ts';
import { coverageOf, madeEvents } from '../../../test/made-event.ts';
import { type Event, parseTime, ZEEK, ZEEK_DCE_RPC } from '../../windows/index.ts';
import { Engine, type EngineResult } from '../engine.ts';

let line = 0;

/** A line of Zeek's dce_rpc log, as its reader shows it. */
function call(
  clock: string,
  endpoint: string,
  operation: string,
  over: { client?: string; port?: string } = {},
): Event {
  const { client = '10.0.0.7', port = '50112' } = over;
  const at = parseTime(`2026-03-12T${clock}Z`);
  if (at === undefined) throw new Error('a time');
  const fields = new Map([
    ['id.orig_h', client],
    ['id.orig_p', port],
    ['id.resp_h', '10.0.0.2'],
    ['id.resp_p', '49666'],
    ['endpoint', endpoint],
    ['operation', operation],
  ]);
  line++;
  const event: Event = {
    provider: ZEEK,
    channel: ZEEK_DCE_RPC,
    eventId: 0,
    version: 0,
    computer: '10.0.0.2',
    timeMs: at.ms,
    timeTicks: at.ticks,
    createdMs: at.ms,
    createdTicks: at.ticks,
    recordId: undefined,
    headerRecordId: undefined,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file: 'dce_rpc.log' }, offset: line * 100, length: 100, line },
    shape: 'zeek',
    otherPlaces: [],
    system: () => undefined,
    get: (name) => fields.get(name),
    all: (name) => (fields.has(name) ? [fields.get(name) ?? ''] : []),
    entries: () => [...fields],
    detach: () => event,
  };
  return event;
}

function hunt(events: readonly Event[]): EngineResult {
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

function brief(result: EngineResult): readonly (readonly [string, string, string, string])[] {
  return result.findings.map(({ analytic, level, time, title }) => [analytic, level, time.slice(11, 19), title]);
}

const LOGIN = call('09:00:00.1000000', 'IWbemLevel1Login', 'NTLMLogin');

test('N01: three instances put on a server within seconds are a remote triad, and a hop from its client', () => {
  const puts = ['00.2', '00.4', '00.5'].map((s) => call(`09:00:${s}000000`, 'IWbemServices', 'PutInstance'));
  const gone = call('09:00:50.0000000', 'IWbemServices', 'DeleteClass');
  const result = hunt([LOGIN, ...puts, gone]);
  assert.deepEqual(brief(result), [
    [
      'N01',
      'high',
      '09:00:00',
      '10.0.0.7 wrote 3 objects within seconds, as a remote subscription does, and deleted 1, on 10.0.0.2, seen on the wire',
    ],
  ]);
  const [judged] = result.judged;
  assert.deepEqual(
    judged?.hop?.sources.map(({ address, host, isNamed }) => [address, host, isNamed]),
    [['10.0.0.7', undefined, true]],
  );
  assert.deepEqual([judged?.hop?.target, judged?.hop?.method], [{ host: '10.0.0.2', address: '10.0.0.2' }, 'wmi-dcom']);
  assert.deepEqual(
    judged?.glue.connections?.map(({ key }) => key),
    ['10.0.0.7:50112>10.0.0.2'],
  );
});

test('N01: a method is medium, a query and a login alone are low; another minute and another client are other findings', () => {
  const method = call('09:00:00.3000000', 'IWbemServices', 'ExecMethod');
  const query = call('09:01:30.0000000', 'IWbemServices', 'ExecQuery');
  const other = call('09:01:31.0000000', 'IWbemLevel1Login', 'NTLMLogin', { client: '10.0.0.8' });
  assert.deepEqual(brief(hunt([LOGIN, method, query, other])), [
    ['N01', 'medium', '09:00:00', '10.0.0.7 called a WMI method on 10.0.0.2, seen on the wire'],
    ['N01', 'low', '09:01:30', '10.0.0.7 queried WMI on 10.0.0.2, seen on the wire'],
    ['N01', 'low', '09:01:31', '10.0.0.8 logged in to WMI on 10.0.0.2, seen on the wire'],
  ]);
});

test('N01: calls on other interfaces are none', () => {
  assert.deepEqual(
    brief(hunt([call('09:00:00.1000000', 'samr', 'SamrConnect5'), call('09:00:00.2000000', 'IDispatch', 'Invoke')])),
    [],
  );
});

test('N01: a deleted object and a class that is put are medium and told as what they are, only a put instance is high', () => {
  const told = (...operations: string[]): readonly string[] =>
    brief(hunt(operations.map((operation, at) => call(`09:00:0${at}.1000000`, 'IWbemServices', operation)))).map(
      ([, level, , title]) => `${level}: ${title}`,
    );
  const tail = 'over WMI on 10.0.0.2, seen on the wire';
  assert.deepEqual(told('DeleteInstance'), [`medium: 10.0.0.7 deleted 1 object ${tail}`]);
  assert.deepEqual(told('PutClass'), [`medium: 10.0.0.7 wrote 1 class ${tail}`]);
  assert.deepEqual(told('PutInstance', 'PutClass', 'DeleteClass'), [
    `high: 10.0.0.7 wrote 1 object and 1 class and deleted 1 object ${tail}`,
  ]);
});

test('N01, L8: the program at the source is named however much later the evidence ends', () => {
  const program = opened(
    { from: '10.0.0.7:50112', to: '10.0.0.2:49666', image: 'move.exe', pid: 1100 },
    on(S, '09:00:00.0500000'),
  );
  const days = ['13', '14', '15'].map((day) =>
    filtered('out', { from: '10.0.0.7:40000', to: '8.8.8.8:443' }, { computer: S, time: `2026-03-${day}T12:00:00Z` }),
  );
  const named = (later: typeof days): readonly (string | undefined)[] => {
    const events = [
      ...madeEvents([...NAMED.filter(({ computer }) => computer === S), program, ...later], 'S.evtx'),
      call('09:00:00.1000000', 'IWbemServices', 'ExecMethod'),
    ].sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
    return hunt(events).judged.flatMap(({ hop }) => hop?.sources.map(({ process }) => process?.image) ?? []);
  };
  assert.equal(named([]).length, 1);
  assert.match(named([])[0] ?? '', /move\.exe$/);
  assert.deepEqual(named(days), named([]));
});
