import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfField, wordsFor } from '../../console/kit/object-words.ts';
import { quotedWord } from '../../console/kit/quoted.ts';
import { objectsOfEvent } from '../../console/search/event-objects.ts';
import { MOST_WORDS_TEXT, readEventWords, readQueueWords } from '../../src/api/index.ts';

const HOSTILE = [
  'NT AUTHORITY\\SYSTEM',
  'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe -secured',
  'C:\\Windows\\notepad.exe',
  'say "no" and *stop*',
  '-enc',
  '*',
  'fe80::1',
  'ends in a backslash\\',
  'plain',
];

/** The one value that the server reads in a word of events. */
function readBack(word: string): string | undefined {
  const read = readEventWords(word);
  return read.kind === 'terms' && read.terms.length === 1 && read.terms[0]?.isPart === false
    ? read.terms[0].value
    : undefined;
}

test('SETTLED G15 a value of evidence is asked for as it stands: backslashes, quotes, stars, colons and a minus mean themselves', () => {
  for (const value of HOSTILE) {
    assert.equal(readBack(quotedWord(undefined, value)), value);
    for (const word of ['account', 'ip', 'payload'] as const) {
      assert.equal(readBack(quotedWord(word, value)), value);
      const { terms, problems } = readQueueWords(quotedWord(word, value));
      assert.deepEqual(problems, []);
      assert.deepEqual(
        terms.map(({ asked, isNegated }) => [asked, isNegated]),
        [[{ kind: 'pattern', word, pattern: [value] }, false]],
      );
    }
  }
  assert.equal(quotedWord('account', 'NT AUTHORITY\\SYSTEM'), 'account:"NT AUTHORITY\\\\SYSTEM"');
});

test('what is longer than a text of words ends with one of its own words; where none ends, anything may follow', () => {
  const long = `powershell.exe "${'C:\\a b\\c '.repeat(900)}`;
  const cut = readBack(quotedWord('payload', long)) ?? '';
  assert.ok(quotedWord('payload', long).length <= MOST_WORDS_TEXT);
  assert.ok(cut.length > 1500 && long.startsWith(cut));
  assert.match(`${cut.at(-1)}|${long[cut.length]}`, /^(?:\w\|\W|\W\|)/);
  const blob = quotedWord('payload', 'QUFB'.repeat(2000));
  assert.ok(blob.length <= MOST_WORDS_TEXT && blob.endsWith('*'));
  const [term] = readQueueWords(blob).terms;
  assert.deepEqual(term?.asked.kind === 'pattern' ? term.asked.pattern.at(-1) : undefined, '');
  const faces = quotedWord(undefined, '😀'.repeat(2000));
  assert.ok(faces.length <= MOST_WORDS_TEXT && faces.isWellFormed());
});

test('each kind is looked for by its own word; what no word of the queue finds is not offered, nor what a role may not see', () => {
  assert.deepEqual(wordsFor('account', 'a b', true), { events: 'account:"a b"', incidents: 'account:"a b"' });
  assert.deepEqual(wordsFor('address', '10.0.0.1', true), { events: 'ip:10.0.0.1', incidents: 'ip:10.0.0.1' });
  assert.deepEqual(wordsFor('host', 'srv-02', true), { events: 'host:srv-02', incidents: 'host:srv-02' });
  assert.deepEqual(wordsFor('payload', 'x', true), { events: 'payload:x', incidents: 'payload:x' });
  assert.deepEqual(wordsFor('payload', 'x', false), { events: undefined, incidents: undefined });
  assert.deepEqual(wordsFor('host', 'srv-02', false), { events: undefined, incidents: 'host:srv-02' });
  assert.deepEqual(wordsFor('hash', 'ab12', true), { events: 'ab12', incidents: undefined });
  assert.deepEqual(wordsFor('value', 'C:\\x', true), { events: '"C:\\\\x"', incidents: undefined });
  assert.deepEqual(wordsFor('print', 'ab12', true), { events: undefined, incidents: undefined });
  assert.deepEqual(wordsFor('domain', 'c2.example', true), { events: 'c2.example', incidents: undefined });
  assert.equal(kindOfField('Hashes'), 'hash');
});

test('an event names its host, and hosts, accounts, addresses, names and hashes of its fields, each once', () => {
  const data = {
    User: 'NT AUTHORITY\\SYSTEM',
    SubjectUserName: '-',
    Hashes: 'MD5=AB,SHA256=CD',
    SourceIp: '10.0.0.1',
    QueryName: 'c2.example.net',
    QueryResults: 'type:  5 alias.example.net;type:  28 b.example.net;::ffff:10.1.2.3;',
    CommandLine: 'x',
    Computer: 'srv-02',
  };
  assert.deepEqual(objectsOfEvent('srv-02', [{ data }, { data }, {}]), [
    { kind: 'host', value: 'srv-02' },
    { kind: 'account', value: 'NT AUTHORITY\\SYSTEM' },
    { kind: 'hash', value: 'AB' },
    { kind: 'hash', value: 'CD' },
    { kind: 'address', value: '10.0.0.1' },
    { kind: 'domain', value: 'c2.example.net' },
    { kind: 'domain', value: 'alias.example.net' },
    { kind: 'domain', value: 'b.example.net' },
    { kind: 'domain', value: '::ffff:10.1.2.3' },
  ]);
});
