import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Repository, textOf } from '../../src/cim/index.ts';
import {
  CONSUMER_CLASSES,
  ordinaryRepository,
  PAGE_BYTES,
  plantSubscription,
  type RecordAddress,
  type RepositoryFiles,
  type RepositoryWriter,
  recordOffset,
} from '../../testkit/cim/index.ts';
import { openFiles, readLine, trueLine } from './read-repository.ts';

/** Changes the entry of a record in the table of its page: 0 is its id, 8 its size. */
function editEntry(
  repository: RepositoryWriter,
  files: RepositoryFiles,
  address: RecordAddress,
  field: 0 | 8,
  edit: (value: number) => number,
): void {
  const last = repository.generations.at(-1);
  const bytes = files.get('OBJECTS.DATA');
  assert.ok(last !== undefined && bytes !== undefined);
  const page = Math.floor(recordOffset(files, last, address) / PAGE_BYTES) * PAGE_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset + page, PAGE_BYTES);
  let at = 0;
  while (view.getUint32(at, true) !== address.id) at += 16;
  view.setUint32(at + field, edit(view.getUint32(at + field, true)), true);
}

function planted(): { repository: RepositoryWriter; consumer: ReturnType<typeof plantSubscription>['consumer'] } {
  const repository = ordinaryRepository();
  const { consumer } = plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'cmd.exe /c echo a' } },
  });
  repository.checkpoint();
  return { repository, consumer };
}

const messages = (repository: Repository): string[] => repository.anomalies().map(({ message }) => message);

test('D16 an instance whose page states too small a size is read by the size in its key', () => {
  const { repository, consumer } = planted();
  for (const bit of [16, 64, 128]) {
    const files = repository.files();
    editEntry(repository, files, consumer.address, 8, (size) => size & ~bit);
    const opened = openFiles(files);
    const read = opened.instances('root\\subscription', 'CommandLineEventConsumer');
    assert.deepEqual(
      read.map((one) => readLine(one)),
      [trueLine(consumer)],
    );
    const isChanged = (consumer.address.size & bit) !== 0;
    assert.equal(read[0]?.place.label, isChanged ? 'live-anomalous' : 'live');
    if (isChanged)
      assert.match(messages(opened).join('\n'), /by the table of its page and \d+ by its key\. .* its key\./);
  }
});

test('D16 a class whose page states too small a size is read by the size in its key', () => {
  const { repository, consumer } = planted();
  const files = repository.files();
  const found = repository.generations
    .at(-1)
    ?.classes.find(
      ({ namespace, layout }) => namespace === 'root\\subscription' && layout.model.name === 'CommandLineEventConsumer',
    );
  assert.ok(found !== undefined);
  editEntry(repository, files, found.address, 8, (size) => size - 40);
  const opened = openFiles(files);
  const one = opened.classOf('root\\subscription', 'CommandLineEventConsumer');
  assert.equal(one?.place.label, 'live-anomalous');
  assert.equal(one?.layout?.properties.length, found.layout.slots.length);
  const [read] = opened.instances('root\\subscription', 'CommandLineEventConsumer');
  assert.ok(read !== undefined);
  assert.equal(readLine(read), trueLine(consumer));
});

test('D16 a record without key takes the defaults of the class that it was written by, not of one of the same name', () => {
  const repository = ordinaryRepository();
  const model = CONSUMER_CLASSES.find(({ name }) => name === 'NTEventLogEventConsumer');
  assert.ok(model !== undefined);
  // As the localised copies of real repositories, which set none.
  const bare = { ...model, properties: (model.properties ?? []).map(({ byDefault: _, ...property }) => property) };
  for (const namespace of ['root\\cimv2', 'root\\cimv2\\ms_409', 'root\\Security'])
    repository.defineClass(namespace, bare);
  repository.checkpoint();
  const stock = repository.generations.at(-1)?.instances.find(({ className }) => className === model.name);
  assert.ok(stock !== undefined);
  const files = repository.files();
  editEntry(repository, files, stock.address, 0, (id) => id ^ 0x400);
  const carved = openFiles(files)
    .carve(['__EventConsumer'])
    .instances.map(({ instance }) => instance);
  assert.deepEqual(
    carved.map((one) => [one.place.label, textOf(one, 'Name'), readLine(one, false)]),
    [['unindexed', 'SCM Event Log Consumer', trueLine(stock, false)]],
  );
});
