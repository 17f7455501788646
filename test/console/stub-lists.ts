const NOW = '2026-03-12T10:00:00.0000000Z';
const SEEN = { first: NOW, last: NOW, received: NOW };
const HITS = { findings: 1, hosts: 1, last: NOW, in1d: 1, in7d: 1, in30d: 1 };
const BLIND = { id: 'b', at: NOW };

/** Answers of every list of the page, and of one host: each with one row, and the text wherever another wrote something. */
export function stubLists(text: string): Readonly<Record<string, object>> {
  const subscription = {
    id: 'sub0000000000000',
    version: 1,
    standing: 'told',
    created: NOW,
    changed: NOW,
    host: text,
    namespace: text,
    filter: text,
    consumer: text,
    class: text,
    payload: text,
    level: 'high',
    score: 60,
    state: 'armed',
    steps: ['created'],
    origin: { kind: 'remote', host: text, address: text, account: text },
    creator: text,
    seenIn: ['sysmon'],
    isOrphan: false,
    isInferred: false,
    isKnown: false,
    conflicts: 0,
    attackTool: text,
    hostsOfFingerprint: 1,
    firstSeen: NOW,
    lastSeen: NOW,
  };
  const blind = [{ ...BLIND, what: text, so: text, close: text }];
  const host = { key: `srv ${text}`, names: [text], records: 3, ...SEEN, gaps: 1, openIncidents: 1, subscriptions: 1 };
  return {
    '/v1/people': { items: [{ name: text, role: 'analyst' }] },
    '/v1/hosts': {
      items: [{ ...host, sends: [], blind }],
      // Words of Triad.
      telemetry: [{ kind: 'k', log: 'Security', name: 'logons', channel: 'Security', ids: [4624], why: 'logons' }],
      counts: { hosts: 1, computers: 1, withGaps: 1, notLookedAt: 0, dropped: 0, logsDropped: 0 },
    },
    '/v1/hosts/srv': {
      ...host,
      blind,
      logs: [{ channel: text, records: 1, ids: [{ id: 1, records: 1 }], ...SEEN }],
      senders: [{ sender: text, records: 1, ...SEEN }],
      clocks: [{ against: text, aheadMs: 1, errorMs: 1, pairs: 3 }],
      incidents: [{ id: 'inc0000000000000', level: 'high', title: text, state: 'open', owner: text }],
      subscriptionRows: [subscription],
    },
    '/v1/subscriptions': { items: [subscription] },
    '/v1/rules': {
      items: [
        {
          key: 'k',
          title: text,
          origin: 'user',
          kind: 'sigma',
          state: 'loaded',
          level: 'high',
          author: text,
          file: text,
          tags: [text],
          hits: HITS,
        },
      ],
      analytics: [{ analytic: text, title: text, ...HITS }],
      loaded: {},
    },
    '/v1/pins': {
      items: [
        {
          id: 'p',
          kind: 'subscription',
          what: text,
          hosts: [text],
          accounts: [text],
          owner: text,
          reason: text,
          created: '2026-03-12',
          review: '2026-09-12',
          isPastReview: false,
          place: text,
        },
      ],
      pastReview: 0,
      unmatched: 0,
    },
    '/v1/pins/proposals': {
      items: [
        {
          number: 1,
          pin: { what: text, hosts: [text], accounts: [text] },
          note: text,
          who: text,
          created: NOW,
          state: 'declined',
          decidedBy: text,
          decisionNote: text,
        },
      ],
    },
    '/v1/suppressions': {
      items: [
        {
          number: 1,
          scope: { host: text, account: text },
          level: 'high',
          reason: text,
          owner: text,
          who: text,
          state: 'active',
          created: NOW,
          ends: NOW,
          hides: 1,
        },
      ],
    },
    '/v1/senders': {
      items: [{ id: 'a', name: text, state: 'active', hosts: [text], isRelay: false, note: text, created: NOW }],
    },
    '/v1/sessions': {
      items: [{ number: 1, began: NOW, lastUsed: NOW, address: text, agent: text, isThis: false }],
    },
    '/v1/requests': {
      items: [
        {
          number: 1,
          action: text,
          object: text,
          fields: { [text]: text },
          askedBy: text,
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
          host: text,
          channel: text,
          provider: text,
          eventId: 1,
          sender: text,
          bytes: 9,
          text: text,
          fields: { Image: text },
        },
      ],
      fieldNames: [text],
      progress: { blocks: 1, events: 1, passed: 0, damaged: 0, gone: 0 },
    },
    '/v1/events/1/1': {
      id: '1/1',
      time: NOW,
      host: text,
      channel: text,
      provider: text,
      sender: text,
      bytes: 9,
      trust: 'file',
      text: text.repeat(200),
      records: [{ data: { x: text } }],
    },
    '/v1/health/blind': {
      asOf: NOW,
      blind: [{ code: 'sink', since: NOW, text: text }],
      late: [{ sender: text, last: NOW, lateAfterMs: 1 }],
    },
  };
}
