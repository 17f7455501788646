import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  type HoldDocument,
  type HoldRequest,
  jsonAnswer,
  refused,
} from '../../api/index.ts';
import {
  type Archive,
  type Hold,
  type HoldNote,
  MOST_HELD_SEGMENTS,
  otherNames,
  type Refusal,
} from '../../archive/index.ts';
import type { By, SecondRequest, State } from '../../state/index.ts';
import { parseTime } from '../../windows/index.ts';
import type { Archiver } from '../archiving/archiver.ts';
import { segmentsOfIncident } from '../archiving/incident-segments.ts';
import { byOf } from './by.ts';
import { archiveRefusal, notArchived } from './events.ts';
import { findIncident } from './find-incident.ts';
import { refusalAnswer, timeOf } from './lists.ts';
import { readQuery } from './query.ts';
import { requestDocument } from './request-document.ts';

export interface HoldParts {
  readonly archiver: Archiver | undefined;
  readonly state: State;
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Told of each that waits for a second person. */
  onRequest(request: SecondRequest): void;
}

const ID_BYTES = 6;

/** Holds: what keeps segments of the archive beyond their time (SERVE 0.1, point 20). Each is in the audit. */
export function holdHandlers(parts: HoldParts): Readonly<Record<'listHolds' | 'addHold' | 'releaseHold', Handler>> {
  const { archiver } = parts;
  return {
    listHolds: async ({ query }) => {
      const read = readQuery(query, {}, new Set());
      if (read.kind !== 'values') return read;
      if (archiver === undefined) return notArchived();
      const holds = await archiver.archive.holds();
      return holds.kind === 'refused' ? archiveRefusal(holds) : jsonAnswer({ items: holds.value.map(holdDocument) });
    },
    addHold: (request) => askedHold(parts, request, ADD, 'hold', request.json as HoldRequest),
    releaseHold: (request) => askedHold(parts, request, RELEASE, `hold/${request.params['id'] ?? ''}`, {}),
  };
}

/** What of holds a second person confirms; then it is done by `confirmedHold`. */
const ADD = 'hold.add';
const RELEASE = 'hold.release';

/** Done at once where nobody could confirm it; else it waits (TRUST 6.1). */
async function askedHold(
  parts: HoldParts,
  request: ApiRequest,
  action: typeof ADD | typeof RELEASE,
  object: string,
  fields: object,
): Promise<ApiResponse> {
  const { archiver, state } = parts;
  if (archiver === undefined) return notArchived();
  const act = { action, object, fields: { ...fields } };
  const asked = await state.call('askSecond', { act, by: actorOf(parts, request) });
  if (asked.kind === 'refused') return refusalAnswer(asked);
  if (asked.value.kind === 'waits') {
    parts.onRequest(asked.value.request);
    return jsonAnswer({ request: requestDocument(asked.value.request) }, 202);
  }
  const note: HoldWitness = { isSinglePerson: true };
  return await (action === ADD ? add(parts, archiver, request, note) : release(parts, archiver, request, note));
}

/** Does what is being confirmed, as asked by the request that confirms it; undefined where it is nothing of holds. */
export function confirmedHold(
  parts: HoldParts,
  request: ApiRequest,
  { action, object, fields, askedBy }: SecondRequest,
): Promise<ApiResponse> | ApiResponse | undefined {
  if (action !== ADD && action !== RELEASE) return undefined;
  const { archiver } = parts;
  if (archiver === undefined) return notArchived();
  if (action === ADD) return add(parts, archiver, { ...request, json: fields }, { askedBy });
  return release(parts, archiver, { ...request, params: { id: object.slice('hold/'.length) } }, { askedBy });
}

/** What the audit says beside a hold: who asked for what another confirmed, or that one person did it alone. */
interface HoldWitness {
  readonly askedBy?: string;
  readonly isSinglePerson?: true;
}

async function add(
  parts: HoldParts,
  { archive }: Archiver,
  request: ApiRequest,
  witness: HoldWitness,
): Promise<ApiResponse> {
  const by = actorOf(parts, request);
  const { note, ...asked } = request.json as HoldRequest;
  const noted: HoldNote = { by: by.who, atMs: by.atMs, note: note ?? '' };
  const id = `hold-${Buffer.from(parts.random(ID_BYTES)).toString('hex')}`;
  const what = await heldBy(parts, archive, asked, request.signal);
  if (what.kind === 'problem' || what.kind === 'answer') return what;
  const hold: Hold = { id, ...noted, ...what };
  const held = await archive.hold(hold);
  if (held.kind === 'refused') return holdRefusal(held);
  const document = holdDocument(hold);
  const audited = await parts.state.call('appendAudit', {
    by,
    act: { action: 'hold.add', object: `hold/${id}`, result: { ...document, ...witness } },
  });
  return audited.kind === 'refused' ? refusalAnswer(audited) : jsonAnswer(document, 201);
}

type Held = Hold extends infer One ? (One extends unknown ? Omit<One, 'id' | keyof HoldNote> : never) : never;

/** What is to be held, or why it cannot be. */
async function heldBy(
  { state }: HoldParts,
  archive: Archive,
  asked: HoldRequest,
  signal: AbortSignal,
): Promise<Held | ApiResponse> {
  if (asked.kind === 'host') {
    const names = await state.call('namesOfHost', { host: asked.host });
    if (names.kind === 'refused') return refusalAnswer(names);
    return { kind: 'host', host: asked.host, names: otherNames(asked.host, names.value) };
  }
  if (asked.kind === 'span') {
    const from = parseTime(asked.from)?.ms;
    const to = parseTime(asked.to)?.ms;
    if (from === undefined || to === undefined || from > to) {
      return refused({ code: 'invalid', detail: 'A span goes from one time to a later one.' });
    }
    return { kind: 'span', from, to };
  }
  const found = await findIncident(state, asked.incident);
  if ('kind' in found) return found;
  const { id } = found;
  // First, so that it cannot go meanwhile to keep the bounds.
  const kept = await state.call('keepIncidents', { ids: [id] });
  if (kept.kind === 'refused') return refusalAnswer(kept);
  const segments = await segmentsOfIncident(state, archive, id, signal);
  if (segments.kind === 'refused') return archiveRefusal(segments);
  return { kind: 'incident', incident: id, segments: segments.value.slice(0, MOST_HELD_SEGMENTS) };
}

/** Ends a hold. That it ends is in the audit before it does: what it kept may go at once. */
async function release(
  parts: HoldParts,
  { archive }: Archiver,
  request: ApiRequest,
  witness: HoldWitness,
): Promise<ApiResponse> {
  const id = request.params['id'] ?? '';
  const holds = await archive.holds();
  if (holds.kind === 'refused') return archiveRefusal(holds);
  const hold = holds.value.find((one) => one.id === id);
  if (hold === undefined) return refused({ code: 'not_found', detail: `There is no hold ${id.slice(0, 100)}.` });
  const document = holdDocument(hold);
  const act = { action: 'hold.release', object: `hold/${id}`, before: document, result: witness };
  const audited = await parts.state.call('appendAudit', { by: actorOf(parts, request), act });
  if (audited.kind === 'refused') return refusalAnswer(audited);
  const released = await archive.release(id);
  return released.kind === 'refused' ? archiveRefusal(released) : jsonAnswer(document);
}

function actorOf({ nowMs }: HoldParts, request: ApiRequest): By {
  return byOf(request, nowMs());
}

/** What the body says of a hold was not possible. */
function holdRefusal(refusal: Refusal): ApiResponse {
  return refusal.code === 'invalid' ? refused({ code: 'invalid', detail: refusal.message }) : archiveRefusal(refusal);
}

function holdDocument(hold: Hold): HoldDocument {
  const { id, by, atMs, note } = hold;
  return {
    id,
    kind: hold.kind,
    ...(hold.kind === 'incident' ? { incident: hold.incident, segments: hold.segments.length } : {}),
    ...(hold.kind === 'host' ? { host: hold.host } : {}),
    ...(hold.kind === 'host' && hold.names !== undefined && hold.names.length > 0 ? { names: hold.names } : {}),
    ...(hold.kind === 'span' ? { from: timeOf(hold.from), to: timeOf(hold.to) } : {}),
    ...(by === undefined ? {} : { by }),
    ...(atMs === undefined ? {} : { at: timeOf(atMs) }),
    ...(note === undefined || note === '' ? {} : { note }),
  };
}
