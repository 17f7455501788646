import { canonicalAddress } from '../../entities/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { levelRank } from '../../windows/index.ts';
import type { Indicator } from '../../wmi/index.ts';
import { inert } from '../text.ts';
import { isDomainName } from './observables.ts';

/** A pattern, and when what it is of was seen. */
export interface Pattern {
  readonly pattern: string;
  readonly name: string;
}

/**
 * Patterns of what a payload reaches out to. Only of a subscription that is judged high or worse and accepted by nobody: an indicator says that
 * what matches it is malicious.
 */
export function patternsOf({ verdict, pinned, consumer }: Dossier): readonly Pattern[] {
  if (pinned !== undefined || levelRank(verdict.level) < levelRank('high')) return [];
  return consumer.indicators.flatMap((indicator) => patternOf(indicator) ?? []);
}

function patternOf({ kind, value }: Indicator): Pattern | undefined {
  const text = inert(value);
  switch (kind) {
    case 'url':
      return { pattern: comparison('url:value', text), name: text };
    case 'domain':
      return isDomainName(text) ? { pattern: comparison('domain-name:value', text), name: text } : undefined;
    case 'ip': {
      const address = canonicalAddress(text);
      if (address === undefined) return undefined;
      const type = address.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
      return { pattern: comparison(`${type}:value`, address), name: address };
    }
    default:
      return undefined;
  }
}

/** `\` and `'` are escaped in a literal (STIX 2.1, 9.3); control characters have no place in an address. */
function comparison(path: string, value: string): string {
  return `[${path} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}
