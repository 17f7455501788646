import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../console/kit/api.ts';
import {
  type FileRequest,
  type HitsFile,
  MOST_SAVED,
  readHitsFile,
  savedWords,
} from '../../console/search/hits-file.ts';
import type { EventPageDocument } from '../../src/api/index.ts';
import { eventsPage, type StubSearch } from './stub-events.ts';

/** Reads over the stub's events; `onAsk` is told of each page before it is answered. */
function read(search: StubSearch, request: Partial<FileRequest>, onAsk?: (count: number) => void): Promise<HitsFile> {
  let asked = 0;
  const ask = async (path: string): Promise<Answer<EventPageDocument>> => {
    onAsk?.(++asked);
    const value = eventsPage(search, new URL(path, 'http://x').searchParams) as EventPageDocument;
    return { kind: 'ok', value, etag: undefined };
  };
  const { signal } = new AbortController();
  return readHitsFile({
    asked: 'q=x',
    form: 'jsonl',
    columns: [],
    first: `${search.events}/0`,
    ask,
    signal,
    onRead: () => 0,
    ...request,
  });
}

const linesOf = ({ parts }: HitsFile): readonly string[] => parts.join('').trim().split(/\r?\n/);

test('a file of hits begins with the newest on screen, whatever came since, and holds each once, as the server gives it', async () => {
  const file = await read({ events: 1300 }, { first: '1200/0' });
  const ids = linesOf(file).map((line) => (JSON.parse(line) as { readonly id: string }).id);
  assert.deepEqual([file.count, ids.length, ids[0], ids.at(-1), file.cut], [1200, 1200, '1200/0', '1/0', undefined]);
  assert.equal(savedWords(file, 1200), 'Saved all 1,200 hits.');
  // The newest has gone from the archive: those behind it are there.
  const gone = await read({ events: 50, everyNth: 2 }, { first: '49/0' });
  assert.deepEqual([gone.count, JSON.parse(linesOf(gone)[0] ?? '').id], [24, '48/0']);
});

test('columns that were chosen stand in the file beside those that each row has', async () => {
  const file = await read({ events: 7 }, { form: 'csv', columns: ['Field3', '=x', 'provider'] });
  const lines = linesOf(file);
  assert.match(lines[0] ?? '', /,text,Field3,'=x$/);
  assert.ok(lines[1]?.endsWith(','), 'what could not be read is empty');
  assert.ok(lines[2]?.endsWith(',Field3 of 6,'), lines[2]);
});

test('L20 the table of hits is RFC 4180 with every cell harmless', async () => {
  const value = {
    items: [
      {
        id: '7/0',
        time: '2026-03-12T09:44:00.0000000Z',
        host: '=cmd|calc',
        channel: 'a,b',
        provider: '-1',
        eventId: 1,
        sender: '@s',
        trust: 'file',
        retention: 0,
        identity: 'x',
        bytes: 9,
        text: '+1\n"q"',
      },
    ],
    progress: { blocks: 1, events: 1, passed: 0, damaged: 0, gone: 0 },
  };
  const file = await read(
    { events: 1 },
    { form: 'csv', first: '7/0', ask: async () => ({ kind: 'ok', value, etag: undefined }) },
  );
  assert.equal(
    file.parts.join(''),
    'time,host,channel,eventId,provider,recordId,sender,trust,id,bytes,text\r\n' +
      `2026-03-12T09:44:00.0000000Z,'=cmd|calc,"a,b",1,'-1,,'@s,file,7/0,9,"'+1\\u{a}""q"""\r\n`,
  );
});

test('a file of hits says of how many it holds how many, and where and why it ends', async () => {
  const bound = await read({ events: MOST_SAVED + 1 }, {});
  assert.deepEqual([bound.count, bound.cut, linesOf(bound).length], [MOST_SAVED, 'bound', MOST_SAVED]);
  assert.match(
    savedWords(bound, MOST_SAVED + 1),
    /^Saved the 10,000 newest hits of 10,001: a file holds no more\. It ends at 2026-03-12 07:47:\d\d.* UTC\.$/,
  );
  const whole = await read({ events: MOST_SAVED }, {});
  assert.deepEqual([whole.count, whole.cut], [MOST_SAVED, undefined]);
  const abort = new AbortController();
  const aborted = {
    kind: 'problem',
    problem: { status: 0, code: 'aborted', title: 'It was cancelled', detail: '', more: {} },
  } as const;
  const stopped = await read(
    { events: 9000 },
    {
      signal: abort.signal,
      ask: async (path) => {
        if (abort.signal.aborted) return aborted;
        abort.abort();
        return {
          kind: 'ok',
          value: eventsPage({ events: 9000 }, new URL(path, 'http://x').searchParams) as EventPageDocument,
          etag: undefined,
        };
      },
    },
  );
  assert.deepEqual([stopped.count, stopped.cut], [500, 'stopped']);
  assert.match(
    savedWords(stopped, undefined),
    /^Saved the 500 newest hits: it was stopped\. It ends at .* There may be more\.$/,
  );
  const problem = { status: 503, code: 'storage_unavailable', title: 'The disk is full', detail: 'Later.', more: {} };
  const failed = await read({ events: 1 }, { ask: async () => ({ kind: 'problem', problem }) });
  assert.equal(savedWords(failed, undefined), 'Nothing was saved: The disk is full. Later.');
});
