import { matchesHost } from '../../accounts/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  idempotencyKeyOf,
  jsonAnswer,
  type PinRequest,
  type ProposalDecision,
  type ProposalRequest,
  refused,
} from '../../api/index.ts';
import { checkFields, commandPrint, documentOf } from '../../pins/index.ts';
import type { By, CarriedBy, Proposal } from '../../state/index.ts';
import { inTurn } from '../in-turn.ts';
import { problemOfAct } from './acted.ts';
import { byOf } from './by.ts';
import { findIncident } from './find-incident.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { fieldsOf, type PinParts } from './pins.ts';
import { oneOf, readQuery } from './query.ts';

export interface ProposalParts extends PinParts {
  onActed(id: string): void;
}

type ProposalOperation = 'previewPin' | 'listProposals' | 'addProposal' | 'decideProposal';

const STATES = { state: oneOf(['open', 'accepted', 'declined'] as const) };
/** Incidents that a preview shows one by one. */
const MOST_SHOWN = 100;

/** What a pin would touch, and pins that are proposed by those who may not make them (SETTLED G8). */
export function proposalHandlers(parts: ProposalParts): Readonly<Record<ProposalOperation, Handler>> {
  const { state } = parts;
  // A proposal that is declined while its pin is made would leave a pin that nobody accepted.
  const decideInTurn = inTurn();
  return {
    previewPin: (request) => preview(parts, request),
    listProposals: async (request) => {
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const read = readQuery(request.query, STATES);
      if (read.kind !== 'values') return read;
      return pageAnswer(await state.call('listProposals', { ...page, ...read.values }), proposalDocument);
    },
    addProposal: (request) => propose(parts, request),
    decideProposal: (request) => decideInTurn(() => decide(parts, request)),
  };
}

async function decide(parts: ProposalParts, request: ApiRequest): Promise<ApiResponse> {
  const number = /^\d{1,12}$/.test(request.params['number'] ?? '') ? Number(request.params['number']) : 0;
  const { decision, note = null } = request.json as ProposalDecision;
  const by = byOf(request, parts.nowMs());
  if (decision === 'accepted') {
    const problem = await accept(parts, number, by);
    if (problem !== undefined) return problem;
  }
  const decided = await parts.state.call('decideProposal', { number, state: decision, note, by });
  return decided.kind === 'refused' ? refusalAnswer(decided) : jsonAnswer(proposalDocument(decided.value));
}

/** Incidents whose level rests on what would be pinned. What comes of their level only a judgement tells: `triad replay --pins FILE --diff`. */
async function preview({ state, nowMs }: ProposalParts, { json }: ApiRequest): Promise<ApiResponse> {
  const asked = json as PinRequest;
  const { pin, problems } = checkFields(fieldsOf(asked, nowMs()));
  if (pin === undefined) return problemAnswer(problems);
  const found = await state.call('carriedBy', { kind: pin.kind, print: pin.print });
  if (found.kind === 'refused') return refusalAnswer(found);
  const accounts =
    pin.callers === undefined ? undefined : new Set(pin.callers.accounts.map((one) => one.toLowerCase()));
  const fits = ({ host, account }: CarriedBy): boolean =>
    (pin.hosts.includes('*') || matchesHost(pin.hosts, host)) &&
    (accounts === undefined || (account !== null && accounts.has(account)));
  const groups = [...Map.groupBy(found.value.filter(fits), ({ id }) => id).values()];
  const touched = groups.flatMap((rows) =>
    rows.slice(0, 1).map(({ account: _, host: __, carriers, ...one }) => ({
      ...one,
      hosts: new Set(rows.map(({ host }) => host)).size,
      // With another member of the same level beside it an incident keeps that level.
      isWhole: rows.length >= carriers,
    })),
  );
  const open = touched.filter(({ isOpen }) => isOpen);
  return jsonAnswer({
    open: open.length,
    closed: touched.length - open.length,
    hosts: new Set(found.value.filter(fits).map(({ host }) => host)).size,
    // Sources of calls stand in no incident's row: with them it touches these at most.
    isAtMost: pin.callers !== undefined,
    incidents: open.slice(0, MOST_SHOWN).map(({ isOpen: _, ...one }) => one),
  });
}

async function propose(parts: ProposalParts, request: ApiRequest): Promise<ApiResponse> {
  const { state, nowMs } = parts;
  const { pin: asked, note, incident } = request.json as ProposalRequest;
  const { pin, problems } = checkFields(fieldsOf(asked, nowMs()));
  if (pin === undefined) return problemAnswer(problems);
  const about = incident === undefined ? undefined : await findIncident(state, incident);
  if (about !== undefined && 'kind' in about) return about;
  const by = byOf(request, nowMs());
  const idempotencyKey = idempotencyKeyOf(request.headers);
  // Its own print stands for a command line, which may hold what is secret.
  const { commandLine: _, ...kept } = { ...asked, command: asked.command ?? commandPrint(asked.commandLine) };
  const added = await state.call('addProposal', {
    pin: JSON.stringify(kept),
    note,
    incident: about?.id ?? null,
    by,
    idempotencyKey,
  });
  if (added.kind === 'refused') return refusalAnswer(added);
  const { proposal, isKnown } = added.value;
  // Also of one that is known: what failed after it was kept is made up for when it is asked again.
  const problem = proposal.incident === null ? undefined : await noteOn(parts, proposal.incident, proposal, by);
  return problem ?? jsonAnswer(proposalDocument(proposal), isKnown ? 200 : 201);
}

/** Says on the incident that a pin is proposed, once however often it is asked; what went wrong. */
async function noteOn(
  { state, onActed }: ProposalParts,
  id: string,
  { number, note }: Proposal,
  by: By,
): Promise<ApiResponse | undefined> {
  const act = { action: 'note' as const, note: `Proposed a pin (${number}): ${note}`.slice(0, 4000) };
  const acted = await state.call('actOnIncident', { id, idempotencyKey: `proposal-${number}`, by, act });
  if (acted.kind === 'refused') return refusalAnswer(acted);
  if (acted.value.kind !== 'acted') return refused(problemOfAct(acted.value));
  if (!acted.value.isKnown) onActed(id);
  return undefined;
}

/** Makes the pin of a proposal that is open, as whoever accepts it. */
async function accept(parts: ProposalParts, number: number, by: By): Promise<ApiResponse | undefined> {
  const { state, pins, nowMs } = parts;
  const found = await state.call('readProposal', { number });
  if (found.kind === 'refused') return refusalAnswer(found);
  if (found.value.state !== 'open')
    return refused({ code: 'conflict', detail: `It was ${found.value.state} already.` });
  const { pin, problems } = checkFields(fieldsOf(JSON.parse(found.value.pin) as PinRequest, nowMs()));
  if (pin === undefined) return problemAnswer(problems);
  const shelved = await pins.add(pin, async (made) => {
    const act = { action: 'pin.add', object: `pin/${made.id}`, result: documentOf(made) };
    const kept = await state.call('appendAudit', { by, act });
    return kept.kind === 'refused' ? kept.message : undefined;
  });
  if (shelved.kind === 'pin') return undefined;
  const detail = 'why' in shelved ? shelved.why : 'The pin could not be made.';
  return refused({ code: shelved.kind === 'failed' ? 'storage_unavailable' : 'conflict', detail });
}

function problemAnswer(
  problems: readonly { readonly field: string; readonly message: string; readonly action: string }[],
): ApiResponse {
  const errors = problems.map(({ field, message, action }) => ({
    pointer: `/${field}`,
    detail: `${message} ${action}`,
  }));
  return refused({ code: 'invalid', errors });
}

function proposalDocument({ pin, createdMs, decidedMs, decidedBy, decisionNote, incident, ...rest }: Proposal): object {
  return {
    ...rest,
    pin: JSON.parse(pin),
    created: timeOf(createdMs),
    ...(incident === null ? {} : { incident }),
    ...(decidedMs === null ? {} : { decided: timeOf(decidedMs) }),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decisionNote === null ? {} : { decisionNote }),
  };
}
