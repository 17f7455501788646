import { wellKnownSidName } from '../windows/index.ts';
import { isAccountSid, isSameAccount, splitAccount } from './account.ts';
import { FairTable } from './bounded.ts';

const BOUNDS = { max: 32_768, quota: 8192 };
const MAX_SID = 200;
const MAX_ACCOUNT = 300;
/** SIDs of a domain mean the same everywhere; they are kept apart by the host that named them, and in this group. */
const ANYWHERE = '*';

interface NamedSid {
  readonly sid: string;
  readonly account: string;
}

/** Which account a SID belongs to, learned from every record that has both (DOMAIN 2.2 #9, #30). */
export class Accounts {
  readonly #bySid = new FairTable<NamedSid>(BOUNDS);
  readonly #byName = new FairTable<NamedSid>(BOUNDS);

  get evicted(): number {
    return this.#bySid.evicted + this.#byName.evicted;
  }

  learn(host: string, sid: string | undefined, account: string | undefined): void {
    if (!isAccountSid(sid) || account === undefined || sid.length > MAX_SID || account.length > MAX_ACCOUNT) return;
    const known = this.#bySid.get(host, sid);
    if (known !== undefined && !isBetter(account, known.account)) return;
    const named: NamedSid = { sid, account };
    this.#bySid.set(host, sid, named);
    this.#byName.set(host, splitAccount(account).name.toLowerCase(), named);
    const elsewhere = this.#bySid.get(ANYWHERE, sid);
    if (elsewhere === undefined || isBetter(account, elsewhere.account)) this.#bySid.set(ANYWHERE, sid, named);
  }

  accountOf(host: string, sid: string): string | undefined {
    return wellKnownSidName(sid) ?? this.#bySid.get(host, sid)?.account ?? this.#bySid.get(ANYWHERE, sid)?.account;
  }

  sidOf(host: string, account: string): string | undefined {
    const named = this.#byName.get(host, splitAccount(account).name.toLowerCase());
    return named !== undefined && isSameAccount(named.account, account) ? named.sid : undefined;
  }
}

/** A name with a NetBIOS domain is the one that people write; the first of a kind stays. */
function isBetter(account: string, known: string): boolean {
  return rank(account) > rank(known);
}

function rank(account: string): number {
  const { domain } = splitAccount(account);
  if (domain === '') return 0;
  return domain.includes('.') ? 1 : 2;
}
