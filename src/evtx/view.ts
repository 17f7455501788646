import {
  type Event,
  filetimeMs,
  filetimeTicks,
  isPrintableMs,
  type Place,
  parseTime,
  type RecordClass,
  type RecordId,
  type Source,
  type SystemField,
} from '../windows/index.ts';
import type { Chunk } from './chunk.ts';
import type { ContentReader } from './content.ts';
import { FAULT_NO_TIME } from './faults.ts';
import { FieldReader } from './field-reader.ts';
import { TYPE_FILETIME, TYPE_NULL, TYPE_STRING, TYPE_UINT8, TYPE_UINT16, TYPE_UINT64 } from './format.ts';
import { Instance } from './instance.ts';
import { writeJson } from './json.ts';
import { OwnedEvent } from './owned-event.ts';
import { COMPOSED, FIXED, type Plan, readSmallNumber } from './plan.ts';
import { Resolver } from './resolve.ts';
import type { KeyBase, ScanKey, ScanKeys } from './scan-key.ts';
import {
  SYS_CHANNEL,
  SYS_COMPUTER,
  SYS_EVENT_ID,
  SYS_PROVIDER,
  SYS_RECORD_ID,
  SYS_TIME,
  SYS_VERSION,
  SYSTEM_INDEX,
  type SystemIndex,
} from './system.ts';
import { TextCache } from './text-cache.ts';
import type { RecordView } from './types.ts';
import { readUint64, type ValueReader } from './values.ts';
import { writeXml } from './xml.ts';

/** How far Sysmon's UtcTime may stand from TimeCreated and still be the event's time (SETTLED A10, B8). */
const MAX_UTC_TIME_DRIFT_MS = 60_000;

/** Shapes of the System values of all but odd records. */
const UINT8_SHAPE = (TYPE_UINT8 << 16) | 1;
const UINT16_SHAPE = (TYPE_UINT16 << 16) | 2;
const UINT64_SHAPE = (TYPE_UINT64 << 16) | 8;
const FILETIME_SHAPE = (TYPE_FILETIME << 16) | 8;

/** High half of the FILETIME of the last days of year 9999: what lies above is no time that can be written. */
const MAX_FILETIME_HIGH = 0x24c85a5e;

const NO_SOURCE: Source = { file: '' };

/** The record under the reader's hand; the decoder moves it from record to record. */
export class View implements RecordView {
  recordClass: RecordClass = 'live';
  isForeignTemplate = false;
  readonly otherPlaces: readonly Place[] = [];
  readonly root: Instance = new Instance();
  private readonly chunk: Chunk;
  private readonly values: ValueReader;
  private keys: ScanKeys;
  private readonly names = new TextCache();
  private readonly decodeName: (at: number, size: number) => string;
  private readonly resolver: Resolver;
  private readonly fields: FieldReader;
  /** Offset and size of the record in the unit. */
  private at = 0;
  private size = 0;
  private key: ScanKey | undefined;
  /** Of the record that `key` is of. */
  private isSysmon = false;
  private hasCreated = false;
  private createdAtMs = 0;
  private createdAtTicks = 0;
  private hasTime = false;
  private eventMs = 0;
  private eventTicks = 0;

  constructor(chunk: Chunk, content: ContentReader, values: ValueReader, keys: ScanKeys) {
    this.chunk = chunk;
    this.values = values;
    this.keys = keys;
    this.decodeName = (at, size) => values.text(chunk, TYPE_STRING, at, size, true);
    this.resolver = new Resolver(content, values);
    this.fields = new FieldReader(content, values, this.resolver);
  }

  /** Moves to the record at `at`, whose root instance has been laid out. */
  moveTo(at: number, size: number, recordClass: RecordClass, isForeignTemplate: boolean): void {
    this.at = at;
    this.size = size;
    this.recordClass = recordClass;
    this.isForeignTemplate = isForeignTemplate;
    this.key = undefined;
    this.hasCreated = false;
    this.hasTime = false;
    this.fields.beginRecord();
  }

  useKeys(keys: ScanKeys): void {
    this.keys = keys;
  }

  /** The id in the frame of any record of the chunk under the hand. */
  frameId(at: number): RecordId {
    return readUint64(this.chunk.view, at + 8);
  }

  get slot(): number {
    return this.chunk.slot;
  }

  get place(): Place {
    const source = this.chunk.unit?.source ?? NO_SOURCE;
    return { source, offset: this.offset, length: this.size };
  }

  get offset(): number {
    return this.chunk.fileOffset(this.at);
  }

  get length(): number {
    return this.size;
  }

  /** Bytes of the record's frame and content, valid during the turn. */
  get rawBytes(): Uint8Array {
    return this.chunk.bytes.subarray(this.at, this.at + this.size);
  }

  get headerRecordId(): RecordId {
    return readUint64(this.chunk.view, this.at + 8);
  }

  get writtenMs(): number {
    return filetimeMs(this.chunk.view.getUint32(this.at + 20, true), this.chunk.view.getUint32(this.at + 16, true));
  }

  get writtenTicks(): number {
    return filetimeTicks(this.chunk.view.getUint32(this.at + 20, true), this.chunk.view.getUint32(this.at + 16, true));
  }

  get scanKey(): ScanKey {
    this.key ??= this.findKey();
    return this.key;
  }

  get provider(): string {
    return this.scanKey.provider;
  }

  get channel(): string {
    return this.scanKey.channel;
  }

  get computer(): string {
    return this.scanKey.computer;
  }

  get eventId(): number {
    return this.scanKey.eventId;
  }

  get version(): number {
    return this.scanKey.version;
  }

  get recordId(): RecordId | undefined {
    const at = this.plainRecordIdAt();
    if (at >= 0) return readUint64(this.chunk.view, at);
    const text = this.systemText(SYS_RECORD_ID)?.trim();
    if (text === undefined || !/^[0-9]{1,20}$/.test(text)) return undefined;
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text).toString();
  }

  /** Where EventRecordID stands as a number of 64 bits, or -1. */
  plainRecordIdAt(): number {
    const slot = this.root.plan?.systemSlot[SYS_RECORD_ID] ?? -1;
    return slot >= 0 && this.root.shapeOf(slot) === UINT64_SHAPE ? this.root.offsetOf(slot) : -1;
  }

  /** Where TimeCreated stands as a FILETIME that can be written, or -1. */
  plainTimeAt(): number {
    const slot = this.root.plan?.systemSlot[SYS_TIME] ?? -1;
    if (slot < 0 || this.root.shapeOf(slot) !== FILETIME_SHAPE) return -1;
    const at = this.root.offsetOf(slot);
    return this.chunk.view.getUint32(at + 4, true) < MAX_FILETIME_HIGH ? at : -1;
  }

  get createdMs(): number {
    if (!this.hasCreated) this.readCreated();
    return this.createdAtMs;
  }

  get createdTicks(): number {
    if (!this.hasCreated) this.readCreated();
    return this.createdAtTicks;
  }

  get timeMs(): number {
    if (!this.hasTime) this.readTime();
    return this.eventMs;
  }

  get timeTicks(): number {
    if (!this.hasTime) this.readTime();
    return this.eventTicks;
  }

  system(field: SystemField): string | undefined {
    return this.systemText(SYSTEM_INDEX[field]);
  }

  get(name: string): string | undefined {
    return this.fields.first(this.root, name);
  }

  all(name: string): readonly string[] {
    const found: (readonly [string, string])[] = [];
    this.fields.collect(this.root, name, found);
    return found.map(([, value]) => value);
  }

  entries(): readonly (readonly [string, string])[] {
    const found: (readonly [string, string])[] = [];
    this.fields.collect(this.root, undefined, found);
    return found;
  }

  toXml(): string {
    const tree = this.resolver.record(this.root);
    return tree === undefined ? '' : writeXml(tree);
  }

  toJson(): string {
    const tree = this.resolver.record(this.root);
    return tree === undefined ? '{}' : writeJson(tree);
  }

  detach(): Event {
    const systemFields = new Map<SystemField, string>();
    for (const field of Object.keys(SYSTEM_INDEX) as SystemField[]) {
      const text = this.systemText(SYSTEM_INDEX[field]);
      if (text !== undefined) systemFields.set(field, text);
    }
    const found: (readonly [string, string])[] = [];
    this.chunk.keepsText = true;
    this.fields.collect(this.root, undefined, found);
    this.chunk.keepsText = false;
    return new OwnedEvent(this, systemFields, found);
  }

  /** Canonical text of a System field, undefined when it is absent or NULL. */
  private systemText(index: SystemIndex): string | undefined {
    const plan = this.root.plan;
    if (plan === undefined) return undefined;
    const { chunk, root } = this;
    const slot = plan.systemSlot[index] ?? -1;
    const guard = plan.systemGuard[index] ?? -1;
    if (guard >= 0 && root.isNull(guard)) return undefined;
    if (slot >= 0) {
      const type = root.typeOf(slot);
      if (type === TYPE_NULL) return undefined;
      return this.values.text(chunk, type, root.offsetOf(slot), root.sizeOf(slot), true);
    }
    if (slot !== COMPOSED) return plan.systemText[index];
    const parts = plan.systemParts(index).filter((part) => part.kind === 'text' || part.kind === 'slot');
    return this.resolver.attributeText(parts, root);
  }

  private findKey(): ScanKey {
    const plan = this.root.plan;
    this.isSysmon = false;
    if (plan === undefined) return this.keys.key(this.keys.base('', '', ''), 0, 0);
    const base = plan.hasFixedBase && plan.keyBase !== undefined ? plan.keyBase : this.findBase(plan);
    this.isSysmon = base.isSysmon;
    const eventId = this.smallNumber(plan, SYS_EVENT_ID) & 0xffff;
    const version = this.smallNumber(plan, SYS_VERSION) & 0xff;
    const last = plan.lastKey;
    if (last !== undefined && last.eventId === eventId && last.version === version && plan.lastKeyBase === base) {
      return last;
    }
    const key = this.keys.key(base, eventId, version);
    plan.lastKey = key;
    plan.lastKeyBase = base;
    return key;
  }

  private findBase(plan: Plan): KeyBase {
    // A plan's names hardly ever change from one record to the next: their bytes are compared before any text is made.
    if (plan.keyBase !== undefined && plan.lastNames.isSame(this.chunk.view, this.root)) return plan.keyBase;
    const provider = this.nameText(plan, SYS_PROVIDER);
    const channel = this.nameText(plan, SYS_CHANNEL);
    const computer = this.nameText(plan, SYS_COMPUTER);
    const base = this.keys.base(provider, channel, computer);
    plan.keyBase = base;
    plan.lastNames.remember(this.chunk.view, this.root);
    return base;
  }

  private nameText(plan: Plan, index: 0 | 1 | 2): string {
    const slot = plan.systemSlot[index] ?? -1;
    if (slot >= 0 && this.root.typeOf(slot) === TYPE_STRING && plan.systemGuard[index] === -1) {
      const size = this.root.sizeOf(slot);
      return this.names.get(this.chunk.view, this.root.offsetOf(slot), size, this.decodeName);
    }
    return this.systemText(index) ?? '';
  }

  private smallNumber(plan: Plan, index: SystemIndex): number {
    const slot = plan.systemSlot[index] ?? -1;
    if (slot >= 0) {
      const shape = this.root.shapeOf(slot);
      if (shape === UINT16_SHAPE) return this.chunk.view.getUint16(this.root.offsetOf(slot), true);
      if (shape === UINT8_SHAPE) return this.chunk.view.getUint8(this.root.offsetOf(slot));
    } else if (slot === FIXED && plan.systemGuard[index] === -1) {
      return plan.systemNumber(index);
    }
    return readSmallNumber(this.systemText(index));
  }

  private readCreated(): void {
    this.hasCreated = true;
    const { chunk } = this;
    const at = this.plainTimeAt();
    if (at >= 0) {
      // `filetimeMs` and `filetimeTicks` in one division: every record comes here.
      const high = chunk.view.getUint32(at + 4, true);
      const rest = high * 7296 + chunk.view.getUint32(at, true);
      const millis = Math.floor(rest / 10000);
      this.createdAtMs = high * 429496 + millis - 11644473600000;
      this.createdAtTicks = rest - millis * 10000;
      return;
    }
    const text = this.systemText(SYS_TIME);
    const instant = text === undefined ? undefined : parseTime(text);
    if (instant !== undefined) {
      this.createdAtMs = instant.ms;
      this.createdAtTicks = instant.ticks;
      return;
    }
    chunk.faults |= FAULT_NO_TIME;
    const isPrintable = isPrintableMs(this.writtenMs);
    this.createdAtMs = isPrintable ? this.writtenMs : filetimeMs(0, 0);
    this.createdAtTicks = isPrintable ? this.writtenTicks : 0;
  }

  private readTime(): void {
    this.hasTime = true;
    this.eventMs = this.createdMs;
    this.eventTicks = this.createdTicks;
    this.key ??= this.findKey();
    if (!this.isSysmon) return;
    const text = this.get('UtcTime');
    const instant = text === undefined || text.length > 64 ? undefined : parseTime(text);
    if (instant === undefined || Math.abs(instant.ms - this.createdMs) > MAX_UTC_TIME_DRIFT_MS) return;
    this.eventMs = instant.ms;
    this.eventTicks = instant.ticks;
  }
}
