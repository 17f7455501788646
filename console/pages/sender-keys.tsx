import type { JSX } from 'preact';
import type { KeyDocument, SenderDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { refreshUnder } from '../kit/cache.ts';
import { sayOutcome } from '../kit/status.ts';
import { Sure } from '../kit/sure.tsx';
import { stampOf } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';
import { More, type Paged, Read, readWhole, Table, useLive } from './list.tsx';

/** Ends what is good for sending, and says what came of it; both lists tell it. */
async function revoke(path: string, done: string): Promise<void> {
  const answer = await ask('POST', `${path}/revoke`);
  sayOutcome(answer, done);
  for (const list of ['/v1/senders', '/v1/keys']) refreshUnder(list);
}

/** The keys of one sender; each is revoked by itself, or all with the sender. For admins. */
export function SenderKeys({ id, name, state }: SenderDocument): JSX.Element {
  const own = encodeURIComponent(id);
  const entry = useLive<Paged<KeyDocument>>(`/v1/keys?sender=${own}&limit=1000`, [], readWhole);
  const isActive = state === 'active';
  return (
    <>
      <h2>Keys</h2>
      <Read what="The list of keys" entry={entry}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <p class="note">This sender has no key.</p>
            ) : (
              <KeyTable rows={items} isActive={isActive} />
            )}
            <More count={items.length} next={next} />
          </>
        )}
      </Read>
      {isActive ? (
        <p class="note">
          <Sure
            name="Revoke sender"
            of={visibleText(name)}
            run={() => revoke(`/v1/senders/${own}`, `Sender ${visibleText(name)} is revoked.`)}
          />
          : it is refused from then on, with all of its keys. That is not taken back.
        </p>
      ) : null}
    </>
  );
}

function KeyTable({
  rows,
  isActive,
}: {
  readonly rows: readonly KeyDocument[];
  readonly isActive: boolean;
}): JSX.Element {
  return (
    <Table
      title="Keys"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Key', cell: ({ id }) => visibleText(id), kind: 'num' },
        {
          name: 'State',
          cell: ({ state }) => (isActive || state !== 'active' ? state : 'refused: its sender is revoked'),
        },
        { name: 'May', cell: ({ scopes }) => scopes.join(', ') },
        { name: 'From', cell: ({ sources }) => visibleText(sources.join(', ')) || 'any address' },
        { name: 'Made', cell: ({ created }) => stampOf(created), kind: 'num' },
        { name: 'Expires', cell: ({ expires }) => stampOf(expires), kind: 'num' },
        {
          name: 'Last used',
          cell: ({ lastUsed }) => (lastUsed === undefined ? 'never' : `in the hour of ${stampOf(lastUsed)}`),
          kind: 'num',
        },
        {
          name: '',
          cell: ({ id, state }) =>
            isActive && state === 'active' ? (
              <Sure
                name="Revoke"
                of={`the key ${visibleText(id)}`}
                run={() => revoke(`/v1/keys/${encodeURIComponent(id)}`, `Key ${visibleText(id)} is revoked.`)}
              />
            ) : null,
        },
      ]}
    />
  );
}
