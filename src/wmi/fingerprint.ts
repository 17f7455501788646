import { type Canonical, canonicalJson, sha256Hex } from '../bytes/index.ts';
import {
  canonicalPropertyName,
  isDefaultValue,
  type ObjectProperties,
  payloadOf,
  propertyEntries,
  propertyOf,
  standardConsumer,
} from './consumers.ts';
import { canonicalNamespace } from './reference.ts';
import { normaliseQuery } from './wql-text.ts';

/** What a fingerprint is taken over: content only, no names, no host, no creator (DOMAIN 3.4). */
export interface SubscriptionContent {
  readonly consumerClass: string | null;
  /** The consumer's properties as texts (`canonicalProperties`). */
  readonly properties: ObjectProperties;
  /** The payload where it is known without properties (Sysmon 20); else it is taken from them. */
  readonly payload?: string;
  readonly query?: string;
  readonly eventNamespace?: string;
}

export interface Fingerprint {
  /** 64 hex digits. */
  readonly fingerprint: string;
  /** The same over text in which GUIDs, addresses, URLs, long numbers and base64 runs are replaced by tokens. */
  readonly loosePrint: string;
}

/** Never part of a fingerprint (SETTLED A6). */
const IDENTITY: ReadonlySet<string> = new Set(['Name', 'CreatorSID', 'MachineName']);

function normalisedText(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

const LOOSE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:https?|hxxps?|ftp):\/\/[^\s"'<>|)\]},;]{1,2048}/gi, '<url>'],
  [/\{?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\}?/gi, '<guid>'],
  [/[A-Za-z0-9+/]{40,}={0,2}/g, '<base64>'],
  [/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, '<ip>'],
  [/\d{4,}/g, '<number>'],
];

const IP6_CANDIDATE = /(?<![\w:.])[0-9a-f:]{3,45}(?![\w:])/gi;

function isIp6(text: string): boolean {
  const groups = text.split(':');
  const gaps = text.split('::').length - 1;
  return (
    groups.every((group) => group.length <= 4) && (gaps === 1 ? groups.length <= 9 : gaps === 0 && groups.length === 8)
  );
}

/** The text with what changes between copies of one implant replaced by tokens (DOMAIN 3.4, loose print). */
export function loosened(text: string): string {
  let loose = text.replace(IP6_CANDIDATE, (run) => (isIp6(run) ? '<ip>' : run));
  for (const [pattern, token] of LOOSE) loose = loose.replace(pattern, token);
  return loose;
}

/**
 * The fingerprints of a subscription's content (DOMAIN 3.4, SETTLED A6), or undefined while content is missing: nothing
 * equals nothing (SETTLED C16). Command line and script consumers need payload and query; other classes, which have no
 * payload, the query and at least one property of their own. A property at its default counts as absent, since 5861 leaves
 * it out and the repository holds it.
 */
export function fingerprintOf(content: SubscriptionContent): Fingerprint | undefined {
  const { consumerClass, query } = content;
  if (consumerClass === null || query === undefined || query.trim() === '') return undefined;
  const className = consumerClass.toLowerCase();
  const standard = standardConsumer(consumerClass)?.className;
  const payload = content.payload ?? payloadOf(consumerClass, content.properties);
  const others = new Map<string, string>();
  if (standard === 'CommandLineEventConsumer' || standard === 'ActiveScriptEventConsumer') {
    if (payload === undefined) return undefined;
  } else {
    for (const [name, value] of propertyEntries(content.properties)) {
      const canonical = canonicalPropertyName(name);
      if (!IDENTITY.has(canonical) && !isDefaultValue(consumerClass, canonical, value)) others.set(canonical, value);
    }
    if (others.size === 0) return undefined;
  }
  const print = (change: (text: string) => string): string => {
    const text = (value: string | undefined): string | null =>
      value === undefined || value.trim() === '' ? null : change(normalisedText(value));
    const parts: Canonical[] = [
      className,
      text(payload),
      text(propertyOf(content.properties, 'ExecutablePath')),
      text(propertyOf(content.properties, 'ScriptingEngine'))?.toLowerCase() ?? null,
      change(normaliseQuery(query)),
      content.eventNamespace === undefined ? null : canonicalNamespace(content.eventNamespace),
    ];
    if (others.size > 0) {
      parts.push([...others.keys()].sort().map((name) => [name, text(others.get(name))]));
    }
    return sha256Hex(canonicalJson(parts));
  };
  return { fingerprint: print((text) => text), loosePrint: print(loosened) };
}
