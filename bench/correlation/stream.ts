import type { CoverageCount, Event, Place, SystemField } from '../../src/windows/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import type { ActRow, Token } from './act.ts';
import { dayOfActs, type WeightedAct } from './acts.ts';

const SOURCE = { file: 'generated.evtx' };
const NO_PLACES: readonly Place[] = [];
const START_MS = Date.UTC(2026, 2, 2);

/** A decoded event: the constant fields of its act's row, and the values that this playing of the act has. */
class PlayedEvent implements Event {
  readonly #row: ActRow;
  readonly #values: readonly string[];
  readonly computer: string;
  readonly timeMs: number;
  readonly recordId: number;

  constructor(row: ActRow, values: readonly string[], computer: string, timeMs: number, recordId: number) {
    this.#row = row;
    this.#values = values;
    this.computer = computer;
    this.timeMs = timeMs;
    this.recordId = recordId;
  }
  get provider(): string {
    return this.#row.provider;
  }
  get channel(): string {
    return this.#row.channel;
  }
  get eventId(): number {
    return this.#row.eventId;
  }
  get version(): number {
    return this.#row.version;
  }
  get timeTicks(): number {
    return 0;
  }
  get createdMs(): number {
    return this.timeMs;
  }
  get createdTicks(): number {
    return 0;
  }
  get headerRecordId(): number {
    return this.recordId;
  }
  get recordClass(): 'live' {
    return 'live';
  }
  get isForeignTemplate(): boolean {
    return false;
  }
  get place(): Place {
    return { source: SOURCE, offset: 4096 + this.recordId * 512, length: 512 };
  }
  get otherPlaces(): readonly Place[] {
    return NO_PLACES;
  }
  system(_field: SystemField): string | undefined {
    return undefined;
  }
  get(name: string): string | undefined {
    const constant = this.#row.constants[name];
    if (constant !== undefined) return constant;
    const token = this.#row.tokens[name];
    if (token !== undefined) return this.#values[token];
    return this.#row.texts[name]?.map((part) => (typeof part === 'number' ? this.#values[part] : part)).join('');
  }
  all(name: string): readonly string[] {
    const value = this.get(name);
    return value === undefined ? [] : [value];
  }
  entries(): readonly (readonly [string, string])[] {
    return this.#row.names.map((name) => [name, this.get(name) ?? ''] as const);
  }
  detach(): Event {
    return this;
  }
}

export interface StreamOptions {
  readonly hosts: number;
  readonly seed?: number;
  /** Kept events an hour and machine; 360. */
  readonly perHostHour?: number;
}

/** Events of a domain without end, in the order of time, from acts of the simulator with other machines, ids and times. */
export class EventStream {
  readonly hosts: number;
  readonly #random: Xorshift;
  readonly #acts: readonly WeightedAct[] = dayOfActs();
  readonly #stepMs: number;
  readonly #logons: Float64Array;
  readonly #ports: Float64Array;
  readonly #pids: Float64Array;
  readonly #ids: Float64Array;
  /** What is due later, by second. */
  readonly #later = new Map<number, PlayedEvent[]>();
  #nowMs = START_MS;
  #playings = 0;
  /** When the last record of each attack is due. */
  readonly #attackEnds: number[] = [];

  constructor(options: StreamOptions) {
    this.hosts = options.hosts;
    this.#random = new Xorshift(options.seed ?? 1);
    const kept = this.#acts.reduce((sum, { act, weight }) => sum + act.rows.length * weight, 0);
    this.#stepMs = (3_600_000 * kept) / ((options.perHostHour ?? 360) * options.hosts);
    this.#logons = new Float64Array(options.hosts + 1).fill(0x50000);
    this.#ports = new Float64Array(options.hosts + 1).fill(49_700);
    this.#pids = new Float64Array(options.hosts + 1).fill(2000);
    this.#ids = new Float64Array(options.hosts + 1);
  }

  /** Attacks of which every record was given. */
  get attacks(): number {
    return this.#attackEnds.filter((endMs) => endMs < this.#nowMs - 1000).length;
  }

  /** Machine 0 is the controller. */
  #name(host: number): string {
    return host === 0 ? 'DC-01' : `WS-${String(host).padStart(4, '0')}`;
  }

  computer(host: number): string {
    return `${this.#name(host)}.corp.example.com`;
  }

  #address(host: number): string {
    return `10.20.${host >> 8}.${host & 0xff}`;
  }

  /** What a reader would have counted: each machine with the logs that it speaks in. */
  coverage(): CoverageCount[] {
    const counts: CoverageCount[] = [];
    const kinds = new Map<string, ActRow>();
    for (const { act } of this.#acts) for (const row of act.rows) kinds.set(`${row.channel} ${row.eventId}`, row);
    for (let host = 0; host <= this.hosts; host++) {
      for (const { channel, provider, eventId } of kinds.values()) {
        counts.push({
          source: SOURCE,
          computer: this.computer(host),
          channel,
          provider,
          eventId,
          recordClass: 'live',
          count: 1000,
          first: { ms: START_MS, ticks: 0 },
          last: { ms: START_MS + 8.64e7, ticks: 0 },
          lowestId: 1,
          highestId: 1_000_000,
          misdated: 0,
        });
      }
    }
    return counts;
  }

  /** About so many of the next events. */
  next(count: number): PlayedEvent[] {
    const out: PlayedEvent[] = [];
    while (out.length < count) {
      const second = Math.floor(this.#nowMs / 1000);
      while (this.#nowMs < (second + 1) * 1000) {
        this.#play();
        this.#nowMs += this.#stepMs;
      }
      for (let due = second; due < Math.floor(this.#nowMs / 1000); due++) {
        const events = this.#later.get(due);
        if (events === undefined) continue;
        this.#later.delete(due);
        events.sort((a, b) => a.timeMs - b.timeMs);
        for (const event of events) out.push(event);
      }
    }
    return out;
  }

  #pick(): WeightedAct['act'] {
    let point = this.#random.next() / 2 ** 32;
    for (const { act, weight } of this.#acts) {
      if (point < weight) return act;
      point -= weight;
    }
    const [first] = this.#acts;
    if (first === undefined) throw new RangeError('there are no acts');
    return first.act;
  }

  #play(): void {
    const act = this.#pick();
    const source = 1 + this.#random.below(this.hosts);
    const target = 1 + ((source + this.#random.below(Math.max(1, this.hosts - 1))) % this.hosts);
    const roles = [source, target, 0];
    const playing = this.#playings++;
    for (const host of [source, target]) {
      this.#logons[host] = (this.#logons[host] ?? 0) + 0x40 * act.logons;
      this.#pids[host] = 2000 + (((this.#pids[host] ?? 0) - 2000 + 4 * act.pids) % 60_000);
    }
    this.#ports[source] = 49_700 + (((this.#ports[source] ?? 0) - 49_700 + act.ports) % 15_000);
    const values = act.tokens.map((token) => this.#value(token, roles, playing));
    const startMs = Math.floor(this.#nowMs);
    if (act.name === 'attack') this.#attackEnds.push(startMs + Math.max(...act.rows.map(({ delayMs }) => delayMs)));
    for (const row of act.rows) {
      const host = roles[row.role] ?? 0;
      const id = (this.#ids[host] ?? 0) + 1;
      this.#ids[host] = id;
      const timeMs = startMs + row.delayMs;
      const event = new PlayedEvent(row, values, this.computer(host), timeMs, id);
      const second = Math.floor(timeMs / 1000);
      const bucket = this.#later.get(second);
      if (bucket === undefined) this.#later.set(second, [event]);
      else bucket.push(event);
    }
  }

  #value(token: Token, roles: readonly number[], playing: number): string {
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
    if (token.kind === 'port') return String((this.#ports[roles[0] ?? 0] ?? 0) + token.n);
    if (token.kind === 'logonGuid') return `{${hex(playing >>> 0, 8)}-0000-4000-8000-${hex(token.n, 12)}}`;
    const host = roles[token.role] ?? 0;
    switch (token.kind) {
      case 'computer':
        return this.computer(host);
      case 'name':
        return this.#name(host);
      case 'account':
        return `${this.#name(host)}$`;
      case 'address':
        return this.#address(host);
      case 'mapped':
        return `::ffff:${this.#address(host)}`;
      case 'listener':
        return String(49_664 + (host % 30));
      case 'logon':
        return `0x${((this.#logons[host] ?? 0) + 0x40 * token.n).toString(16)}`;
      case 'pid': {
        const pid = (this.#pids[host] ?? 0) + 4 * token.n;
        return token.isHex ? `0x${pid.toString(16)}` : String(pid);
      }
      case 'guid':
        return `{${hex(host, 8)}-${hex(token.n & 0xffff, 4)}-69b2-${hex(playing & 0xffff, 4)}-${hex(playing >>> 16, 12)}}`;
    }
  }
}
