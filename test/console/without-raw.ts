const RAW =
  /^(?:evidence|records|process|commandLine|parentImage|candidates|payload|properties|query|trigger|decoded|features|indicators|otherContents|conflicts|command|shell|data|system|raw|events|fingerprint)$/;

/** What the server withholds from a viewer (SETTLED G20). */
export function withoutRaw(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRaw);
  if (typeof value !== 'object' || value === null) return value;
  const isOfContent = 'kind' in value && /^(?:subscription|payload|command)$/.test(String(value.kind));
  const kept = Object.entries(value).filter(
    ([name, member]) => (!RAW.test(name) || typeof member === 'number') && !(isOfContent && name === 'value'),
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutRaw(member)]));
}
