import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, type Place, SYSTEM_FIELDS, type SystemField } from '../../src/windows/index.ts';
import { WITHOUT_CORPUS } from '../../test/evtx/corpus.ts';
import { madeEvents } from '../../test/made-event.ts';
import { creationKey, eachJsonEvent, eachLoggedEvent, isProcessCreation } from '../../test/sigma/corpus-events.ts';
import { Enterprise, type EventModel, ordinaryEvents } from '../../testkit/index.ts';
import { OUT } from '../corpus.ts';
import { ordinaryPrograms } from './ordinary-programs.ts';

/** What of an event is kept between runs: everything that a rule may ask. */
export interface KeptEvent {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly computer: string;
  readonly shape?: string | undefined;
  readonly system: Readonly<Record<string, string>>;
  readonly fields: readonly (readonly [string, string])[];
}

/** Sets of events by name: `creations` are process creations that differ, `mixed` the whole of a log. */
export interface EventSets {
  readonly creations: readonly KeptEvent[];
  readonly mixed: readonly KeptEvent[];
}

const ALL_ARCHIVES = 1 << 30;
/** Of the real captures every so many events are part of the mixed log. */
const STEP = 20;

/** Process creations and a mixed log of the real captures, made once; undefined where these are absent. */
export function realEvents(): EventSets | undefined {
  if (WITHOUT_CORPUS !== false) return undefined;
  const path = join(OUT, 'sigma-real-events.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as EventSets;
  const creations: KeptEvent[] = [];
  const mixed: KeptEvent[] = [];
  const seen = new Set<string>();
  let count = 0;
  const take = (event: Event): void => {
    if (count++ % STEP === 0) mixed.push(keptOf(event));
    if (!isProcessCreation(event)) return;
    const key = creationKey(event);
    if (!seen.has(key)) creations.push(keptOf(event));
    seen.add(key);
  };
  eachLoggedEvent(take);
  eachJsonEvent(ALL_ARCHIVES, take);
  mkdirSync(OUT, { recursive: true });
  writeFileSync(path, JSON.stringify({ creations, mixed }));
  return { creations, mixed };
}

/** Ordinary days of a generated enterprise, and programs that people and machines start. */
export function generatedEvents(programs: number, acts: number): EventSets {
  const enterprise = new Enterprise({ seed: 7, hosts: 20 });
  const models: EventModel[] = [...ordinaryEvents(enterprise, { acts })];
  const creations = madeEvents(ordinaryPrograms(programs)).map(keptOf);
  return { creations, mixed: [...madeEvents(models).map(keptOf), ...creations.slice(0, acts / 4)] };
}

export function keptOf(event: Event): KeptEvent {
  const system: Record<string, string> = {};
  for (const field of SYSTEM_FIELDS) {
    const text = event.system(field);
    if (text !== undefined) system[field] = text;
  }
  const { provider, channel, eventId, version, computer, shape } = event;
  const fields = event.entries().map(([name, text]): readonly [string, string] => [name, text]);
  return { provider, channel, eventId, version, computer, ...(shape === undefined ? {} : { shape }), system, fields };
}

const NOTHING: readonly string[] = [];

/** A decoded event over what was kept. */
export class HeldEvent implements Event {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly computer: string;
  readonly shape: string | undefined;
  readonly timeMs = 1_770_000_000_000;
  readonly timeTicks = 0;
  readonly createdMs = 1_770_000_000_000;
  readonly createdTicks = 0;
  readonly recordId = 1;
  readonly headerRecordId = 1;
  readonly recordClass = 'live';
  readonly isForeignTemplate = false;
  readonly place: Place = { source: { file: 'held.evtx' }, offset: 0, length: 0 };
  readonly otherPlaces: readonly Place[] = [];
  readonly #system: Readonly<Record<string, string>>;
  readonly #fields: readonly (readonly [string, string])[];
  readonly #byName = new Map<string, string[]>();

  constructor({ provider, channel, eventId, version, computer, shape, system, fields }: KeptEvent) {
    this.provider = provider;
    this.channel = channel;
    this.eventId = eventId;
    this.version = version;
    this.computer = computer;
    this.shape = shape;
    this.#system = system;
    this.#fields = fields;
    for (const [name, text] of fields) {
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [text]);
      else known.push(text);
    }
  }

  system(field: SystemField): string | undefined {
    return this.#system[field];
  }

  get(name: string): string | undefined {
    return this.#byName.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#byName.get(name) ?? NOTHING;
  }

  entries(): readonly (readonly [string, string])[] {
    return this.#fields;
  }

  detach(): Event {
    return this;
  }
}
