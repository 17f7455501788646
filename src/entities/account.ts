/** How accounts are spelled and compared (DOMAIN 2.2 #29, #30). */

/** NT AUTHORITY in the languages that write it with this stem, and the managers of windows and fonts. */
const BUILT_IN_DOMAIN = /AUTORI|AUTHORI|^(?:Window Manager|Font Driver Host)$/i;

/** True for a SID of a person, a computer or a group of a domain or machine: S-1-5-21-…, S-1-12-1-… (Entra). */
export function isAccountSid(sid: string | undefined): sid is string {
  return sid?.startsWith('S-1-5-21-') === true || sid?.startsWith('S-1-12-1-') === true;
}

export interface AccountName {
  readonly domain: string;
  readonly name: string;
}

/** `DOM\name` and `name@realm` taken apart; the domain is '' when absent. */
export function splitAccount(text: string): AccountName {
  const slash = text.lastIndexOf('\\');
  if (slash >= 0) return { domain: text.slice(0, slash), name: text.slice(slash + 1) };
  const at = text.lastIndexOf('@');
  return at > 0 ? { domain: text.slice(at + 1), name: text.slice(0, at) } : { domain: '', name: text };
}

/** `DOMAIN\name` as written; undefined where the name is absent. */
export function joinAccount(domain: string | undefined, name: string | undefined): string | undefined {
  if (name === undefined || name === '' || name === '-') return undefined;
  return domain === undefined || domain === '' || domain === '-' ? name : `${domain}\\${name}`;
}

/** Case-folded name and first label of the domain: the key of an account that has no SID. */
export function accountKey(text: string): string {
  const { domain, name } = splitAccount(text.trim());
  const dot = domain.indexOf('.');
  return `${(dot < 0 ? domain : domain.slice(0, dot)).toLowerCase()}\\${name.toLowerCase()}`;
}

/** True when two spellings may mean one account: equal names, and equal domains where both have one. */
export function isSameAccount(a: string, b: string): boolean {
  const x = accountKey(a);
  const y = accountKey(b);
  if (x === y) return true;
  const xs = x.indexOf('\\');
  const ys = y.indexOf('\\');
  return x.slice(xs) === y.slice(ys) && (xs === 0 || ys === 0);
}

/** True for SYSTEM and its kind, for window and font managers: accounts that stand for no person and no machine. */
export function isBuiltInAccount(account: string, sid?: string): boolean {
  if (sid !== undefined && sid !== 'S-1-0-0') return !isAccountSid(sid);
  return BUILT_IN_DOMAIN.test(splitAccount(account).domain);
}

export function isMachineAccount(account: string): boolean {
  return account.endsWith('$');
}
