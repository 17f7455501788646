import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowsPathOf } from './index.ts';

const REPOSITORY = 'Windows/System32/wbem/Repository/OBJECTS.DATA';
const WINDOWS_REPOSITORY = 'C:\\Windows\\System32\\wbem\\Repository\\OBJECTS.DATA';

/** Root, path, layout and shadow copy of places written `file!/member`. */
function told(place: string): readonly (string | undefined)[] | undefined {
  const [file = '', ...container] = place.split('!/');
  const path = windowsPathOf(container.length === 0 ? { file } : { file, container });
  return path === undefined ? undefined : [path.root, path.path, path.layout, path.volumeShadow];
}

test('D9 a file of a KAPE collection is known by the folder of its drive, shadow copies too', () => {
  assert.deepEqual(told(`SRV-02.zip!/C/${REPOSITORY}`), ['SRV-02.zip', WINDOWS_REPOSITORY, 'kape', undefined]);
  assert.deepEqual(told(`case/SRV-02/C/${REPOSITORY}`), ['case/SRV-02', WINDOWS_REPOSITORY, 'kape', undefined]);
  assert.deepEqual(told('SRV-02.zip!/SRV-02/d/Users/x/a.mof'), [
    'SRV-02.zip!/SRV-02',
    'D:\\Users\\x\\a.mof',
    'kape',
    undefined,
  ]);
  for (const shadow of ['VSS3/', 'VSS3/C/', 'C/VSS3/']) {
    assert.deepEqual(
      told(`k.zip!/out/${shadow}${REPOSITORY}`),
      ['k.zip!/out', WINDOWS_REPOSITORY, 'kape', 'VSS3'],
      shadow,
    );
  }
});

test('D9 a file of a Velociraptor collection is known by its accessor and volume, each segment decoded', () => {
  const path = 'Windows/System32/winevt/Logs/Microsoft-Windows-Sysmon%254Operational.evtx';
  const windows = 'C:\\Windows\\System32\\winevt\\Logs\\Microsoft-Windows-Sysmon%4Operational.evtx';
  for (const volume of ['auto/C%3A', 'ntfs/%5C%5C.%5CC%3A', 'lazy_ntfs/%5C%5C.%5CC%3A', 'file/c%3a']) {
    assert.deepEqual(
      told(`Collection-SRV.zip!/uploads/${volume}/${path}`),
      ['Collection-SRV.zip', windows, 'velociraptor', undefined],
      volume,
    );
  }
  // A name that is not encoded stays as it is.
  assert.equal(
    told('c.zip!/uploads/auto/C%3A/Logs/Microsoft-Windows-Sysmon%4Operational.evtx')?.[1],
    'C:\\Logs\\Microsoft-Windows-Sysmon%4Operational.evtx',
  );
  const shadow = '%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy2';
  assert.deepEqual(told(`srv/uploads/ntfs/${shadow}/${REPOSITORY}`), [
    'srv',
    WINDOWS_REPOSITORY,
    'velociraptor',
    'HarddiskVolumeShadowCopy2',
  ]);
  assert.deepEqual(told('a.zip!/data.zip!/uploads/auto/D%3A/x.mof'), [
    'a.zip!/data.zip',
    'D:\\x.mof',
    'velociraptor',
    undefined,
  ]);
});

test('D9 a file of an acquire collection is known by its fs folder, old ones by sysvol', () => {
  assert.deepEqual(told(`SRV.tar!/fs/c:/${REPOSITORY}`), ['SRV.tar', WINDOWS_REPOSITORY, 'acquire', undefined]);
  assert.deepEqual(told(`SRV.tar!/fs/$fs$/fs0/${REPOSITORY}`), ['SRV.tar', WINDOWS_REPOSITORY, 'acquire', undefined]);
  assert.deepEqual(told(`SRV.tar!/fs/$fs$/${REPOSITORY}`), ['SRV.tar', WINDOWS_REPOSITORY, 'acquire', undefined]);
  for (const place of ['SRV.tar!/sysvol', 'SRV.tar!/fs/sysvol']) {
    assert.deepEqual(told(`${place}/${REPOSITORY}`), ['SRV.tar', WINDOWS_REPOSITORY, 'acquire', undefined]);
  }
});

test('D9 a plain tree is known by the folders at the top of a Windows volume, at any depth', () => {
  assert.deepEqual(told(REPOSITORY), ['', WINDOWS_REPOSITORY, 'plain', undefined]);
  assert.deepEqual(told(`case/srv/${REPOSITORY.toLowerCase()}`)?.slice(0, 1), ['case/srv']);
  assert.deepEqual(told(`x.zip!/in.zip!/srv/${REPOSITORY}`), [
    'x.zip!/in.zip!/srv',
    WINDOWS_REPOSITORY,
    'plain',
    undefined,
  ]);
  assert.deepEqual(told('srv\\WINNT\\system32\\wbem\\Repository\\FS\\INDEX.BTR'), [
    'srv',
    'C:\\WINNT\\system32\\wbem\\Repository\\FS\\INDEX.BTR',
    'plain',
    undefined,
  ]);
  assert.deepEqual(told('D:\\Windows\\System32\\a.mof'), ['', 'D:\\Windows\\System32\\a.mof', 'plain', undefined]);
});

test('D9 the folder in which an analyst keeps a case is not taken for the volume of the host', () => {
  assert.deepEqual(told(`C:\\Users\\ann\\case\\SRV\\C\\${REPOSITORY.replaceAll('/', '\\')}`), [
    'C:/Users/ann/case/SRV',
    WINDOWS_REPOSITORY,
    'kape',
    undefined,
  ]);
  assert.deepEqual(told(`/mnt/c/Users/ann/case/${REPOSITORY}`), [
    '/mnt/c/Users/ann/case',
    WINDOWS_REPOSITORY,
    'plain',
    undefined,
  ]);
});

test('files of one collection have one root, whatever volume, accessor or shadow copy they are from', () => {
  for (const places of [
    [`a.zip!/C/${REPOSITORY}`, 'a.zip!/D/Users/x.mof', `a.zip!/VSS1/${REPOSITORY}`, `a.zip!/C/VSS2/${REPOSITORY}`],
    [`a.zip!/uploads/auto/C%3A/${REPOSITORY}`, `a.zip!/uploads/ntfs/%5C%5C.%5CC%3A/${REPOSITORY}`],
    [`a.tar!/fs/c:/${REPOSITORY}`, `a.tar!/fs/$fs$/fs1/${REPOSITORY}`],
  ]) {
    assert.equal(new Set(places.map((place) => told(place)?.[0])).size, 1);
  }
});

test('L20 nothing is told where nothing tells, and odd names are only names', () => {
  for (const place of [
    'a.zip',
    'a.zip!/OBJECTS.DATA',
    'logs/Security.evtx',
    'uploads/auto/C%3A',
    'x/C/y',
    '',
    '!/',
    'fs',
    'C/Windows',
  ]) {
    assert.equal(told(place), undefined, place);
  }
  assert.equal(told('a.zip!/uploads/auto/C%3A/%E0%A4%A/..%5C..%5Cx.mof')?.[1], 'C:\\à¤%A\\..\\..\\x.mof');
  const deep = `a.zip!/${'Windows/'.repeat(100_000)}x`;
  const started = process.hrtime.bigint();
  assert.ok(told(deep));
  assert.ok(process.hrtime.bigint() - started < 2_000_000_000n);
});
