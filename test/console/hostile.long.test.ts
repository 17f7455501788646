import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { change, type Stub, type StubDocument } from './stub-server.ts';

/** Markup, a template, what turns text around, what ends it, half a character, one that cannot be seen, and a word without an end. */
const HOSTILE = `"><img src=x onerror="window.pwned=1"><svg onload="window.pwned=2">{{7*7}}\u202Etxt.exe\u0000\uD800\u200B'${'W'.repeat(300)}`;
/** What must never be in a text that is shown: it would not be seen for what it is. */
const UNSEEN = /[\u0000-\u0008\u202A-\u202E\u2066-\u2069\u200B]/;
const FIRST = 'inc0000000000000';
const NOW = '2026-03-12T10:00:00.0000000Z';

/** What evidence, people, rules and senders write into an incident: each with the hostile text at its end, the same for the same. */
function poisoned(document: StubDocument): object {
  const written = [
    'srv-02.corp.example',
    'ws-07.corp.example',
    'CORP\\alice',
    'UpdSvcSync',
    'powershell.exe',
    'The binding',
    'Isolate',
    '203.0.113.24',
  ];
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const text = written.reduce(
    (all, word) => all.replaceAll(inJson(word), inJson(`${word} ${HOSTILE}`)),
    JSON.stringify(document),
  );
  return JSON.parse(text) as object;
}

const lists: Readonly<Record<string, object>> = {
  '/v1/people': { items: [{ name: HOSTILE, role: 'analyst' }] },
  '/v1/hosts': {
    items: [
      {
        key: `srv ${HOSTILE}`,
        records: 3,
        first: NOW,
        last: NOW,
        received: NOW,
        gaps: 1,
        openIncidents: 1,
        subscriptions: 1,
      },
    ],
    counts: { hosts: 1, computers: 1, withGaps: 1, notLookedAt: 0, dropped: 0, logsDropped: 0 },
  },
  '/v1/subscriptions': {
    items: [
      {
        id: 'sub0000000000000',
        version: 1,
        standing: 'told',
        created: NOW,
        changed: NOW,
        host: HOSTILE,
        namespace: HOSTILE,
        filter: HOSTILE,
        consumer: HOSTILE,
        class: HOSTILE,
        payload: HOSTILE,
        level: 'high',
        score: 60,
        state: 'armed',
        steps: ['created'],
        origin: { kind: 'remote', host: HOSTILE, address: HOSTILE, account: HOSTILE },
        creator: HOSTILE,
        seenIn: ['sysmon'],
        isOrphan: false,
        isInferred: false,
        isKnown: false,
        conflicts: 0,
        attackTool: HOSTILE,
        firstSeen: NOW,
        lastSeen: NOW,
      },
    ],
  },
  '/v1/rules': {
    items: [
      {
        key: 'k',
        title: HOSTILE,
        origin: 'user',
        kind: 'sigma',
        state: 'loaded',
        level: 'high',
        author: HOSTILE,
        file: HOSTILE,
        tags: [HOSTILE],
        hits: { findings: 1, hosts: 1, last: NOW, in1d: 1, in7d: 1, in30d: 1 },
      },
    ],
    analytics: [],
    loaded: {},
  },
  '/v1/pins': {
    items: [
      {
        id: 'p',
        kind: 'subscription',
        what: HOSTILE,
        hosts: [HOSTILE],
        accounts: [HOSTILE],
        owner: HOSTILE,
        reason: HOSTILE,
        created: '2026-03-12',
        review: '2026-09-12',
        isPastReview: false,
        place: HOSTILE,
      },
    ],
    pastReview: 0,
    unmatched: 0,
  },
  '/v1/suppressions': {
    items: [
      {
        number: 1,
        scope: { host: HOSTILE, account: HOSTILE },
        level: 'high',
        reason: HOSTILE,
        owner: HOSTILE,
        who: HOSTILE,
        state: 'active',
        created: NOW,
        ends: NOW,
        hides: 1,
      },
    ],
  },
  '/v1/senders': {
    items: [{ id: 'a', name: HOSTILE, state: 'active', hosts: [HOSTILE], isRelay: false, note: HOSTILE, created: NOW }],
  },
  '/v1/sessions': {
    items: [{ number: 1, began: NOW, lastUsed: NOW, address: HOSTILE, agent: HOSTILE, isThis: false }],
  },
  '/v1/requests': {
    items: [
      {
        number: 1,
        action: HOSTILE,
        object: HOSTILE,
        fields: { [HOSTILE]: HOSTILE },
        askedBy: HOSTILE,
        asked: NOW,
        ends: '2999-01-01T00:00:00.0000000Z',
        state: 'open',
      },
    ],
  },
  '/v1/events': {
    items: [
      {
        id: '1/1',
        time: NOW,
        host: HOSTILE,
        channel: HOSTILE,
        provider: HOSTILE,
        eventId: 1,
        sender: HOSTILE,
        bytes: 9,
        text: HOSTILE,
      },
    ],
    progress: { blocks: 1, events: 1, passed: 0, damaged: 0, gone: 0 },
  },
  '/v1/events/1/1': {
    id: '1/1',
    time: NOW,
    host: HOSTILE,
    channel: HOSTILE,
    provider: HOSTILE,
    sender: HOSTILE,
    bytes: 9,
    trust: 'file',
    text: HOSTILE.repeat(200),
    records: [{ data: { x: HOSTILE } }],
  },
  '/v1/health/blind': {
    asOf: NOW,
    blind: [{ code: 'sink', since: NOW, text: HOSTILE }],
    late: [{ sender: HOSTILE, last: NOW, lateAfterMs: 1 }],
  },
};

function poison(stub: Stub): void {
  for (const [path, answer] of Object.entries(lists)) stub.answers.set(path, answer);
  stub.altered.set(FIRST, (document) => ({
    ...poisoned(document),
    seenBefore: { times: 1, verdicts: [{ verdict: 'authorised', count: 1, who: HOSTILE }], newest: [] },
    prevalence: {
      since: NOW,
      items: [{ kind: 'account', value: HOSTILE, hosts: 1, incidents: 1, first: NOW, last: NOW, verdicts: [] }],
    },
  }));
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  change(incident, { action: 'assign', owner: HOSTILE, note: HOSTILE }, HOSTILE);
  for (const note of [
    'Ticket: javascript:alert(1)',
    `Ticket: https://tickets.example/"onmouseover="window.pwned=3`,
    HOSTILE,
  ])
    change(incident, { action: 'note', note }, 'bob');
}

/** Where text of others was taken for more than text, or breaks the page. */
function troubles(page: Page, unseen: string): Promise<readonly string[]> {
  return page.evaluate((pattern) => {
    const found: string[] = [];
    if ((globalThis as { pwned?: number }).pwned !== undefined) found.push('it ran');
    if (document.querySelector('img, iframe, object, [onload], [onerror], [onmouseover]') !== null)
      found.push('it made an element');
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]:not(svg a)')].filter(
      ({ protocol }) => !/^https?:$/.test(protocol),
    );
    if (links.length > 0) found.push(`a link of ${links[0]?.protocol}`);
    const unseenAt = new RegExp(pattern).exec(document.body.innerText)?.index;
    if (unseenAt !== undefined)
      found.push(`text that cannot be seen: ${document.body.innerText.slice(unseenAt - 120, unseenAt)}`);
    if (document.documentElement.scrollWidth > innerWidth + 1) {
      // The innermost that reaches out: a box around it that scrolls by itself would keep it in.
      const reach = (one: Element): boolean => {
        const { right, width } = one.getBoundingClientRect();
        return (
          right > innerWidth + 1 && width > 1 && one.closest('.scroll, pre, .tabs') === null && one.checkVisibility()
        );
      };
      const wide = [...document.querySelectorAll('body *')].filter(
        (one) => reach(one) && ![...one.children].some(reach),
      );
      found.push(`${document.documentElement.scrollWidth} px wide: ${wide[0]?.outerHTML.slice(0, 120)}`);
    }
    return found;
  }, unseen);
}

test('L20 hostile text in every field of evidence, people, rules and senders is text, and breaks no layout', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  poison(stub);
  // Who may see every list.
  stub.role = 'admin';
  const found: string[] = [];
  for (const width of [390, 1440]) {
    const page = await signedIn('/incidents', { width, height: 844 });
    const look = async (place: string): Promise<void> => {
      found.push(...(await troubles(page, UNSEEN.source)).map((one) => `${width} ${place}: ${one}`));
    };
    const tabs = ['evidence&open=e1,e7', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'];
    for (const path of [
      '/incidents',
      ...tabs.map((tab) => `/incidents/${FIRST}?tab=${tab}`),
      '/subscriptions',
      '/hosts',
      '/search?q=x',
      '/rules',
      '/rules?view=pins',
      '/rules?view=suppressions',
      '/senders',
      '/account',
    ]) {
      await page.goto(stub.url + path);
      // The bar above everything has it too: what is waited for is the place itself.
      await page.locator('main').getByText('onerror=').filter({ visible: true }).first().waitFor();
      await look(path);
      if (width === 390) found.push(...(await axeProblems(page)).map((one) => `${path}: ${one}`));
    }
    await page.goto(`${stub.url}/search?q=x`);
    await page.getByRole('button', { expanded: false }).filter({ hasText: 'onerror' }).first().click();
    await page.locator('.one-event pre').first().waitFor();
    await look('one event');
    await page.goto(`${stub.url}/incidents/${FIRST}`);
    await page.locator('.objects .obj').first().waitFor();
    for (const object of await page.locator('.objects .obj').all()) {
      await object.click();
      await page.getByRole('menu').waitFor();
      await look('menu of an object');
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
    for (const key of ['s', 'v', 'z', 'p', 'n']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await look(`dialog of ${key}`);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.emulateMedia({ media: 'print' });
    await look('paper');
    await page.context().close();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});
