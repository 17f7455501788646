import { type Entities, isBuiltInAccount, isMachineAccount } from '../entities/index.ts';
import type { Glue } from './finding.ts';

/** Sessions that every process of a machine may run under: they glue nothing (DOMAIN 3.4, SETTLED C20). */
const SHARED_LOGONS: ReadonlySet<string> = new Set(['0x3e4', '0x3e5', '0x3e6', '0x3e7']);

/** A process, or what stands for one, that a finding is about. */
export interface Glued {
  readonly host: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly lastMs?: number;
  readonly guid?: string;
  readonly pid?: number;
  readonly logonId?: string;
  /** `DOMAIN\name`. */
  readonly accounts: readonly string[];
}

/** The lineage, the session and the accounts by which a finding meets others. */
export function glueOf(entities: Entities, about: Glued): Glue {
  const { host, logonId, atMs } = about;
  const isShared = logonId === undefined || SHARED_LOGONS.has(logonId);
  const accounts = about.accounts.filter((account) => !isMachineAccount(account) && !isBuiltInAccount(account));
  return {
    processes: [],
    logons: isShared ? [] : [`${host}\u0000${logonId}`],
    accounts: [...new Set(accounts.flatMap((account) => entities.accountKeyOf(host, { account }) ?? []))].sort(),
    firstMs: atMs,
    lastMs: about.lastMs ?? atMs,
  };
}
