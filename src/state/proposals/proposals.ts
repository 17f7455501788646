import { hideKeys } from '../../accounts/index.ts';
import { type Database, done } from '../../disk/index.ts';
import { addAudit } from '../audit.ts';
import { keepOpen } from '../incidents/kept.ts';
import { type By, type Operation, reads, writes } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';

export type ProposalState = 'open' | 'accepted' | 'declined';

/** A pin that somebody proposes, who may not make it (SETTLED G8). */
export interface Proposal {
  /** Given once, counted from 1. */
  readonly number: number;
  /** JSON of the pin as the API takes one. */
  readonly pin: string;
  readonly note: string;
  /** Id of the incident that it was proposed on. */
  readonly incident: string | null;
  readonly who: string;
  readonly createdMs: number;
  readonly state: ProposalState;
  readonly decidedBy: string | null;
  readonly decidedMs: number | null;
  readonly decisionNote: string | null;
}

/** Open at once, and kept with those that were decided (L15). */
const MOST_OPEN = 1000;
const MOST_KEPT = 10_000;

const SELECT = `SELECT seq, pin, note, incident, who, created_ms AS createdMs, state, decided_by AS decidedBy,
  decided_ms AS decidedMs, decision_note AS decisionNote FROM pin_proposal`;

type Raw = Omit<Proposal, 'number'> & { readonly seq: number };

const PROPOSALS: List<Raw, Proposal> = {
  name: 'proposed pins',
  select: SELECT,
  keys: ['seq'],
  row: ({ seq, ...raw }) => ({ number: seq, ...raw }),
};

/** Keeps a proposal; the same key of the same person again gives the first one. */
export const addProposal: Operation<
  Pick<Proposal, 'pin' | 'note' | 'incident'> & { readonly by: By; readonly idempotencyKey: string },
  { readonly proposal: Proposal; readonly isKnown: boolean }
> = writes(
  (
    desk,
    { pin, note, incident, by, idempotencyKey },
  ): Outcome<{ readonly proposal: Proposal; readonly isKnown: boolean }> => {
    const { database } = desk;
    const known = database.get<Raw>(`${SELECT} WHERE who = ? AND key = ?`, by.who, idempotencyKey);
    if (known !== undefined) {
      return known.pin === pin
        ? done({ proposal: PROPOSALS.row(known), isKnown: true })
        : refused('invalid', 'This Idempotency-Key stood for another request.');
    }
    if (database.number("SELECT count(*) FROM pin_proposal WHERE state = 'open'") >= MOST_OPEN)
      return refused('exists', `There are ${MOST_OPEN} open proposals; decide on some first.`);
    database.run(
      `INSERT INTO pin_proposal (pin, note, incident, who, created_ms, state, key) VALUES (?, ?, ?, ?, ?, 'open', ?)`,
      pin,
      hideKeys(note).toWellFormed(),
      incident,
      by.who,
      by.atMs,
      idempotencyKey,
    );
    if (incident !== null) keepOpen(database, incident);
    makeRoom(database);
    const raw = database.get<Raw>(`${SELECT} WHERE who = ? AND key = ?`, by.who, idempotencyKey);
    if (raw === undefined) throw new Error('a proposal that was added is not there');
    addAudit(desk, by, { action: 'pin.propose', object: `proposal/${raw.seq}`, result: { pin, note, incident } });
    return done({ proposal: PROPOSALS.row(raw), isKnown: false });
  },
);

/** Closes a proposal; `exists` where it was decided before. */
export const decideProposal: Operation<
  { readonly number: number; readonly state: 'accepted' | 'declined'; readonly note: string | null; readonly by: By },
  Proposal
> = writes((desk, { number, state, note, by }) => {
  const { database } = desk;
  const before = database.get<Raw>(`${SELECT} WHERE seq = ?`, number);
  if (before === undefined) return refused('unknown', `There is no proposal ${number}.`);
  if (before.state !== 'open') return refused('exists', `It was ${before.state} by ${before.decidedBy} already.`);
  const said = note === null ? null : hideKeys(note).toWellFormed();
  database.run(
    'UPDATE pin_proposal SET state = ?, decided_by = ?, decided_ms = ?, decision_note = ? WHERE seq = ?',
    state,
    by.who,
    by.atMs,
    said,
    number,
  );
  addAudit(desk, by, { action: `pin.proposal.${state}`, object: `proposal/${number}`, result: { note: said } });
  return done({ ...PROPOSALS.row(before), state, decidedBy: by.who, decidedMs: by.atMs, decisionNote: said });
});

/** Newest first. */
export const listProposals: Operation<PageRequest & { readonly state?: ProposalState }, Page<Proposal>> = reads(
  ({ database }, { state, ...request }) => readPage(database, PROPOSALS, request, { state }),
);

export const readProposal: Operation<{ readonly number: number }, Proposal> = reads(({ database }, { number }) => {
  const raw = database.get<Raw>(`${SELECT} WHERE seq = ?`, number);
  return raw === undefined ? refused('unknown', `There is no proposal ${number}.`) : done(PROPOSALS.row(raw));
});

function makeRoom(database: Database): void {
  const over = database.number('SELECT count(*) FROM pin_proposal') - MOST_KEPT;
  if (over <= 0) return;
  database.run(
    "DELETE FROM pin_proposal WHERE seq IN (SELECT seq FROM pin_proposal WHERE state <> 'open' ORDER BY seq LIMIT ?)",
    over,
  );
}
