import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeLines, onlyDossier } from '../../test/assembled.ts';
import { type EventModel, sysmon, wmi } from '../../testkit/index.ts';

const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";

function at(time: string): { time: string } {
  return { time: `2026-03-12T${time}Z` };
}

function stored(properties: Record<string, string>, time: string, query = QUERY): EventModel {
  return wmi.binding(
    { name: 'A', query, eventNamespace: 'root\\cimv2' },
    { class: 'CommandLineEventConsumer', name: 'A', properties },
    at(time),
  );
}

const consumer = (destination: string, time: string, operation: 'Created' | 'Modified' = 'Created'): EventModel =>
  sysmon.consumer({ name: 'A', destination, operation }, at(time));

test('One source tells one text, the other all properties: they agree when the text is one of them', () => {
  for (const destination of ['c:\\cmd.exe', 'cmd /c x']) {
    const dossier = onlyDossier([
      consumer(destination, '09:00:00'),
      stored({ CommandLineTemplate: 'cmd /c x', ExecutablePath: 'c:\\cmd.exe' }, '09:00:01'),
    ]);
    assert.deepEqual(dossier.otherContents, []);
    assert.equal(dossier.consumer.payload, 'cmd /c x');
    assert.deepEqual(
      { ...dossier.consumer.properties },
      { CommandLineTemplate: 'cmd /c x', ExecutablePath: 'c:\\cmd.exe' },
    );
  }
});

test('Two sources that tell one write otherwise disagree: both are kept, and it is no change', () => {
  const dossier = onlyDossier([consumer('a.exe', '09:00:00'), stored({ CommandLineTemplate: 'b.exe' }, '09:00:01')]);
  assert.deepEqual(
    dossier.otherContents.map(({ part, kind, payload }) => [part, kind, payload]),
    [['consumer', 'disagrees', 'b.exe']],
  );
  assert.ok(dossier.lifecycle.every(({ step }) => step !== 'modified'));
  assert.ok(dossier.notes.some((note) => note.startsWith('Two sources tell different contents')));
});

test('C13: a later content replaces the earlier one, which stays in the dossier under the same id', () => {
  const before = onlyDossier([stored({ CommandLineTemplate: 'a.exe' }, '09:00:00')]);
  const dossier = onlyDossier([
    stored({ CommandLineTemplate: 'a.exe' }, '09:00:00'),
    stored({ CommandLineTemplate: 'b.exe' }, '11:00:00'),
  ]);
  assert.equal(dossier.id, before.id);
  assert.notEqual(dossier.fingerprint, before.fingerprint);
  assert.equal(dossier.consumer.payload, 'b.exe');
  assert.deepEqual(
    dossier.otherContents.map(({ kind, payload, firstSeen, lastSeen }) => [kind, payload, firstSeen, lastSeen]),
    [['earlier', 'a.exe', '2026-03-12T09:00:00.0000000Z', '2026-03-12T09:00:00.0000000Z']],
  );
  assert.deepEqual(lifeLines(dossier), [
    '09:00:00 registered witnessed 2',
    '09:00:00..11:00:00 modified consumer inferred 2',
  ]);
});

test('A record that says Modified is a change even within the window, and one that repeats the content is none', () => {
  const changed = onlyDossier([
    stored({ CommandLineTemplate: 'a.exe' }, '09:00:00'),
    consumer('b.exe', '09:00:30', 'Modified'),
  ]);
  assert.equal(changed.consumer.payload, 'b.exe');
  assert.deepEqual(
    changed.otherContents.map(({ kind, payload }) => [kind, payload]),
    [['earlier', 'a.exe']],
  );
  const same = onlyDossier([
    stored({ CommandLineTemplate: 'a.exe' }, '09:00:00'),
    consumer('a.exe', '09:00:30', 'Modified'),
  ]);
  assert.deepEqual(same.otherContents, []);
});

test('A query is the same in other white space and case of keywords, and another with another string', () => {
  const spaced = QUERY.replace('FROM ', 'from  ');
  const same = onlyDossier([
    stored({ CommandLineTemplate: 'a.exe' }, '09:00:00'),
    stored({ CommandLineTemplate: 'a.exe' }, '11:00:00', spaced),
  ]);
  assert.deepEqual(same.otherContents, []);
  const other = onlyDossier([
    stored({ CommandLineTemplate: 'a.exe' }, '09:00:00'),
    stored({ CommandLineTemplate: 'a.exe' }, '11:00:00', QUERY.replace('notepad', 'calc')),
  ]);
  assert.deepEqual(
    other.otherContents.map(({ part, query }) => [part, query]),
    [['filter', QUERY]],
  );
});

test('The same query in another namespace of events is another content', () => {
  const listening = (eventNamespace: string, time: string): EventModel =>
    wmi.binding(
      { name: 'A', query: QUERY, eventNamespace },
      { class: 'CommandLineEventConsumer', name: 'A', properties: { CommandLineTemplate: 'a.exe' } },
      at(time),
    );
  const dossier = onlyDossier([listening('root\\cimv2', '09:00:00'), listening('root\\wmi', '11:00:00')]);
  assert.deepEqual(
    [dossier.filter.eventNamespace, dossier.otherContents.map(({ eventNamespace }) => eventNamespace)],
    ['root\\wmi', ['root\\cimv2']],
  );
});

test('A payload that the event cut agrees with the whole one, and the whole one is shown', () => {
  const whole = `powershell -c "${'x'.repeat(300)}"`;
  const cut = wmi.event(
    5861,
    {
      Namespace: '//./root/subscription',
      ESS: 'A',
      CONSUMER: 'CommandLineEventConsumer="A"',
      PossibleCause: `Binding EventFilter: \ninstance of __EventFilter\n{\n\tName = "A";\n\tQuery = "${QUERY}";\n};\nPerm. Consumer: \ninstance of CommandLineEventConsumer\n{\n\tName = "A";\n\tCommandLineTemplate = "powershell -c \\"${'x'.repeat(40)}`,
    },
    at('09:00:01'),
  );
  const alone = onlyDossier([cut]);
  assert.ok(alone.notes.some((note) => note.startsWith('The payload is cut')));
  const both = onlyDossier([consumer(whole, '09:00:00'), cut]);
  assert.deepEqual([both.consumer.payload, both.otherContents], [whole, []]);
});

test('Notes say what a reader must know: S04, S21, and a trap that may not fire', () => {
  const noted = (properties: Record<string, string>, query = QUERY): string =>
    onlyDossier([stored(properties, '09:00:00', query)]).notes.join(' ');
  assert.match(noted({ CommandLineTemplate: 'a.exe', MachineName: 'SRV-09' }), /MachineName is set to SRV-09.*S04/);
  assert.match(noted({ CommandLineTemplate: 'a', ExecutablePath: 'b.exe' }), /ExecutablePath names the program b\.exe/);
  assert.match(
    noted(
      { CommandLineTemplate: 'a' },
      "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Win32_Process'",
    ),
    /may not fire: WITHIN is missing/,
  );
});
