import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { ordinaryRepository, plantSubscription } from '../../testkit/cim/index.ts';
import { audits, filetimeOf, wmi } from '../../testkit/index.ts';
import { WRITTEN } from '../audits/written-formats.ts';
import { resultOf } from './hunted.ts';
import { audit, COMMAND, COMPUTER, LOGS, plantedHost, repositoryFiles, wmiLog, writeFiles } from './planted-host.ts';
import { folderWith } from './run-triad.ts';

const { SAMPLE_HOST, A_USER } = audits;
const PLANTED = ['Updater', 'Script Updater'] as const;

/** The log and the repository of the host that the audits describe. */
function hostFolder(t: TestContext, host: audits.AuditedHost = SAMPLE_HOST): string {
  const repository = ordinaryRepository({ seed: 7, plainClasses: 5 });
  repository.checkpoint();
  const [, filter] = host.filters;
  if (filter === undefined) throw new Error('no filter');
  const models = PLANTED.map((name, index) => {
    const consumer = host.consumers.find((one) => one.name === name);
    if (consumer === undefined) throw new Error('no consumer');
    const values = Object.fromEntries(
      Object.entries(consumer.values).flatMap(([key, value]) => (Array.isArray(value) ? [] : [[key, value]])),
    ) as Record<string, string | number | boolean>;
    plantSubscription(repository, {
      name: filter.name,
      consumerName: name,
      query: filter.query,
      eventNamespace: filter.eventNamespace,
      creator: A_USER.text,
      consumer: { className: consumer.className, values },
    });
    return wmi.binding(
      { name: filter.name, query: filter.query, eventNamespace: filter.eventNamespace, creatorSid: A_USER.text },
      { class: consumer.className, name, properties: values, creatorSid: A_USER.text },
      { computer: COMPUTER, time: filetimeOf(`2026-03-12T09:1${index}:00.0000000Z`) },
    );
  });
  repository.checkpoint();
  return writeFiles(folderWith(t), [
    {
      path: `${LOGS}/Microsoft-Windows-WMI-Activity%4Operational.evtx`,
      bytes: wmiLog(...models),
      modified: 1_773_311_400,
    },
    ...repositoryFiles(repository),
  ]);
}

function named({ subscriptions }: HuntResult, name: string): HuntResult['subscriptions'] {
  return subscriptions.filter(({ consumer }) => consumer.name === name);
}

for (const { title, name, files } of WRITTEN) {
  test(`D11 ${title}: with the logs and the repository of its host one dossier each, without conflict`, async (t) => {
    const folder = hostFolder(t);
    writeFiles(
      folder,
      files(SAMPLE_HOST).map((content, index) => ({
        path: `${index}-${name}`,
        bytes: typeof content === 'string' ? Buffer.from(content) : content,
        modified: 1_773_311_400,
      })),
    );
    const result = await resultOf(folder);
    assert.ok(result.summary.audits.length > 0);
    assert.deepEqual([...new Set(result.summary.audits.flatMap(({ hosts }) => hosts))], [COMPUTER.toLowerCase()]);
    for (const consumer of PLANTED) {
      const [dossier, ...others] = named(result, consumer);
      assert.ok(dossier !== undefined && others.length === 0, consumer);
      assert.deepEqual(dossier.seenIn, ['5861', 'repository', 'audit'], consumer);
      assert.deepEqual(dossier.conflicts, [], consumer);
    }
  });
}

test('D3 an audit that holds another command stays in the dossier, and what each source says is told', async (t) => {
  const files = plantedHost().map((file) =>
    file.path === 'triad-audit.json'
      ? { ...file, bytes: audit({ properties: { CommandLineTemplate: 'cmd.exe /c calc.exe' } }) }
      : file,
  );
  const result = await resultOf(writeFiles(folderWith(t), files));
  const [dossier, ...others] = named(result, 'Launcher');
  assert.deepEqual(others, []);
  assert.deepEqual(
    dossier?.conflicts.map(({ property, values }) => [property, values.map(({ source, value }) => [source, value])]),
    [
      [
        'Consumer.CommandLineTemplate',
        [
          ['5861', COMMAND],
          ['audit', 'cmd.exe /c calc.exe'],
          ['repository', COMMAND],
        ],
      ],
    ],
  );
  assert.ok(dossier?.conflicts.every(({ values }) => values.every(({ evidence }) => evidence.length > 0)));
  assert.ok(
    result.findings.some(({ analytic, subscriptions }) => analytic === 'C13' && subscriptions.includes(dossier.id)),
  );
});
