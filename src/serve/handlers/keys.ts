import {
  keyExpiry,
  keyState,
  makeKey,
  type Scope,
  type Sender,
  scopesProblem,
  sourceProblem,
} from '../../accounts/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  jsonAnswer,
  type KeyDocument,
  type KeyRequest,
  refused,
  type SenderDocument,
  type SenderHostsRequest,
  type SenderRequest,
} from '../../api/index.ts';
import type { By, ListedKey, State } from '../../state/index.ts';
import type { Gate } from '../gate.ts';
import { byOf } from './by.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { nameOf, readQuery } from './query.ts';
import { senderTeller, type ToldSenders } from './told-senders.ts';

export interface KeyParts {
  readonly state: State;
  readonly gate: Gate;
  /** How long a new key is good for, milliseconds. */
  readonly lifetimeMs: number;
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Told when a key is good no more; without one, when those of a sender are. */
  onRevoked(key?: string): void;
  /** Told when what is set of a sender changed. */
  onSender(id: string): void;
  /** What is told of senders beside what is set. */
  readonly told: ToldSenders;
}

const DAY_MS = 86_400_000;

/** Senders and keys: made, listed and revoked. A secret is in the answer that makes it, and nowhere else (TRUST 2). */
export function keyHandlers(
  parts: KeyParts,
): Readonly<
  Record<
    | 'listSenders'
    | 'addSender'
    | 'revokeSender'
    | 'changeSenderHosts'
    | 'listKeys'
    | 'addKey'
    | 'rotateKey'
    | 'revokeKey',
    Handler
  >
> {
  const { state, gate, nowMs } = parts;
  const by = (request: ApiRequest): By => byOf(request, nowMs());
  const idOf = ({ params }: ApiRequest): string => params['id'] ?? '';
  return {
    listSenders: (request) => listSenders(parts, request),
    addSender: async (request) => {
      const { id, name = id, hosts = [], isRelay = false, note = '' } = request.json as SenderRequest;
      const added = await state.call('addSender', { sender: { id, name, hosts, isRelay, note }, by: by(request) });
      if (added.kind === 'refused') return refusalAnswer(added);
      parts.onSender(id);
      return await newKey(parts, by(request), { sender: id, scopes: ['ingest:write'], sources: [] }, undefined);
    },
    revokeSender: async (request) => {
      const revoked = await state.call('revokeSender', { id: idOf(request), by: by(request) });
      gate.forget();
      parts.onRevoked();
      parts.onSender(idOf(request));
      return revoked.kind === 'refused' ? refusalAnswer(revoked) : jsonAnswer(senderDocument(revoked.value));
    },
    changeSenderHosts: async (request) => {
      const { add = [], remove = [], any = false } = request.json as SenderHostsRequest;
      const change = { add, remove, any };
      const changed = await state.call('changeSenderHosts', { id: idOf(request), change, by: by(request) });
      if (changed.kind === 'refused') return refusalAnswer(changed);
      parts.onSender(idOf(request));
      return jsonAnswer(senderDocument(changed.value));
    },
    listKeys: async (request) => {
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const read = readQuery(request.query, { sender: nameOf(255) });
      if (read.kind !== 'values') return read;
      const { sender } = read.values;
      const of = sender === undefined ? {} : { sender };
      return pageAnswer(await state.call('listKeys', { ...page, ...of }), (key) => keyDocument(key, nowMs()));
    },
    addKey: async (request) => {
      const { sender, scopes, days, sources = [] } = request.json as KeyRequest;
      const wanted = scopes ?? (sender === undefined ? ['read'] : ['ingest:write']);
      return await newKey(parts, by(request), { sender: sender ?? null, scopes: wanted, sources }, days);
    },
    rotateKey: async (request) => {
      const found = await state.call('findKey', { id: idOf(request) });
      if (found.kind === 'refused') return refusalAnswer(found);
      if (found.value === null) return refused({ code: 'not_found', detail: `There is no key ${idOf(request)}.` });
      const { key } = found.value;
      if (key.revokedMs !== null)
        return refused({ code: 'conflict', detail: 'A key that was revoked is not rotated.' });
      const days = Math.max(1, Math.round((key.expiresMs - key.createdMs) / DAY_MS));
      return await newKey(parts, by(request), key, days);
    },
    revokeKey: async (request) => {
      const revoked = await state.call('revokeKey', { id: idOf(request), by: by(request) });
      gate.forget();
      parts.onRevoked(idOf(request));
      return revoked.kind === 'refused' ? refusalAnswer(revoked) : jsonAnswer(keyDocument(revoked.value, nowMs()));
    },
  };
}

async function listSenders({ state, told, nowMs }: KeyParts, request: ApiRequest): Promise<ApiResponse> {
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const read = readQuery(request.query, { named: nameOf(255) });
  if (read.kind !== 'values') return read;
  const { named } = read.values;
  const paces = await state.call('listPaces', null);
  if (paces.kind === 'refused') return refusalAnswer(paces);
  const listed = await state.call('listSenders', { ...page, ...(named === undefined ? {} : { named }) });
  if (listed.kind === 'refused') return refusalAnswer(listed);
  const { rows, next } = listed.value;
  const teller = senderTeller(told, paces.value, nowMs());
  const items = rows.map((sender) => ({ ...senderDocument(sender), ...teller.of(sender.id) }));
  return jsonAnswer({
    items,
    ...(next === null ? {} : { next }),
    ...(page.cursor === undefined ? { keyless: teller.keyless().filter(({ id }) => isNamed(id, named)) } : {}),
  });
}

function isNamed(id: string, part = ''): boolean {
  return id.toLowerCase().includes(part.toLowerCase());
}

async function newKey(
  { state, lifetimeMs, nowMs, random }: KeyParts,
  by: By,
  like: { readonly sender: string | null; readonly scopes: readonly string[]; readonly sources: readonly string[] },
  days: number | undefined,
): Promise<ApiResponse> {
  const wrong = scopesProblem(like.scopes) ?? like.sources.map(sourceProblem).find((problem) => problem !== undefined);
  if (wrong !== undefined) return refused({ code: 'invalid', detail: wrong });
  const made = makeKey(random);
  const { sender, scopes, sources } = like;
  const expiry = keyExpiry(nowMs(), days ?? Math.max(1, Math.round(lifetimeMs / DAY_MS)));
  if (expiry.kind === 'problem') return refused({ code: 'invalid', detail: expiry.message });
  const { expiresMs } = expiry;
  const key = { id: made.id, sha256: made.sha256, sender, scopes: scopes as readonly Scope[], sources, expiresMs };
  const added = await state.call('addKey', { key, by });
  if (added.kind === 'refused') return refusalAnswer(added);
  return jsonAnswer({ ...keyDocument(added.value, nowMs()), secret: made.text }, 201);
}

function senderDocument({ id, name, hosts, isRelay, note, state, createdMs, revokedMs }: Sender): SenderDocument {
  const revoked = revokedMs === null ? {} : { revoked: timeOf(revokedMs) };
  return { id, name, hosts, isRelay, note, state, created: timeOf(createdMs), ...revoked };
}

function keyDocument(key: ListedKey, nowMs: number): KeyDocument {
  const { id, sender, scopes, sources, createdMs, expiresMs, usedHourMs } = key;
  return {
    id,
    ...(sender === null ? {} : { sender }),
    scopes,
    state: keyState(key, nowMs),
    created: timeOf(createdMs),
    expires: timeOf(expiresMs),
    ...(usedHourMs === null ? {} : { lastUsed: timeOf(usedHourMs) }),
    sources,
  };
}
