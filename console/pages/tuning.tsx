import type { JSX } from 'preact';
import type { PinDocument, SuppressionDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import type { Entry } from '../kit/cache.ts';
import { isAtLeast } from '../kit/session.ts';
import { sayOutcome } from '../kit/status.ts';
import { Sure } from '../kit/sure.tsx';
import { stampOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import { More, type Paged, Read, Table, useLive } from './list.tsx';

/** Sends what takes one away, and says what came of it. */
async function remove(
  path: string,
  headers: Readonly<Record<string, string>>,
  entry: { refresh(): Promise<void> },
  done: string,
): Promise<void> {
  const answer = await ask('POST', path, { headers });
  sayOutcome(answer, done);
  await entry.refresh();
}

/** What the organisation accepts, with what it lowers and until when. */
export function Pins(): JSX.Element {
  const entry = useLive<Paged<PinDocument>>('/v1/pins', []);
  return (
    <Read what="The list of pins" entry={entry}>
      {({ items }) => <PinTable pins={items} entry={entry} />}
    </Read>
  );
}

function PinTable({
  pins,
  entry,
}: {
  readonly pins: readonly PinDocument[];
  readonly entry: Entry<unknown>;
}): JSX.Element {
  if (pins.length === 0)
    return (
      <p class="note">
        No pin. What your organisation accepts is pinned from an incident; its level falls and says so.
      </p>
    );
  return (
    <Table
      title="Pins"
      rows={pins}
      keyOf={({ id }) => id}
      columns={[
        { name: 'What', cell: ({ what, kind, print }) => visibleText(what ?? `${kind} ${print?.slice(0, 12) ?? ''}`) },
        { name: 'Hosts', cell: ({ hosts }) => visibleText(hosts.join(', ')) },
        { name: 'Why', cell: ({ reason, owner }) => visibleText(`${reason} (${owner})`) },
        {
          name: 'Lowers',
          cell: ({ lowers }) =>
            lowers === undefined
              ? ''
              : `${plural(lowers.subscriptions, 'subscription')}, ${plural(lowers.findings, 'finding')}`,
        },
        {
          name: 'Review by',
          cell: ({ review, isPastReview }) => `${review}${isPastReview ? ', past' : ''}`,
          kind: 'num',
        },
        { name: 'Place', cell: ({ place: at = '' }) => visibleText(at) },
        {
          name: '',
          cell: ({ id, what, review }) =>
            isAtLeast('engineer') ? (
              <Sure
                name="Remove"
                of={`the pin ${visibleText(what ?? id)}`}
                run={() =>
                  remove(
                    `/v1/pins/${encodeURIComponent(id)}/remove`,
                    { 'if-match': `"${review}"` },
                    entry,
                    'The pin is removed.',
                  )
                }
              />
            ) : null,
        },
      ]}
    />
  );
}

/** Mutes of the queue with their ends. */
export function Suppressions(): JSX.Element {
  const entry = useLive<Paged<SuppressionDocument>>('/v1/suppressions?limit=1000', ['queue', 'incident']);
  return (
    <Read what="The list of suppressions" entry={entry}>
      {({ items, next }) => (
        <>
          <SuppressionTable rows={items} entry={entry} />
          <More count={items.length} next={next} />
        </>
      )}
    </Read>
  );
}

function SuppressionTable({
  rows,
  entry,
}: {
  readonly rows: readonly SuppressionDocument[];
  readonly entry: Entry<unknown>;
}): JSX.Element {
  if (rows.length === 0)
    return <p class="note">No suppression. An incident is suppressed from its page, until a date.</p>;
  return (
    <Table
      title="Suppressions"
      rows={rows}
      keyOf={({ number }) => String(number)}
      columns={[
        { name: 'Number', cell: ({ number }) => number, kind: 'num' },
        {
          name: 'What',
          cell: ({ scope, what }) =>
            visibleText(
              Object.entries(scope)
                .filter(([name]) => what === undefined || !/^(?:sub|pay|com)/.test(name))
                .map(([name, value]) => `${name} ${String(value).slice(0, 40)}`)
                .concat(what ?? [])
                .join(', ') || 'a content',
            ),
        },
        { name: 'Up to', cell: ({ level }) => level },
        { name: 'Why', cell: ({ reason, owner }) => visibleText(`${reason} (${owner})`) },
        { name: 'Hides now', cell: ({ hides }) => hides, kind: 'num' },
        { name: 'State', cell: ({ state }) => state },
        { name: 'Ends', cell: ({ ends }) => stampOf(ends), kind: 'num' },
        {
          name: '',
          cell: ({ number, state }) =>
            state === 'active' && isAtLeast('analyst') ? (
              <Sure
                name="End"
                of={`suppression ${number}`}
                run={() => remove(`/v1/suppressions/${number}/end`, {}, entry, `Suppression ${number} is ended.`)}
              />
            ) : null,
        },
      ]}
    />
  );
}
