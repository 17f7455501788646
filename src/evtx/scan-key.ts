/**
 * What the scan needs to know of a record, shared by all records that have it in common: identical (`===`) within a unit
 * for equal provider, channel, computer, event id and version.
 */
export interface ScanKey {
  /** Counted from 0 and never used again by the same decoder; the key itself is only shared within a unit. */
  readonly index: number;
  readonly provider: string;
  readonly channel: string;
  readonly computer: string;
  /** 0..65535; 0 when the record has none. */
  readonly eventId: number;
  readonly version: number;
}

/** All keys that share provider, channel and computer. */
export interface KeyBase {
  readonly provider: string;
  readonly channel: string;
  readonly computer: string;
  /** True for Sysmon, whose events carry their own time (SETTLED A10). */
  readonly isSysmon: boolean;
  readonly keys: Map<number, ScanKey>;
  /** Keys used last, by the low bits of the event id: in front of the map, which every record would ask. */
  readonly recent: (ScanKey | undefined)[];
}

/** Keys that a decoder may hold before it starts anew at the next unit: bounds what a forged log can make it keep. */
const MAX_KEYS = 65536;

const SYSMON = 'microsoft-windows-sysmon';
const RECENT = 16;
const RECENT_KEYS = 64;

export class ScanKeys {
  private readonly bases = new Map<string, Map<string, Map<string, KeyBase>>>();
  private readonly firstIndex: number;
  private count = 0;
  /** A log that mixes providers goes round a few bases. */
  private readonly recent: KeyBase[] = [];
  private turn = 0;

  /** @param firstIndex number of the first key: above those of the tables before */
  constructor(firstIndex: number) {
    this.firstIndex = firstIndex;
  }

  get nextIndex(): number {
    return this.firstIndex + this.count;
  }

  get isFull(): boolean {
    return this.count >= MAX_KEYS;
  }

  base(provider: string, channel: string, computer: string): KeyBase {
    const recent = this.recent;
    for (let i = 0; i < recent.length; i++) {
      const base = recent[i];
      if (base !== undefined && base.provider === provider && base.channel === channel && base.computer === computer) {
        return base;
      }
    }
    const base = this.findBase(provider, channel, computer);
    recent[this.turn++ & (RECENT - 1)] = base;
    return base;
  }

  private findBase(provider: string, channel: string, computer: string): KeyBase {
    let byChannel = this.bases.get(provider);
    if (byChannel === undefined) {
      byChannel = new Map();
      this.bases.set(provider, byChannel);
    }
    let byComputer = byChannel.get(channel);
    if (byComputer === undefined) {
      byComputer = new Map();
      byChannel.set(channel, byComputer);
    }
    let base = byComputer.get(computer);
    if (base === undefined) {
      const isSysmon = provider.toLowerCase() === SYSMON;
      base = { provider, channel, computer, isSysmon, keys: new Map(), recent: new Array(RECENT_KEYS).fill(undefined) };
      byComputer.set(computer, base);
    }
    return base;
  }

  /** The key of an event id (16 bits) and version (8 bits) below a base. */
  key(base: KeyBase, eventId: number, version: number): ScanKey {
    const recent = base.recent[eventId & (RECENT_KEYS - 1)];
    if (recent !== undefined && recent.eventId === eventId && recent.version === version) return recent;
    const key = this.findKey(base, eventId, version);
    base.recent[eventId & (RECENT_KEYS - 1)] = key;
    return key;
  }

  private findKey(base: KeyBase, eventId: number, version: number): ScanKey {
    const number = eventId * 256 + version;
    const known = base.keys.get(number);
    if (known !== undefined) return known;
    const { provider, channel, computer } = base;
    const key: ScanKey = { index: this.firstIndex + this.count++, provider, channel, computer, eventId, version };
    base.keys.set(number, key);
    return key;
  }
}
