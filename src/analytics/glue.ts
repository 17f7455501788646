import {
  type Entities,
  isBuiltInAccount,
  isMachineAccount,
  type ProcessClue,
  type ProcessNode,
  type Who,
} from '../entities/index.ts';
import type { Glue } from './finding.ts';

/** Logon sessions that every machine has: they tie nothing (SETTLED C20 d). */
const WELL_KNOWN_LOGONS: ReadonlySet<string> = new Set(['0x3e4', '0x3e5', '0x3e6', '0x3e7']);

/** What a finding is about, as its analytic knows it. */
export interface Involved extends ProcessClue {
  /** Host key. */
  readonly host: string;
  /** Of the process's start, or of the act: Unix milliseconds. */
  readonly atMs: number;
  /** Of the last record; that of the act where absent. */
  readonly lastMs?: number;
  /** Nodes that it is also about. */
  readonly nodes?: readonly ProcessNode[];
  /** The process's own LogonId, never its creator's (DOMAIN 2.2 #52), and those of the callers. */
  readonly logonId?: string | undefined;
  readonly logonIds?: readonly string[];
  /** Those that acted, `DOMAIN\name`. */
  readonly accounts?: readonly string[];
  readonly sids?: readonly string[];
}

/** What ties a finding to others (DOMAIN 3.4, SETTLED C20): keys of processes with their lineage, of sessions, of accounts. */
export function glueOf(entities: Entities, involved: Involved): Glue {
  const { host, atMs, lastMs, logonId, logonIds = [], accounts = [], sids = [] } = involved;
  const tree = entities.processTree;
  const own = tree.keyAt(host, involved, atMs);
  const keys = new Set([...(own === undefined ? [] : [own]), ...(involved.nodes ?? []).map(({ key }) => key)]);
  const who: Who[] = [...accounts.map((account) => ({ account })), ...sids.map((sid) => ({ sid }))];
  return {
    processes: [...keys].sort().map((key) => ({ key, ancestors: tree.ancestorsOf(key) })),
    logons: distinct([...(logonId === undefined ? [] : [logonId]), ...logonIds].flatMap((id) => logonKey(id) ?? [])),
    accounts: distinct(who.flatMap((one) => accountKey(one) ?? [])),
    firstMs: atMs,
    lastMs: Math.max(atMs, lastMs ?? atMs),
  };

  function logonKey(id: string): string | undefined {
    const folded = id.toLowerCase();
    if (WELL_KNOWN_LOGONS.has(folded)) return undefined;
    return `${host}\u0000${entities.bootEpochOf(host, atMs)}\u0000${folded}`;
  }

  function accountKey({ account, sid }: Who): string | undefined {
    const name = account ?? (sid === undefined ? undefined : entities.accountOfSid(host, sid));
    if (name !== undefined && (isMachineAccount(name) || isBuiltInAccount(name, sid))) return undefined;
    if (name === undefined && sid !== undefined && isBuiltInAccount('', sid)) return undefined;
    return entities.accountKeyOf(host, {
      ...(name === undefined ? {} : { account: name }),
      ...(sid === undefined ? {} : { sid }),
    });
  }
}

function distinct(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].sort();
}
