import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalTail, fileNameOf, isSamePath } from './paths.ts';

test('every spelling of one file has one tail (DOMAIN 2.2 #39)', () => {
  const spellings = [
    'C:\\Windows\\System32\\svchost.exe',
    'c:/windows/system32/svchost.exe',
    '\\device\\harddiskvolume2\\windows\\system32\\svchost.exe',
    '\\Device\\HarddiskVolume1\\Windows\\System32\\svchost.exe',
    '\\??\\C:\\Windows\\System32\\svchost.exe',
    '\\\\?\\C:\\Windows\\System32\\svchost.exe',
    '%systemroot%\\System32\\svchost.exe',
    '%WINDIR%\\system32\\SVCHOST.EXE',
    '\\SystemRoot\\System32\\svchost.exe',
    '"C:\\Windows\\System32\\svchost.exe"',
  ];
  for (const spelling of spellings) assert.equal(canonicalTail(spelling), '\\windows\\system32\\svchost.exe', spelling);
  assert.equal(isSamePath('C:\\Windows\\a.exe', '\\SystemRoot\\a.exe'), true);
  assert.equal(isSamePath('C:\\Windows\\a.exe', 'C:\\Windows\\b.exe'), false);
});

test('what is not known stays: UNC hosts, 8.3 names, other variables, a look-alike folder', () => {
  assert.equal(canonicalTail('\\\\FS01\\Share\\a.exe'), '\\\\fs01\\share\\a.exe');
  assert.equal(canonicalTail('\\\\?\\UNC\\FS01\\Share\\a.exe'), '\\\\fs01\\share\\a.exe');
  assert.equal(canonicalTail('C:\\PROGRA~1\\a.exe'), '\\progra~1\\a.exe');
  assert.equal(canonicalTail('%TEMP%\\a.exe'), '%temp%\\a.exe');
  assert.equal(canonicalTail('\\SystemRootKit\\a.exe'), '\\systemrootkit\\a.exe');
  assert.equal(canonicalTail('%unclosed'), '%unclosed');
});

test('the file name is what stands behind the last slash of either kind', () => {
  assert.deepEqual(['C:\\a\\b.exe', 'a/b.exe', '"C:\\a b\\c.exe"', 'b.exe', ''].map(fileNameOf), [
    'b.exe',
    'b.exe',
    'c.exe',
    'b.exe',
    '',
  ]);
});
