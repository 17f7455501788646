import type { Event, Place, RecordClass, RecordId, SystemField } from '../windows/index.ts';

/** What `detach()` gives: all values copied, nothing of the chunk kept alive. */
export class OwnedEvent implements Event {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly computer: string;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly createdMs: number;
  readonly createdTicks: number;
  readonly recordId: RecordId | undefined;
  readonly headerRecordId: RecordId | undefined;
  readonly recordClass: RecordClass;
  readonly isForeignTemplate: boolean;
  readonly place: Place;
  readonly otherPlaces: readonly Place[] = [];
  private readonly systemFields: ReadonlyMap<SystemField, string>;
  private readonly fields: readonly (readonly [string, string])[];

  constructor(
    event: Omit<Event, 'system' | 'get' | 'all' | 'entries' | 'detach' | 'otherPlaces'>,
    systemFields: ReadonlyMap<SystemField, string>,
    fields: readonly (readonly [string, string])[],
  ) {
    this.provider = event.provider;
    this.channel = event.channel;
    this.eventId = event.eventId;
    this.version = event.version;
    this.computer = event.computer;
    this.timeMs = event.timeMs;
    this.timeTicks = event.timeTicks;
    this.createdMs = event.createdMs;
    this.createdTicks = event.createdTicks;
    this.recordId = event.recordId;
    this.headerRecordId = event.headerRecordId;
    this.recordClass = event.recordClass;
    this.isForeignTemplate = event.isForeignTemplate;
    this.place = event.place;
    this.systemFields = systemFields;
    this.fields = fields;
  }

  system(field: SystemField): string | undefined {
    return this.systemFields.get(field);
  }

  get(name: string): string | undefined {
    for (const [key, value] of this.fields) if (key === name) return value;
    return undefined;
  }

  all(name: string): readonly string[] {
    return this.fields.filter(([key]) => key === name).map(([, value]) => value);
  }

  entries(): readonly (readonly [string, string])[] {
    return this.fields;
  }

  detach(): Event {
    return this;
  }
}
