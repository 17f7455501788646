/** How labels compare names: hosts by their first part, accounts by name where one domain is DNS and the other NetBIOS. */

export function fold(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : text.toLowerCase();
}

/** `WS-07` of `WS-07.corp.example.com`, in lower case; an address stays whole. */
export function firstPart(host: string): string {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host.toLowerCase();
  return (host.split('.')[0] ?? host).toLowerCase();
}

export function isHost(found: string | undefined, label: string): boolean {
  return found !== undefined && firstPart(found) === firstPart(label);
}

/** Accounts compare without case, by name alone where one side has the DNS and the other the NetBIOS domain. */
export function isAccount(found: string | undefined, label: string): boolean {
  if (found === undefined) return false;
  if (fold(found) === fold(label)) return true;
  const [foundDomain, foundName] = splitAccount(found);
  const [labelDomain, labelName] = splitAccount(label);
  return (
    foundName === labelName &&
    (firstPart(foundDomain) === firstPart(labelDomain) || foundDomain === '' || labelDomain === '')
  );
}

function splitAccount(account: string): readonly [string, string] {
  const folded = account.toLowerCase();
  const slash = folded.indexOf('\\');
  return slash < 0 ? ['', folded] : [folded.slice(0, slash), folded.slice(slash + 1)];
}
