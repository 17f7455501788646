import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CaseEvent, eventOfCase } from '../../src/rules/index.ts';
import { EventMatcher, virtualWmiEvents } from '../../src/taxonomy/index.ts';
import { compiledPack, packMetadata } from '../../tools/rules/pack-files.ts';
import { readRecords } from '../../tools/rules/read-records.ts';
import { CORPUS, WITHOUT_CORPUS } from '../evtx/corpus.ts';

const ABOVE_LOW: ReadonlySet<string> = new Set(['medium', 'high', 'critical']);

/** Files that hold no attack by WMI, by their labels. */
function quietFiles(): readonly string[] {
  return readFileSync(join(CORPUS, 'labels.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly path: string; readonly class: string })
    .filter((label) => label.class === 'negative' || label.class === 'benign')
    .map(({ path }) => path)
    .filter((path) => existsSync(join(CORPUS, path)))
    .sort();
}

test('L12: over negatives and benign hosts no rule of scope wmi above low fires', {
  skip: WITHOUT_CORPUS,
}, async (t) => {
  const matcher = new EventMatcher(compiledPack().rules);
  const files = quietFiles();
  assert.ok(files.length >= 29, `${files.length} files`);
  const counts = new Map<string, number>();
  const loud = new Map<string, number>();
  let records = 0;
  for (const file of files) {
    await readRecords(CORPUS, file, (event) => {
      records++;
      for (const { rule } of matcher.match(event)) {
        const { level = 'medium' } = rule.metadata;
        const { scope } = packMetadata(rule);
        const key = `${rule.metadata.file} (${level}, ${scope}) in ${file}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (scope === 'wmi' && ABOVE_LOW.has(level)) {
          const what = event.get('CommandLine') ?? event.get('TargetObject') ?? event.get('ScriptBlockText') ?? '';
          loud.set(`${key}: ${what.slice(0, 120)}`, (loud.get(key) ?? 0) + 1);
        }
      }
    });
  }
  t.diagnostic(`${records} records of ${files.length} files`);
  for (const [key, count] of [...counts].sort()) t.diagnostic(`${key}: ${count}`);
  assert.deepEqual([...loud.keys()].sort(), []);
  assert.ok(records > 200_000, `${records} records`);
});

function stockBinding(filter: string, query: string, consumer: string, properties: string): CaseEvent {
  const sid = '{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0}';
  const [className = '', name = ''] = consumer.split('=');
  return {
    channel: 'Microsoft-Windows-WMI-Activity/Operational',
    eventId: 5861,
    data: [
      ['Namespace', '//./root/subscription'],
      ['ESS', filter],
      ['CONSUMER', consumer],
      [
        'PossibleCause',
        `Binding EventFilter: \ninstance of __EventFilter\n{\n\tCreatorSID = ${sid};\n\tEventNamespace = "root\\\\cimv2";\n\tName = "${filter}";\n\tQuery = "${query}";\n\tQueryLanguage = "WQL";\n};\nPerm. Consumer: \ninstance of ${className}\n{\n\tCreatorSID = ${sid};\n\tName = ${name};\n${properties}};\n`,
      ],
    ],
  };
}

test('the subscriptions that Windows brings set nothing off, whatever the words in them', () => {
  const matcher = new EventMatcher(compiledPack().rules);
  const stock = [
    stockBinding(
      'SCM Event Log Filter',
      'select * from MSFT_SCMEventLogEvent',
      'NTEventLogEventConsumer="SCM Event Log Consumer"',
      '\tCategory = 0;\n\tEventType = 1;\n\tNameOfUserSIDProperty = "sid";\n\tSourceName = "Service Control Manager";\n',
    ),
    stockBinding(
      'BVTFilter',
      'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA \\"Win32_Processor\\" AND TargetInstance.LoadPercentage > 99',
      'CommandLineEventConsumer="BVTConsumer"',
      '\tCommandLineTemplate = "cscript KernCap.vbs";\n\tWorkingDirectory = "C:\\\\tools\\\\kernrate";\n',
    ),
  ];
  for (const event of stock) {
    const made = eventOfCase(event, 1);
    assert.equal(virtualWmiEvents(made, 'Registered').length, 3);
    assert.deepEqual(
      matcher.match(made).map(({ rule }) => rule.metadata.file),
      [],
    );
  }
});
