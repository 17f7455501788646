import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { change, type Stub, stubIncidents } from './stub-server.ts';

const FIRST = 'inc0000000000000';
const INCIDENT = `/incidents/${FIRST}`;

/** One state of PRODUCT 9.4: how it comes about, and what stands on screen then. */
interface State {
  readonly name: string;
  readonly path: string;
  /** What the server is like before the page is opened. */
  readonly given?: (stub: Stub) => void;
  /** What happens while it stands open. */
  readonly happens?: (page: Page, stub: Stub) => Promise<void>;
  readonly words: readonly (string | RegExp)[];
  readonly never?: readonly (string | RegExp)[];
  /** Names of buttons that are there, and of those that are not. */
  readonly buttons?: readonly (string | RegExp)[];
  readonly noButtons?: readonly (string | RegExp)[];
}

const failing =
  (path: string, status = 503) =>
  ({ failing: paths }: Stub): unknown =>
    paths.set(path, status);
const first = (stub: Stub) => {
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  return incident;
};
const altered =
  (members: object) =>
  ({ altered: documents }: Stub): unknown =>
    documents.set(FIRST, (document) => ({ ...document, ...members }));
const NOW = new Date().toISOString();
const ERROR = ['storage_unavailable, request 7f3a', 'Try again'];

const failures: readonly State[] = [
  ['/v1/subscriptions', '/subscriptions', 'Subscriptions could not be read.'],
  ['/v1/hosts', '/hosts', 'Hosts could not be read.'],
  ['/v1/events', '/search?q=x', 'The search could not be read.'],
  ['/v1/rules', '/rules', 'Rules could not be read.'],
  ['/v1/senders', '/senders', 'Senders could not be read.', 'admin'],
  ['/v1/hosts', '/senders', 'The list of hosts could not be read.'],
  ['/v1/hosts/srv-1', '/hosts/srv-1', 'The host could not be read.'],
  ['/v1/pins', '/rules?view=pins', 'The list of pins could not be read.'],
  ['/v1/pins/proposals', '/rules?view=proposals', 'The list of proposals could not be read.'],
  ['/v1/suppressions', '/rules?view=suppressions', 'The list of suppressions could not be read.'],
  [`/v1/incidents/${FIRST}`, INCIDENT, 'The incident could not be read.'],
  ['/v1/incidents', '/incidents', 'The queue could not be read.'],
].map(([asked = '', path = '', words = '', role = 'analyst']) => ({
  name: `error: ${asked} at ${path}`,
  path,
  given: (stub) => {
    stub.role = role;
    failing(asked)(stub);
  },
  words: [words, ...ERROR],
  never: [/^No /],
}));

const empty: readonly State[] = [
  {
    name: 'empty: no incident yet',
    path: '/incidents',
    given: ({ incidents }) => incidents.clear(),
    words: ['No incident yet.', 'appears here', 'Which senders report'],
  },
  {
    name: 'empty: all is well',
    path: '/incidents',
    given: (stub) => {
      stub.role = 'viewer';
      for (const incident of stub.incidents.values()) incident.state = 'closed';
    },
    words: ['No open incidents.', /Read at \d\d:\d\d/, '12 incidents closed', '2 senders, none of them late'],
  },
  {
    name: 'empty by filter',
    path: '/incidents?q=host:nowhere',
    words: ['No incident fits the filter.', 'host:nowhere', 'Clear the filter'],
  },
  {
    name: 'a filter with a word that is none',
    path: '/incidents?q=foo:1',
    words: ['At 1: There is no word "foo:" here; known are host: account: ip: payload:', 'Help lists its words'],
  },
  { name: 'empty: hosts', path: '/hosts', words: [/No host has sent a record yet/] },
  { name: 'empty: subscriptions', path: '/subscriptions', words: ['No subscription was seen.', '0 subscriptions'] },
  { name: 'empty: senders', path: '/senders', given: asAdmin, words: ['No sender.', 'triad sender add'] },
  { name: 'empty: pins', path: '/rules?view=pins', words: [/^No pin\. What your organisation accepts/] },
  {
    name: 'empty: suppressions',
    path: '/rules?view=suppressions',
    words: [/^No suppression\. An incident is suppressed/],
  },
  { name: 'empty: search', path: '/search', words: ['Type into the field above', 'Fields:'] },
  { name: 'empty: notes', path: `${INCIDENT}?tab=notes`, words: ['No notes yet.', 'Add note'] },
  { name: 'empty: history', path: `${INCIDENT}?tab=history`, words: ['Nobody has touched it yet.'] },
  {
    name: 'empty: gaps and steps and records of a small incident',
    path: `${INCIDENT}?tab=steps`,
    given: ({ altered: documents }) =>
      documents.set(FIRST, (document) => ({ ...document, incident: { ...document.incident, next: [] } })),
    words: ['No step is proposed.'],
  },
];

const waiting: readonly State[] = [
  {
    name: 'loading: bars after 300 ms, words and a way out after 5 s',
    path: INCIDENT,
    given: ({ held }) => held.add(`/v1/incidents/${FIRST}`),
    happens: async (page) => {
      const bars = page.locator('.inc .waiting[aria-busy="true"]');
      await bars.waitFor();
      assert.equal(await bars.getByRole('button', { name: 'Cancel' }).count(), 0);
      assert.deepEqual(await axeProblems(page), []);
      await bars.getByText(/The incident is being read for \d s/).waitFor({ timeout: 10_000 });
      await bars.getByRole('button', { name: 'Cancel' }).click();
    },
    words: ['The incident could not be read.', 'It was cancelled', 'Try again'],
  },
  {
    name: 'stale: an incident that was read stays when a later look fails',
    path: INCIDENT,
    happens: async (page, stub) => {
      await page.getByRole('tabpanel').waitFor();
      await streaming(stub);
      failing(`/v1/incidents/${FIRST}`)(stub);
      stub.send('resync', {});
    },
    words: [/Shown as of .* ago: the disk does not take what is sent/],
    buttons: [/^Acknowledge/, 'Copy indicators'],
  },
  {
    name: 'partial: a search whose survey could not be read',
    path: '/search?q=x',
    given: failing('/v1/events/survey'),
    words: ['No event fits.', /which hosts were silent could not be read/, ...ERROR],
  },
  {
    name: 'stale: the queue',
    path: '/incidents',
    happens: async (page, stub) => {
      await page.locator('.vlist li').first().waitFor();
      await streaming(stub);
      failing('/v1/incidents')(stub);
      stub.send('resync', {});
    },
    words: [/Shown as of .* ago/, /planted subscription 'Upd0'/],
    never: ['could not be read'],
  },
  {
    name: 'partial: late senders are named',
    path: '/senders',
    given: (stub) => {
      asAdmin(stub);
      const { answers } = stub;
      answers.set('/v1/senders', {
        items: [
          sender('dc-01', { isLate: true, received: '2026-03-12T09:00:00Z' }),
          sender('ws-07', { received: NOW }),
        ],
      });
      answers.set('/v1/health/blind', {
        asOf: NOW,
        blind: [],
        late: [{ sender: 'dc-01', last: '2026-03-12T09:00:00Z', lateAfterMs: 300_000 }],
      });
    },
    words: ['1 sender late', /LATE: last event .* ago/],
  },
  {
    name: 'blind: Triad itself sees nothing, since when',
    path: '/incidents',
    given: ({ answers }) =>
      answers.set('/v1/health/blind', {
        asOf: NOW,
        blind: [{ code: 'noSender', since: '2026-03-12T09:00:00Z', text: 'No sender has sent anything.' }],
        late: [],
      }),
    words: [/No sender has sent anything. \(since 2026-03-12 09:00:00/],
  },
  {
    name: 'the server cannot be reached at all',
    path: '/incidents',
    given: failing('/v1/session'),
    words: ['Your session could not be read.', 'Try again'],
    never: ['Password'],
  },
  {
    name: 'another build is served',
    path: '/incidents',
    happens: async (_, stub) => {
      await streaming(stub);
      stub.send('hello', { build: 'ffffffffffffffff' });
    },
    words: ['Triad was updated.'],
    buttons: ['Reload'],
  },
];

const changed: readonly State[] = [
  {
    name: 'withdrawn by late evidence, where somebody touched it',
    path: INCIDENT,
    given: (stub) => {
      change(first(stub), { action: 'acknowledge' }, 'ann');
      change(first(stub), { action: 'withdrawn', note: 'The binding was deleted before the sign-in.' }, 'system');
      altered({ standing: 'withdrawn' })(stub);
    },
    words: ['Withdrawn by late evidence.', 'The binding was deleted before the sign-in.'],
    buttons: ['Close'],
  },
  {
    name: 'an incident that is not there',
    path: '/incidents/aaaaaaaaaaaaaaaa',
    words: ['There is no incident aaaaaaaaaaaaaaaa.', 'the link is cut'],
  },
  {
    name: 'hidden by a suppression',
    path: INCIDENT,
    given: (stub) => {
      const due = [{ for: 'acknowledge', at: '2026-03-12T09:00:00Z', isMet: false, isOverdue: false }];
      altered({ suppressedBy: [3], due })(stub);
      stub.answers.set('/v1/incidents/counts', { counts: {}, suppressed: { incidents: 12, suppressions: 3 } });
    },
    words: ['Hidden by 1 suppression', '12 hidden by 3 suppressions', /not counted while hidden/],
    never: [/^Acknowledged.*overdue by/],
  },
  {
    name: 'changed since your verdict, and seen before',
    path: INCIDENT,
    given: altered({
      version: 4,
      judged: { who: 'ann', at: NOW, version: 2, isChangedSince: true },
      prevalence: { since: '2026-03-01T00:00:00Z', days: 12, items: [] },
      seenBefore: {
        times: 3,
        verdicts: [{ verdict: 'authorised', count: 3, who: 'bob' }],
        newest: [{ id: 'a', number: 7, verdict: 'authorised' }],
      },
    }),
    words: [
      'Changed since your verdict',
      '2 new versions',
      /Seen before 3 times \(known in full for 12 days, since 2026-03-01 /,
      'authorised by bob',
      'INC-7 (authorised)',
    ],
  },
];

const rights: readonly State[] = [
  {
    name: 'no right: records',
    path: INCIDENT,
    given: asViewer,
    words: [/needs the role analyst/, 'A report needs the role analyst or auditor.'],
    buttons: [/^Copy link/],
    noButtons: [/^Acknowledge/, /^Report/],
  },
  {
    name: 'no right: commands of steps',
    path: `${INCIDENT}?tab=steps`,
    given: asViewer,
    words: [/Commands need the role analyst or auditor\./],
  },
  {
    name: 'no right: search',
    path: '/search?q=x',
    given: asViewer,
    words: [/Search in received events.*needs the role analyst/s],
  },
  {
    name: 'no right: a list that the server refuses',
    path: '/hosts',
    given: failing('/v1/hosts', 403),
    words: ['Hosts is not for your role.', 'To read evidence: analyst, auditor.'],
    never: ['Try again', 'empty list'],
  },
  {
    name: 'no right: the list of senders; who is late and what shippers need is for everybody',
    path: '/senders',
    given: ({ answers, failing: paths }) => {
      paths.set('/v1/senders', 403);
      const late = [{ sender: 'dc-01', last: '2026-03-12T09:00:00Z', lateAfterMs: 300_000 }];
      answers.set('/v1/health/blind', { asOf: NOW, blind: [], late });
    },
    words: [
      /The list of senders.*needs the role admin/s,
      '1 sender late: dc-01.',
      'Settings for each shipper',
      'Nothing was received yet.',
    ],
    never: ['is not for your role'],
  },
  {
    name: 'a password that was given out',
    path: '/incidents',
    given: (stub) => {
      stub.mustChangePassword = true;
    },
    words: ['Choose a password', 'New password, at least 12 characters'],
    never: ['Subscriptions', /^Overdue/],
  },
];

function asAdmin(stub: Stub): void {
  stub.role = 'admin';
}

function asViewer(stub: Stub): void {
  stub.role = 'viewer';
}

function sender(id: string, members: object = {}): object {
  return { id, name: id, state: 'active', hosts: [], isRelay: false, note: '', created: NOW, ...members };
}

async function streaming(stub: Stub): Promise<void> {
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 30));
}

test('PRODUCT 9.4 every state is drawn, says what it is, and holds WCAG 2.2 AA', { skip: NO_BROWSER }, async (t) => {
  const { stub, browser, complaints, signedIn } = await tryPage(t);
  for (const { name, path, given, happens, words, never = [], buttons = [], noButtons = [] } of [
    ...failures,
    ...empty,
    ...waiting,
    ...changed,
    ...rights,
  ]) {
    await t.test(name, async (one) => {
      await asNew(stub);
      given?.(stub);
      const page = await signedIn(path);
      // Also where it fails: the next state waits for its stream to end.
      one.after(() => page.context().close());
      await happens?.(page, stub);
      for (const word of words) await page.getByText(word).filter({ visible: true }).first().waitFor({ timeout: 8000 });
      for (const word of never) assert.equal(await page.getByText(word).count(), 0, String(word));
      const button = (called: string | RegExp) =>
        page.getByRole('button', { name: called, exact: typeof called === 'string' });
      for (const called of buttons) await button(called).first().waitFor({ timeout: 8000 });
      for (const called of noButtons) assert.equal(await button(called).count(), 0, String(called));
      assert.deepEqual(await axeProblems(page), []);
    });
  }
  assert.deepEqual(complaints, []);
  await browser.close();
});

/** The server as it was at first. */
async function asNew(stub: Stub): Promise<void> {
  while (stub.streams() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const part of [stub.failing, stub.held, stub.answers, stub.altered, stub.merged, stub.incidents]) part.clear();
  for (const [id, incident] of stubIncidents(12)) stub.incidents.set(id, incident);
  Object.assign(stub, { role: 'analyst', mustChangePassword: false });
}

test('too many attempts to sign in: the page says how long to wait', { skip: NO_BROWSER }, async (t) => {
  const { stub, browser } = await tryPage(t);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${stub.url}/incidents`);
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill('wrong');
  stub.failing.set('/v1/session', 429);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Too many attempts. Wait. Try again in 30 s.').waitFor();
  assert.deepEqual(await axeProblems(page), []);
});
