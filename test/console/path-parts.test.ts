import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathParts } from '../../console/search/path-parts.ts';

test('PRODUCT 9.3 a path in a column is told as folders and file, so that the name of the file is seen', () => {
  for (const [folders, file] of [
    ['C:\\Windows\\System32\\', 'scrcons.exe'],
    ['c:\\Program Files\\A b\\', 'x y.exe -k netsvcs'],
    ['\\\\srv-02\\share$\\', 'a.ps1'],
    ['\\\\?\\C:\\ProgramData\\', 'a.vbs'],
    ['\\Device\\HarddiskVolume3\\Windows\\', 'explorer.exe'],
    ['%SystemRoot%\\', 'notepad.exe'],
    ['C:\\Users\\\u202e\\', 'gpj.exe'],
    ['/usr/local/bin/', 'triad'],
  ] as const)
    assert.deepEqual(pathParts(folders + file), [folders, file]);
});

test('what is no path is left whole: lines of commands, addresses, accounts of a domain, folders', () => {
  for (const text of [
    '',
    'scrcons.exe',
    'C:\\Windows\\',
    'C:\\Windows\\System32\\cmd.exe /c copy C:\\a.txt D:\\b.txt',
    '"C:\\Windows\\System32\\cmd.exe" -x',
    'https://corp.example/a/b',
    'CORP\\alice',
    '/c',
    '/a b/c',
    `C:${'\\a'.repeat(100)}\\`,
  ])
    assert.equal(pathParts(text), undefined, text);
});
