import { type ObjectSight, wellKnownSidName } from '../windows/index.ts';
import { isAccountSid, isSameAccount, joinAccount, splitAccount } from './account.ts';
import { FairTable } from './bounded.ts';
import { sessionAccountOf } from './session-account.ts';

const BOUNDS = { max: 32_768, quota: 8192 };
const BEST = 2;
const MAX_SID = 200;
const MAX_ACCOUNT = 300;
/** SIDs of a domain mean the same everywhere; they are kept apart by the host that named them, and in this group. */
const ANYWHERE = '*';

interface NamedSid {
  readonly sid: string;
  readonly account: string;
  readonly rank: Rank;
  /** True where no log names it, only the sessions of group policy in a repository (SETTLED D2). */
  readonly isInferred: boolean;
}

/** How well a name says whose it is: one with a NetBIOS domain is what people write, then one with a realm; the first of a kind stays. */
type Rank = 0 | 1 | 2;

/** Which account a SID belongs to, learned from every record that has both (DOMAIN 2.2 #9, #30). */
export class Accounts {
  readonly #bySid = new FairTable<NamedSid>(BOUNDS);
  readonly #byName = new FairTable<NamedSid>(BOUNDS);

  get evicted(): number {
    return this.#bySid.evicted + this.#byName.evicted;
  }

  learn(
    host: string,
    sid: string | undefined,
    domain: string | undefined,
    name: string | undefined,
    isInferred = false,
  ): void {
    if (!isAccountSid(sid) || sid.length > MAX_SID) return;
    const known = this.#bySid.get(host, sid);
    // Nearly every record repeats a name that no other one can better: nothing is put together for it.
    if (known?.rank === BEST && (isInferred || !known.isInferred)) return;
    const account = joinAccount(domain, name);
    if (account === undefined || account.length > MAX_ACCOUNT) return;
    const rank = rankOf(account);
    // A name that a log tells is better than one that is inferred, whatever its form.
    const isBetter = known === undefined || (known.isInferred && !isInferred) || rank > known.rank;
    if (!isBetter || (isInferred && known !== undefined)) return;
    const named: NamedSid = { sid, account, rank, isInferred };
    this.#bySid.set(host, sid, named);
    this.#byName.set(host, splitAccount(account).name.toLowerCase(), named);
    const elsewhere = this.#bySid.get(ANYWHERE, sid);
    if (elsewhere === undefined || (!isInferred && (elsewhere.isInferred || rank > elsewhere.rank)))
      this.#bySid.set(ANYWHERE, sid, named);
  }

  /** What the sessions of group policy in a repository say of a SID (SETTLED D2): inferred, and less than any log says. */
  learnSession(host: string, sight: ObjectSight): void {
    const named = sessionAccountOf(sight);
    if (named !== undefined) this.learn(host, named.sid, named.domain, named.name, true);
  }

  accountOf(host: string, sid: string): string | undefined {
    return wellKnownSidName(sid) ?? this.#named(host, sid)?.account;
  }

  /** True where the name of a SID is inferred. */
  isInferred(host: string, sid: string): boolean {
    return this.#named(host, sid)?.isInferred === true;
  }

  /** As its own host names it, but a log of another host before an inferred name. */
  #named(host: string, sid: string): NamedSid | undefined {
    const own = this.#bySid.get(host, sid);
    if (own?.isInferred === false) return own;
    const elsewhere = this.#bySid.get(ANYWHERE, sid);
    return own === undefined || elsewhere?.isInferred === false ? elsewhere : own;
  }

  sidOf(host: string, account: string): string | undefined {
    const named = this.#byName.get(host, splitAccount(account).name.toLowerCase());
    return named !== undefined && isSameAccount(named.account, account) ? named.sid : undefined;
  }
}

function rankOf(account: string): Rank {
  const { domain } = splitAccount(account);
  if (domain === '') return 0;
  return domain.includes('.') ? 1 : BEST;
}
