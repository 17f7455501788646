import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { PinRequest } from '../../src/api/index.ts';
import { PinPreview } from '../incident/pin-preview.tsx';
import { ask, whyOf } from '../kit/api.ts';
import { refreshUnder } from '../kit/cache.ts';
import { draftOf, dropDraft, keepDraft } from '../kit/draft.ts';
import { Dialog, Trouble } from '../kit/parts.tsx';
import { urlOf } from '../kit/router.ts';
import { isAtLeast, person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { stampOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import { More, type Paged, Read, Table, useLive } from './list.tsx';

/** A pin that somebody proposes. Prints are withheld from who sees no raw evidence. */
interface Proposal {
  readonly number: number;
  readonly pin: PinRequest;
  readonly note: string;
  readonly incident?: string;
  readonly who: string;
  readonly created: string;
  readonly state: 'open' | 'accepted' | 'declined';
  readonly decided?: string;
  readonly decidedBy?: string;
  readonly decisionNote?: string;
}

/** Pins that analysts propose: an engineer looks at what each would lower, makes it or declines it (SETTLED G8). */
export function Proposals(): JSX.Element {
  const entry = useLive<Paged<Proposal>>('/v1/pins/proposals?limit=1000', ['incident']);
  return (
    <Read what="The list of proposals" entry={entry}>
      {({ items, next }) => (
        <>
          <ProposalTable rows={items} />
          <More count={items.length} next={next} />
        </>
      )}
    </Read>
  );
}

function ProposalTable({ rows }: { readonly rows: readonly Proposal[] }): JSX.Element {
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  if (rows.length === 0)
    return <p class="note">No pin is proposed. Incidents propose pins; an engineer decides here.</p>;
  const open = rows.filter(({ state }) => state === 'open');
  const proposal = rows.find(({ number }) => number === chosen);
  return (
    <>
      <p class="note" role="status">
        {plural(open.length, 'proposal waits', 'proposals wait')}
        {isAtLeast('engineer') ? '.' : ' for an engineer.'}
      </p>
      <Table
        title="Proposed pins"
        rows={[...open, ...rows.filter(({ state }) => state !== 'open')]}
        keyOf={({ number }) => String(number)}
        columns={[
          { name: 'Number', cell: ({ number }) => number, kind: 'num' },
          { name: 'What', cell: ({ pin }) => visibleText(whatOf(pin)) },
          { name: 'Hosts', cell: ({ pin }) => visibleText(pin.hosts.join(', ')) },
          { name: 'Why', cell: ({ note }) => visibleText(note) },
          {
            name: 'Proposed',
            cell: ({ who, created, incident }) => (
              <>
                {visibleText(who)}, {stampOf(created)}
                {incident === undefined ? null : (
                  <>
                    {', '}
                    <a href={urlOf('incidents', incident)}>the incident</a>
                  </>
                )}
              </>
            ),
          },
          { name: 'State', cell: stateWords },
          {
            name: 'Decision',
            cell: ({ number, state }) =>
              state === 'open' && isAtLeast('engineer') ? (
                <button type="button" class="btn" onClick={() => setChosen(number)}>
                  Decide<span class="vh"> on proposal {number}</span>
                </button>
              ) : null,
          },
        ]}
      />
      {proposal === undefined ? null : <DecideDialog proposal={proposal} onClose={() => setChosen(undefined)} />}
    </>
  );
}

function whatOf({ what, subscription, payload, command }: PinRequest): string {
  const print = subscription ?? payload ?? command;
  if (what !== undefined || print === undefined) return what ?? 'a content';
  const kind = subscription !== undefined ? 'subscription' : payload !== undefined ? 'payload' : 'command line';
  return `${kind} ${print.slice(0, 12)}`;
}

function stateWords({ state, decidedBy, decided, decisionNote }: Proposal): string {
  if (state === 'open') return 'waits';
  const why = decisionNote === undefined ? '' : `: ${visibleText(decisionNote)}`;
  return `${state} by ${visibleText(decidedBy ?? 'somebody')}, ${stampOf(decided)}${why}`;
}

/** What the pin would be and would lower, and the two ways to decide. What is written is kept in the tab. */
function DecideDialog({
  proposal,
  onClose,
}: {
  readonly proposal: Proposal;
  readonly onClose: () => void;
}): JSX.Element {
  const { number, pin, note, who } = proposal;
  const name = `proposal:${number}`;
  const draft = useMemo(
    () => draftOf(name, { person: person(), fields: {}, id: String(number), revision: 0, version: 0 }),
    [name],
  );
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const words = draft.value.fields['note'] ?? '';
  const decide = async (decision: 'accepted' | 'declined'): Promise<void> => {
    if (isBusy) return;
    if (decision === 'declined' && words.trim() === '') {
      setTrouble(`Say why it is declined: ${who} reads it.`);
      return;
    }
    setBusy(true);
    const body = { decision, ...(words.trim() === '' ? {} : { note: words.trim() }) };
    const answer = await ask('POST', `/v1/pins/proposals/${number}/decide`, { body });
    setBusy(false);
    refreshUnder('/v1/pins');
    if (answer.kind === 'problem') {
      setTrouble(whyOf(answer.problem));
      return;
    }
    dropDraft(name);
    say(decision === 'accepted' ? 'Pinned. Its level falls with the next judgement.' : `Proposal ${number} declined.`);
    onClose();
  };
  return (
    <Dialog title={`Proposal ${number}: pin ${visibleText(whatOf(pin)).slice(0, 60)}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void decide('accepted');
        }}
      >
        <dl class="kv">
          {(
            [
              ['Hosts', pin.hosts.join(', ')],
              ['Accounts', pin.accounts?.join(', ')],
              ['Sources', pin.sources?.join(', ')],
              ['Why', note],
              ['Proposed by', who],
              ['Answers for it', pin.owner],
              ['Review by', pin.review],
            ] as const
          ).map(([term, value]) =>
            value === undefined ? null : (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{visibleText(value)}</dd>
              </div>
            ),
          )}
        </dl>
        <PinPreview pin={pin} />
        <label>
          Note on your decision (needed to decline)
          <textarea
            rows={2}
            maxLength={1000}
            value={words}
            onInput={(event) => {
              draft.value = { ...draft.value, fields: { note: event.currentTarget.value } };
              keepDraft(name, draft.value);
            }}
          />
        </label>
        <Trouble>{trouble}</Trouble>
        <p class="row">
          <button type="submit" class="btn pri">
            Make the pin
          </button>
          <button type="button" class="btn" onClick={() => void decide('declined')}>
            Decline
          </button>
          <button type="button" class="btn" onClick={onClose}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}
