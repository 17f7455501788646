import { type Event, foldName } from '../windows/index.ts';

/** Records of one boot lie within this time (6005 follows Kernel-General 12 and 4608 by seconds). */
const ONE_BOOT_MS = 120_000;
const MAX_HOSTS = 20_000;
/** Starts kept for each host: a machine that boots twice a day reaches this in a year. */
const MAX_STARTS = 1024;
/** `Winmgmt/4` in UTF-16, the binary part of 7036: the service of this key runs (DOMAIN 2.1). */
const WINMGMT_RUNS = /^570069006e006d0067006d0074002f003400/i;

/** Provider and id, lower case: other providers use these ids for other things. */
const BOOTS: ReadonlySet<string> = new Set([
  'eventlog 6005',
  'microsoft-windows-kernel-general 12',
  'microsoft-windows-security-auditing 4608',
]);

interface HostStarts {
  readonly boots: number[];
  /** Further records of boots that are known. */
  readonly others: number[];
  readonly winmgmt: number[];
}

/** Boots, which end the life of LogonIds and process ids (DOMAIN 2.2 #19, #20), and starts of Winmgmt (#10). */
export class Boots {
  readonly #hosts = new Map<string, HostStarts>();
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  /** Takes a record in; true when it begins a new boot. */
  accept(host: string, event: Event): boolean {
    const isBoot = BOOTS.has(kindOf(event));
    if (!isBoot && !isServiceStart(event)) return false;
    const starts = this.#startsOf(host);
    if (starts === undefined) return false;
    this.#put(starts.winmgmt, event.timeMs);
    if (!isBoot) return false;
    if (starts.boots.some((ms) => Math.abs(ms - event.timeMs) <= ONE_BOOT_MS)) {
      this.#put(starts.others, event.timeMs);
      return false;
    }
    this.#put(starts.boots, event.timeMs);
    return true;
  }

  #put(times: number[], ms: number): void {
    if (times.length >= MAX_STARTS) {
      times.shift();
      this.#evicted++;
    }
    let at = times.length;
    while (at > 0 && (times[at - 1] ?? 0) > ms) at--;
    times.splice(at, 0, ms);
  }

  /** Time of the first boot after a time, as far as it was seen. */
  bootAfter(host: string, ms: number): number | undefined {
    const boots = this.#hosts.get(host)?.boots;
    if (boots === undefined || boots.length === 0) return undefined;
    let low = 0;
    let high = boots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((boots[middle] ?? 0) > ms) high = middle;
      else low = middle + 1;
    }
    return boots[low];
  }

  /** Time of the last boot at or before a time, as far as it was seen; 0 where none was: LogonIds mean something within it. */
  epochOf(host: string, ms: number): number {
    return this.#hosts.get(host)?.boots.findLast((boot) => boot <= ms) ?? 0;
  }

  /** What `epochOf` would have said with fewer of the records of boots: of others of that boot, of the boot before, of none (L14). */
  formerEpochsOf(host: string, ms: number): readonly number[] {
    const epoch = this.epochOf(host, ms);
    if (epoch === 0) return [];
    const others = this.#hosts.get(host)?.others ?? [];
    const ofBoot = others.filter((other) => other <= ms && Math.abs(other - epoch) <= ONE_BOOT_MS && other !== epoch);
    return [...new Set([...ofBoot, this.epochOf(host, epoch - 1), 0])];
  }

  winmgmtStarts(host: string): readonly number[] {
    return this.#hosts.get(host)?.winmgmt ?? [];
  }

  #startsOf(host: string): HostStarts | undefined {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    if (this.#hosts.size >= MAX_HOSTS) {
      this.#evicted++;
      return undefined;
    }
    const fresh: HostStarts = { boots: [], others: [], winmgmt: [] };
    this.#hosts.set(host, fresh);
    return fresh;
  }
}

function kindOf(event: Event): string {
  return `${foldName(event.provider)} ${event.eventId}`;
}

function isServiceStart(event: Event): boolean {
  const kind = kindOf(event);
  if (kind === 'microsoft-windows-wmi 5615') return true;
  return kind === 'service control manager 7036' && isRunning(event);
}

/** Display names are localised; the binary part is not, but older records lack it. */
function isRunning(event: Event): boolean {
  const binary = event.get('Binary');
  if (binary !== undefined && binary !== '') return WINMGMT_RUNS.test(binary);
  return event.get('param1') === 'Windows Management Instrumentation' && event.get('param2') === 'running';
}
