import {
  authProblem,
  checkKey,
  KeyUses,
  type Need,
  readAuthorization,
  type Sender,
  type StoredKey,
} from '../accounts/index.ts';
import type { Access, Caller, Problem, Route } from '../api/index.ts';
import { PERMISSIONS } from '../people/index.ts';
import type { State } from '../state/index.ts';
import type { RawRequest } from './dispatch.ts';
import { keysOf } from './foreign.ts';
import type { Log } from './log.ts';
import type { AuditedRefusals } from './people/audited-refusals.ts';
import type { SessionGate } from './people/session-gate.ts';

/** Keys that are remembered between requests; a flood of unknown ids is asked for one by one and leaves nothing behind. */
const MAX_REMEMBERED = 10_000;
/** How long a key is believed before it is looked up again. */
const REMEMBER_MS = 60_000;

export interface GateParts {
  readonly state: State;
  /** The token of this machine. */
  readonly local: StoredKey;
  /** How the audit calls who holds it. */
  readonly localName: string;
  readonly sessions: SessionGate;
  readonly refusals: AuditedRefusals;
  readonly log: Log;
  nowMs(): number;
}

const OF_PEOPLE = 'No key may do this: it is for a person who is signed in.';

/** What a key needs for a route, and whose it may be. */
function needOf(access: Access): { readonly need: Need; readonly who: 'any' | 'local' | 'nobody' } {
  const keys = access === 'open' ? 'none' : PERMISSIONS[access].keys;
  if (keys === 'local') return { need: 'admin:people', who: 'local' };
  return keys === 'none' ? { need: 'admin:people', who: 'nobody' } : { need: keys, who: 'any' };
}

interface Remembered {
  readonly key: StoredKey;
  readonly sender: Sender | undefined;
  readonly untilMs: number;
}

/** Who stands behind a request: judges keys, remembers those that are good, and notes when each was used. */
export class Gate {
  readonly #state: State;
  readonly #local: StoredKey;
  readonly #localName: string;
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #sessions: SessionGate;
  readonly #refusals: AuditedRefusals;
  readonly #uses = new KeyUses();
  readonly #remembered = new Map<string, Remembered>();

  constructor({ state, local, localName, sessions, refusals, log, nowMs }: GateParts) {
    this.#state = state;
    this.#local = local;
    this.#localName = localName;
    this.#sessions = sessions;
    this.#refusals = refusals;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Who asks. A key in the header counts, whatever cookie a browser adds; without one it is the session. */
  async authorize(request: RawRequest, route: Route): Promise<Caller | Problem> {
    const signedIn =
      request.headers['authorization'] === undefined ? await this.#sessions.authorize(request, route) : undefined;
    return signedIn ?? (await this.#byKey(request, route));
  }

  async #byKey(request: RawRequest, route: Route): Promise<Caller | Problem> {
    const presented = readAuthorization(request, keysOf(route));
    if (presented.kind === 'problem') return { code: presented.code, detail: presented.message };
    const isLocal = presented.id === this.#local.id;
    const found = isLocal ? { key: this.#local, sender: undefined } : await this.#find(presented.id);
    if (found === 'unavailable') return { code: 'storage_unavailable', retryAfterMs: 1000 };
    const { need, who } = needOf(route.access);
    const use = { need, address: request.peer, nowMs: this.#nowMs() };
    const judged = checkKey(presented, found?.key, found?.sender, use);
    const isWrong = judged.kind === 'accepted' && (who === 'nobody' || (who === 'local' && !isLocal));
    const checked = isWrong ? authProblem('scope_insufficient') : judged;
    if (checked.kind === 'problem') {
      if (checked.status === 403) {
        const name = isLocal ? this.#localName : `key:${presented.id}`;
        const { peer, id } = request;
        await this.#refusals.note({ who: name, route: route.id, code: checked.code, peer, request: id });
      }
      return { code: checked.code, detail: isWrong ? OF_PEOPLE : checked.message };
    }
    if (!isLocal) this.#uses.note(checked.key.id, use.nowMs);
    return {
      key: checked.key.id,
      sender: checked.key.sender ?? '',
      scopes: checked.key.scopes,
      name: isLocal ? this.#localName : `key:${checked.key.id}`,
    };
  }

  /** True when a key may also do this: a route that is entered by a greeting leads on to batches. */
  covers(caller: Caller, need: Need): boolean {
    return caller.scopes.includes('ingest:write') || caller.scopes.includes(need);
  }

  /** Forgets what is known of keys: after one was made, rotated or revoked. */
  forget(): void {
    this.#remembered.clear();
  }

  /** Writes when keys were last used; what cannot be written waits for the next time. */
  async writeUses(): Promise<void> {
    const uses = this.#uses.take();
    if (uses.length === 0) return;
    const written = await this.#state.call('noteKeyUses', { uses });
    if (written.kind === 'done') return;
    this.#uses.putBack(uses);
    this.#log.warn('last uses of keys not written', { code: written.code, message: written.message });
  }

  async #find(id: string): Promise<Remembered | 'unavailable' | undefined> {
    const nowMs = this.#nowMs();
    const known = this.#remembered.get(id);
    if (known !== undefined && nowMs < known.untilMs) return known;
    const found = await this.#state.call('findKey', { id });
    if (found.kind === 'refused') {
      this.#log.error('key not looked up', { code: found.code, message: found.message });
      return 'unavailable';
    }
    if (found.value === null) return undefined;
    const remembered = { key: found.value.key, sender: found.value.sender ?? undefined, untilMs: nowMs + REMEMBER_MS };
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(id, remembered);
    return remembered;
  }
}
