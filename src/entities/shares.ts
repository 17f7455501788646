import { compareSameTime, type Event } from '../windows/index.ts';
import { joinAccount } from './account.ts';
import { canonicalAddress, isLoopback } from './address.ts';
import { FairTable } from './bounded.ts';
import { logonIdOf, numberOf, spreadOf, textOf } from './field-values.ts';
import { RowIndex } from './row-index.ts';

/** A group is one host and address. */
const BOUNDS = {
  max: 32_768,
  quota: 1024,
  bytesOf: (): number => 1536,
  maxBytes: 48 << 20,
};
/** A row is asked for as long as its call can be: R15 looks ten minutes back, and two clocks may be 15 minutes apart. */
const KEPT_MS = 3_600_000;

/** FILE_WRITE_DATA. */
const WRITE_BIT = 0x2;
/** Records between the first and the last one that are kept. */
const MAX_AWAITED = 4;

/** A file reached through ADMIN$ or C$ by one logon with one mask: its first and its last record (SETTLED C24). */
export interface ShareAccess {
  /** Host key of the machine that has the share. */
  readonly host: string;
  /** Of the SubjectLogonId. */
  readonly logonId: string | undefined;
  readonly account: string | undefined;
  readonly sid: string | undefined;
  /** Canonical; loopback addresses included. */
  readonly address: string | undefined;
  readonly isLoopback: boolean;
  /** `ADMIN$` or `C$`. */
  readonly share: string;
  /** RelativeTargetName of a 5145, as written; undefined for the share itself and for a 5140. */
  readonly name: string | undefined;
  /** `0x120196` as a number. */
  readonly mask: number | undefined;
  readonly count: number;
  /** Unix milliseconds; the last one is where a whole second ends (SETTLED C2). */
  readonly firstMs: number;
  readonly lastMs: number;
  /**
   * The first and the last record, detached; between them those that came first after the machine itself had written the file,
   * which are the ones that fetch output.
   */
  readonly events: readonly Event[];
}

interface GrowingAccess extends ShareAccess {
  count: number;
  lastMs: number;
  events: readonly Event[];
  /** True since the machine itself wrote the file: the next record is kept. */
  isAwaited: boolean;
  readonly kept: Set<Event>;
}

/** What came and went through ADMIN$ and C$ (5140, 5145): J16, J21, R03, R15. */
export class Shares {
  readonly #rows = new FairTable<GrowingAccess>({ ...BOUNDS, onEvict: (row) => this.#unlink(row) });
  readonly #index = new RowIndex<GrowingAccess>();

  get evicted(): number {
    return this.#rows.evicted;
  }

  accept(host: string, event: Event): void {
    const share = /([^\\]+)$/.exec(event.get('ShareName') ?? '')?.[1]?.toUpperCase();
    if (share !== 'ADMIN$' && share !== 'C$') return;
    const address = canonicalAddress(event.get('IpAddress'));
    const logonId = logonIdOf(event.get('SubjectLogonId'));
    const stated = event.eventId === 5145 ? textOf(event, 'RelativeTargetName') : undefined;
    const name = stated === '\\' ? undefined : stated;
    const mask = numberOf(event.get('AccessMask'));
    const group = `${host}\u0000${address ?? '-'}`;
    const key = `${event.eventId}\u0000${logonId ?? '-'}\u0000${share}\u0000${mask ?? '-'}\u0000${name?.toLowerCase() ?? ''}`;
    const endMs = event.timeMs + spreadOf(event.timeMs, event.timeTicks);
    const known = this.#rows.get(group, key);
    if (known !== undefined && event.timeMs - known.lastMs <= KEPT_MS) {
      known.count++;
      known.lastMs = Math.max(known.lastMs, endMs);
      this.#keep(known, event);
      return;
    }
    if (known !== undefined) this.#unlink(known);
    const row: GrowingAccess = {
      host,
      logonId,
      account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
      sid: textOf(event, 'SubjectUserSid'),
      address,
      isLoopback: address !== undefined && isLoopback(address),
      share,
      name,
      mask,
      count: 1,
      firstMs: event.timeMs,
      lastMs: endMs,
      events: [event.detach()],
      isAwaited: false,
      kept: new Set(),
    };
    this.#rows.set(group, key, row);
    for (const one of keysOf(row)) this.#index.add(one, row);
    this.#tellReaders(row);
  }

  /** The first record stays, the last one follows; an awaited one stays between them. */
  #keep(row: GrowingAccess, event: Event): void {
    const [first, ...rest] = row.events;
    const between = rest.slice(0, -1);
    const last = rest.at(-1);
    // The last one so far may be an awaited one, which is not to be let go of.
    if (last !== undefined && row.kept.has(last)) between.push(last);
    const own = event.detach();
    row.events = [...(first === undefined ? [] : [first]), ...between, own];
    if (row.isAwaited && row.kept.size < MAX_AWAITED) row.kept.add(own);
    row.isAwaited = false;
    this.#tellReaders(row);
  }

  /** What the machine wrote through its own share is read from elsewhere next. */
  #tellReaders(written: GrowingAccess): void {
    const { host, name, mask } = written;
    if (!written.isLoopback || name === undefined || mask === undefined || (mask & WRITE_BIT) === 0) return;
    for (const row of this.#index.rowsOf(`${host}\u0000name\u0000${lastPart(name)}`)) {
      if (!row.isLoopback) row.isAwaited = true;
    }
  }

  /** With this file name, some part of it in the window; a path matches by its last part too. In order of time. */
  named(host: string, name: string, fromMs: number, toMs: number): readonly ShareAccess[] {
    return this.#find(`${host}\u0000name\u0000${lastPart(name)}`, fromMs, toMs);
  }

  /** By this logon, in order of time. */
  ofLogon(host: string, logonId: string, fromMs: number, toMs: number): readonly ShareAccess[] {
    return this.#find(`${host}\u0000logon\u0000${logonId}`, fromMs, toMs);
  }

  /** Everything of the host, in order of time. */
  of(host: string, fromMs: number, toMs: number): readonly ShareAccess[] {
    return this.#find(`${host}\u0000`, fromMs, toMs);
  }

  expire(nowMs: number): void {
    this.#rows.expire((row) => {
      if (row.lastMs + KEPT_MS >= nowMs) return false;
      this.#unlink(row);
      return true;
    });
  }

  #find(key: string, fromMs: number, toMs: number): readonly ShareAccess[] {
    const found: ShareAccess[] = [];
    for (const row of this.#index.rowsOf(key)) if (row.firstMs <= toMs && row.lastMs >= fromMs) found.push(row);
    return found.sort(compareAccesses);
  }

  #unlink(row: GrowingAccess): void {
    for (const key of keysOf(row)) this.#index.remove(key, row);
  }
}

function keysOf(row: ShareAccess): readonly string[] {
  const keys = [`${row.host}\u0000`];
  if (row.name !== undefined) keys.push(`${row.host}\u0000name\u0000${lastPart(row.name)}`);
  if (row.logonId !== undefined) keys.push(`${row.host}\u0000logon\u0000${row.logonId}`);
  return keys;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
}

function compareAccesses(a: ShareAccess, b: ShareAccess): number {
  return (
    a.firstMs - b.firstMs ||
    a.lastMs - b.lastMs ||
    compareText(a.address ?? '', b.address ?? '') ||
    compareText(a.logonId ?? '', b.logonId ?? '') ||
    compareText(a.name ?? '', b.name ?? '') ||
    (a.mask ?? 0) - (b.mask ?? 0) ||
    compareFirst(a.events[0], b.events[0])
  );
}

function compareFirst(a: Event | undefined, b: Event | undefined): number {
  return a === undefined || b === undefined ? 0 : compareSameTime(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
