import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, eventsOf, fed, lifeLines, onlyDossier } from '../../test/assembled.ts';
import { type EventModel, powershell, sysmon, system, wmi } from '../../testkit/index.ts';

const ALICE = 'S-1-5-21-1-2-3-1104';
const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";

function at(time: string): { time: string } {
  return { time: `2026-03-12T${time}Z` };
}

function stored(time: string, facts: { template?: string; query?: string; recordId?: bigint } = {}): EventModel {
  return wmi.binding(
    { name: 'Updater', query: facts.query ?? QUERY, eventNamespace: 'root\\cimv2', creatorSid: ALICE },
    {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      properties: { CommandLineTemplate: facts.template ?? 'notepad.exe' },
      creatorSid: ALICE,
    },
    { ...at(time), ...(facts.recordId === undefined ? {} : { recordId: facts.recordId }) },
  );
}

/** The life of the planted subscription, whatever else stands in the evidence. */
function life(models: readonly EventModel[]): readonly string[] {
  const dossier = assembled(models).find(({ filter }) => filter.name === 'Updater');
  if (dossier === undefined) throw new Error('no dossier');
  return lifeLines(dossier);
}

test('Created: a 5861 witnesses the creation when its log reaches back over an earlier start of Winmgmt (L1)', () => {
  assert.deepEqual(life([wmi.scmBinding(at('07:00:00')), stored('09:00:00')]), [
    '09:00:00 created binding witnessed 1',
  ]);
});

test('Created: the earlier start may be known by 5615 when the log holds something older than it', () => {
  const older = wmi.clientFailure(
    { machine: 'WS-01', user: 'CORP\\alice', pid: 4, operation: 'Start x', resultCode: 0x80041002 },
    at('06:00:00'),
  );
  const start = system.winmgmtStarted(5615, at('07:00:00'));
  assert.deepEqual(life([older, start, stored('09:00:00')]), ['09:00:00 created binding witnessed 1']);
  assert.deepEqual(life([start, stored('09:00:00')]), ['09:00:00 registered witnessed 1']);
});

test('Registered: the only 5861 of a log that shows no earlier start may be a repeat', () => {
  assert.deepEqual(life([stored('09:00:00')]), ['09:00:00 registered witnessed 1']);
});

test('Registered: a 5861 within five minutes after a start of Winmgmt is a repeat, one millisecond later it is not', () => {
  const scm = wmi.scmBinding(at('07:00:00'));
  const start = system.winmgmtStarted(5615, at('08:55:00.0000000'));
  assert.deepEqual(life([scm, start, stored('09:00:00.0000000')]), ['09:00:00 registered witnessed 1']);
  assert.deepEqual(life([scm, start, stored('09:00:00.0010000')]), ['09:00:00 created binding witnessed 1']);
});

test('Registered: a 5861 beside the one of SCM is a repeat, whichever of the two comes first', () => {
  const morning = wmi.scmBinding(at('07:00:00'));
  for (const scm of ['08:59:59.9900000', '09:00:00.0100000']) {
    assert.deepEqual(life([morning, wmi.scmBinding(at(scm)), stored('09:00:00')]), ['09:00:00 registered witnessed 1']);
  }
});

test('Earlier in the log means a lower record id: a clock that was set back changes nothing (SETTLED A9)', () => {
  const models = [{ ...wmi.scmBinding(at('12:00:00')), recordId: 1n }, stored('09:00:00', { recordId: 149n })];
  assert.deepEqual(life(models), ['09:00:00 created binding witnessed 1']);
  const later = [{ ...wmi.scmBinding(at('07:00:00')), recordId: 150n }, stored('09:00:00', { recordId: 149n })];
  assert.deepEqual(life(later), ['09:00:00 registered witnessed 1']);
});

test('Registered: repeats of one binding are one step with their count, not acts (trap 10)', () => {
  const dossier = onlyDossier([stored('09:00:00'), stored('10:00:00'), stored('11:00:00')]);
  assert.deepEqual(lifeLines(dossier), ['09:00:00 registered witnessed 3']);
  assert.equal(dossier.lifecycle[0]?.count, 3);
  assert.deepEqual([dossier.state, dossier.stateAt], ['armed', '2026-03-12T11:00:00.0000000Z']);
});

test('A repeat of the binding itself within seconds is no sign of a start for its first record', () => {
  assert.deepEqual(life([wmi.scmBinding(at('07:00:00')), stored('09:00:00'), stored('09:00:05')]), [
    '09:00:00 created binding witnessed 1',
    '09:00:05 registered witnessed 1',
  ]);
});

test('Created: one write seen by Sysmon and by 5861 is one step with both records', () => {
  const write = { name: 'Updater', query: QUERY };
  assert.deepEqual(
    life([
      sysmon.filter(write, at('09:00:00')),
      sysmon.consumer({ name: 'Updater', destination: 'notepad.exe' }, at('09:00:00.1000000')),
      stored('09:00:00.2000000'),
      sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, at('09:00:16')),
    ]),
    [
      '09:00:00 created filter witnessed 1',
      '09:00:00 created consumer witnessed 1',
      '09:00:00 created binding witnessed 2',
    ],
  );
});

test('Created: two records of one write are one step (PowerLurk writes its filter twice)', () => {
  const write = { name: 'Updater', query: QUERY };
  assert.deepEqual(life([sysmon.filter(write, at('09:00:00')), sysmon.filter(write, at('09:00:00.1520000'))]), [
    '09:00:00 created filter witnessed 2',
  ]);
});

test('Created, inferred: a creating command without an object record; with one it is evidence of the origin', () => {
  const script = powershell.scriptBlock(
    {
      text: `Set-WmiInstance -Namespace root\\subscription -Class CommandLineEventConsumer -Arguments @{Name='Updater'; CommandLineTemplate='notepad.exe'}
Set-WmiInstance -Namespace root\\subscription -Class __EventFilter -Arguments @{Name='Updater'; EventNamespace='root\\cimv2'; QueryLanguage='WQL'; Query="${QUERY}"}`,
    },
    { ...at('09:00:00'), userSid: ALICE },
  );
  const intent = assembled([script]);
  assert.deepEqual(intent.map(({ inferred, state, seenIn }) => ({ inferred, state, seenIn })).slice(0, 1), [
    { inferred: true, state: 'unknown', seenIn: ['command'] },
  ]);
  assert.ok(
    intent.every((dossier) =>
      lifeLines(dossier).every((line) => line.includes(' created ') && line.includes(' inferred ')),
    ),
  );
  const real = onlyDossier([script, stored('09:00:01')]);
  assert.deepEqual(lifeLines(real), ['09:00:01 registered witnessed 1']);
  assert.deepEqual([real.inferred, real.seenIn], [false, ['5861', 'command']]);
});

test('Activated: a 5859 of the same query and creator within five seconds of the 5861 (trap 11)', () => {
  const activated = (time: string, query = QUERY, ownerSid = ALICE): EventModel =>
    wmi.filterActivated({ query, ownerSid, provider: 'WMI Kernel Trace Event Provider' }, at(time));
  const lines = (model: EventModel): readonly string[] => life([stored('09:00:00'), model]);
  const joined = ['09:00:00 registered witnessed 1', '09:00:05 activated witnessed 1'];
  const alone = ['09:00:00 registered witnessed 1'];
  assert.deepEqual(lines(activated('09:00:05.0000000')), joined);
  assert.deepEqual(lines(activated('09:00:05', QUERY.replace('FROM ', 'from   '))), joined);
  assert.deepEqual(lines(activated('09:00:05.0010000')), alone);
  assert.deepEqual(lines(activated('09:00:01', 'SELECT * FROM Win32_ProcessStopTrace')), alone);
  assert.deepEqual(lines(activated('09:00:01', QUERY, 'S-1-5-32-544')), alone);
});

test('Modified: Sysmon says it, or two sightings differ and bracket it', () => {
  const consumer = (destination: string, operation: 'Created' | 'Modified', time: string): EventModel =>
    sysmon.consumer({ name: 'Updater', destination, operation }, at(time));
  const binding = sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, at('09:00:01'));
  assert.deepEqual(
    life([consumer('a.exe', 'Created', '09:00:00'), binding, consumer('b.exe', 'Modified', '10:00:00')]),
    [
      '09:00:00 created consumer witnessed 1',
      '09:00:01 created binding witnessed 1',
      '10:00:00 modified consumer witnessed 1',
    ],
  );
  assert.deepEqual(life([stored('09:00:00'), stored('10:00:00'), stored('11:00:00', { template: 'b.exe' })]), [
    '09:00:00 registered witnessed 3',
    '10:00:00..11:00:00 modified consumer inferred 2',
  ]);
});

test('Deleted: parts go one by one, and the state is told by the last word on each', () => {
  const write = (operation: 'Created' | 'Deleted', second: string): [EventModel, EventModel, EventModel] => [
    sysmon.consumer({ name: 'Updater', destination: 'a.exe', operation }, at(`${second}.1000000`)),
    sysmon.filter({ name: 'Updater', query: QUERY, operation }, at(`${second}.2000000`)),
    sysmon.binding({ filter: 'Updater', consumer: 'Updater', operation }, at(`${second}.3000000`)),
  ];
  const created = write('Created', '09:00:00');
  const [consumer, filter, binding] = write('Deleted', '10:00:00');
  const stateOf = (...gone: EventModel[]): unknown => {
    const { state, stateAt } = onlyDossier([...created, ...gone]);
    return [state, stateAt?.slice(11, 21)];
  };
  assert.deepEqual(stateOf(), ['armed', '09:00:00.3']);
  assert.deepEqual(stateOf(consumer), ['disarmed', '10:00:00.1']);
  assert.deepEqual(stateOf(binding), ['disarmed', '10:00:00.3']);
  assert.deepEqual(stateOf(consumer, filter, binding), ['deleted', '10:00:00.3']);
});

test('A foreign template makes steps inferred (SETTLED A16)', async () => {
  const { eventsOf, fed } = await import('../../test/assembled.ts');
  const events = eventsOf([stored('09:00:00')]).map((event) => ({
    ...event,
    isForeignTemplate: true,
    detach: () => ({ ...event, isForeignTemplate: true }),
  }));
  const [dossier] = fed(events).finish();
  assert.deepEqual(dossier === undefined ? [] : lifeLines(dossier), ['09:00:00 registered inferred 1']);
});

test('Strength: what only forgeable text tells is at most strong, and a record beside it is a witness (B16)', () => {
  const events = eventsOf([
    sysmon.filter({ operation: 'Created', name: 'Updater', query: QUERY, user: 'CORP\\alice' }, at('09:00:00')),
    sysmon.filter({ operation: 'Deleted', name: 'Updater', query: QUERY, user: 'CORP\\alice' }, at('10:00:00')),
  ]);
  const told = (shapes: readonly (string | undefined)[]): readonly string[] =>
    fed(events.map((event, i) => ({ ...event, shape: shapes[i] })))
      .finish()
      .flatMap(lifeLines);
  assert.deepEqual(told(['S12', 'S12']), ['09:00:00 created filter strong 1', '10:00:00 deleted filter strong 1']);
  assert.deepEqual(told([undefined, 'S12']), [
    '09:00:00 created filter witnessed 1',
    '10:00:00 deleted filter strong 1',
  ]);
});
