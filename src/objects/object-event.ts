import {
  AUDIT,
  type Event,
  type Look,
  MOF,
  type ObjectSight,
  type Place,
  REPOSITORY,
  type SystemField,
} from '../windows/index.ts';

export interface ObjectEventParts {
  /** Name of the host, as its logs or its audit write it. */
  readonly computer: string;
  readonly place: Place;
  /** Unix milliseconds, and units of 100 ns within: when it was looked at, or its place in the order where nothing tells. */
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly sight?: ObjectSight;
  readonly look?: Look;
}

/** Provider of these events: no provider of Windows has such a name. */
const PROVIDERS = { repository: REPOSITORY, audit: AUDIT, mof: MOF } as const;

/** What an object takes up beside its texts. */
const OBJECT_BYTES = 512;

/** An object at rest, or a look at many, in the form in which everything travels (ADR 0002). It owns what it holds. */
export class ObjectEvent implements Event {
  readonly computer: string;
  readonly place: Place;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number = 0;
  readonly version: number = 0;
  readonly recordId: undefined;
  readonly headerRecordId: undefined;
  readonly recordClass = 'live' as const;
  readonly isForeignTemplate = false;
  readonly shape: string;
  readonly otherPlaces: readonly Place[] = [];
  readonly sight?: ObjectSight;
  readonly look?: Look;

  constructor({ computer, place, timeMs, timeTicks, sight, look }: ObjectEventParts) {
    const source = sight?.source ?? look?.source ?? 'audit';
    this.computer = computer;
    this.place = place;
    this.timeMs = timeMs;
    this.timeTicks = timeTicks;
    this.provider = PROVIDERS[source];
    this.channel = PROVIDERS[source];
    this.shape = source;
    if (sight !== undefined) this.sight = sight;
    if (look !== undefined) this.look = look;
  }

  /** Bytes of the names and values of the object. */
  get heldBytes(): number {
    let characters = 0;
    for (const [name, value] of this.sight?.object.properties ?? []) {
      characters += name.length + (typeof value === 'string' ? value.length : value.join().length);
    }
    return OBJECT_BYTES + 2 * characters;
  }

  get createdMs(): number {
    return this.timeMs;
  }

  get createdTicks(): number {
    return this.timeTicks;
  }

  system(_field: SystemField): undefined {
    return undefined;
  }

  get(name: string): string | undefined {
    return this.all(name)[0];
  }

  all(name: string): readonly string[] {
    const value = this.sight?.object.properties.get(name);
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : value;
  }

  entries(): readonly (readonly [string, string])[] {
    const entries: (readonly [string, string])[] = [];
    for (const [name, value] of this.sight?.object.properties ?? []) {
      if (typeof value === 'string') entries.push([name, value]);
      else for (const item of value) entries.push([name, item]);
    }
    return entries;
  }

  detach(): Event {
    return this;
  }
}
