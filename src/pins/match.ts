import { matchesHost } from '../accounts/index.ts';
import type { Finding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Pin, PinCallers } from './pin.ts';
import { commandPrint, payloadPrint } from './prints.ts';

/** Every name of a host: its key and its aliases. */
export type NamesOf = (host: string) => readonly string[];

/** Pins by what they are of, so that a dossier or finding asks for its own only. */
export class PinIndex {
  readonly #byPrint: ReadonlyMap<string, readonly Pin[]>;
  readonly #namesOf: NamesOf;

  constructor(pins: readonly Pin[], namesOf: NamesOf) {
    this.#byPrint = Map.groupBy(pins, ({ kind, print }) => `${kind} ${print}`);
    this.#namesOf = namesOf;
  }

  /** Pins of the content of this subscription, for its host, whoever wrote it (BN2). */
  ofSubscription(dossier: Dossier): readonly Pin[] {
    return this.#ofContent(dossier).filter((pin) => pin.callers === undefined && this.#isScope(pin, dossier.host));
  }

  /**
   * Pins of what this finding tells, called by these accounts from these sources (BN5): every account and every source that it names
   * must be pinned, and there must be one of each.
   */
  ofCalls(finding: Finding, dossiers: readonly (Dossier | undefined)[]): readonly Pin[] {
    const { host, sources } = endsOf(finding);
    if (sources.length === 0 || finding.accounts.length === 0) return [];
    return this.#ofAct(finding, dossiers).filter(
      ({ callers, ...pin }) =>
        callers !== undefined && this.#isScope(pin, host) && this.#areCallers(callers, finding.accounts, sources),
    );
  }

  #ofContent(dossier: Dossier): readonly Pin[] {
    const payload = payloadPrint(dossier);
    return [
      ...this.#of('subscription', dossier.fingerprint),
      ...(payload === undefined ? [] : this.#of('payload', payload)),
    ];
  }

  /** By the command line that ran, else by the content of every subscription that it names. */
  #ofAct({ process }: Finding, dossiers: readonly (Dossier | undefined)[]): readonly Pin[] {
    if (process !== undefined) return this.#of('command', commandPrint(process.commandLine));
    const [first, ...others] = dossiers.map((dossier) => (dossier === undefined ? [] : this.#ofContent(dossier)));
    return (first ?? []).filter((pin) => others.every((pins) => pins.includes(pin)));
  }

  #of(kind: Pin['kind'], print: string | undefined): readonly Pin[] {
    return print === undefined ? [] : (this.#byPrint.get(`${kind} ${print}`) ?? []);
  }

  #isScope({ hosts }: Pick<Pin, 'hosts'>, host: string): boolean {
    return hosts.includes('*') || this.#namesOf(host).some((name) => matchesHost(hosts, name));
  }

  #areCallers({ accounts, sources }: PinCallers, of: readonly string[], from: readonly string[]): boolean {
    const known = new Set(accounts.map((account) => account.toLowerCase()));
    const isKnownSource = (source: string): boolean =>
      [source, ...this.#namesOf(source)].some((name) => sources.some((pinned) => isSource(pinned, name)));
    return of.every((account) => known.has(account.toLowerCase())) && from.every(isKnownSource);
  }
}

/** R19 is told by the caller's machine, and stands there; the others stand where the call arrived. */
const TOLD_AT_SOURCE: ReadonlySet<string> = new Set(['R19']);

/** Where a call arrived, and where it came from: empty where no record tells, or tells of several. */
export function endsOf({ analytic, host, hosts }: Pick<Finding, 'analytic' | 'host' | 'hosts'>): {
  readonly host: string;
  readonly sources: readonly string[];
} {
  const others = hosts.filter((other) => other !== host);
  const [target] = others;
  if (analytic === undefined || !TOLD_AT_SOURCE.has(analytic)) return { host, sources: others };
  return target === undefined || others.length > 1 ? { host, sources: [] } : { host: target, sources: [host] };
}

/** An address is one whole text; of names the first label will do, as in patterns of hosts. */
function isSource(pinned: string, name: string): boolean {
  if (isAddress(pinned) || isAddress(name)) return pinned.toLowerCase() === name.toLowerCase();
  return matchesHost([pinned], name);
}

function isAddress(text: string): boolean {
  return text.includes(':') || /^[\d.]+$/.test(text);
}
