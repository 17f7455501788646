import { isNetwork } from './network-form.ts';
import {
  duration,
  type ListenAddress,
  oneOf,
  optionalAddress,
  optionalText,
  type Setting,
  texts,
  whole,
  yesNo,
} from './setting.ts';

export const SINK_KINDS = ['webhook', 'slack', 'teams', 'syslog', 'splunk', 'elasticsearch'] as const;
export type SinkKind = (typeof SINK_KINDS)[number];

/** Where messages go, and which. Secrets are references to where they stand. */
export interface SinkSettings {
  readonly kind: SinkKind | undefined;
  readonly url: string | undefined;
  readonly address: ListenAddress | undefined;
  readonly tls: boolean;
  readonly secret: string | undefined;
  readonly format: 'triad' | 'ocsf';
  readonly index: string;
  readonly gzip: boolean;
  readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical';
  readonly scope: readonly string[];
  readonly hosts: readonly string[];
  readonly tells: readonly string[];
  readonly allow: readonly string[];
  readonly authority: string | undefined;
  readonly timeout: number;
  readonly perMinute: number;
}

/** Groups of one form that the configuration names itself. */
export interface NamedTrees {
  readonly isNamed: true;
  readonly each: Readonly<Record<string, Setting<unknown>>>;
}

/** Of a name that a configuration gives. */
export const NAME_FORM: RegExp = /^[a-z][a-z0-9-]{0,31}$/;

const SCOPES: readonly string[] = ['wmi', 'lateral', 'tamper', 'posture', 'custom'];
const CHANGES: readonly string[] = ['owner', 'state', 'verdict'];
const REFERENCE = 'file:PATH or env:NAME';

export const SINK: { readonly [Name in keyof SinkSettings]: Setting<SinkSettings[Name]> } = {
  kind: kind('what it is; needed'),
  url: {
    ...optionalText(
      `an address of http or https, or ${REFERENCE} where it stands`,
      (text) => isReference(text) || isTarget(text),
      'where messages are posted; for Slack and Teams, whose address is a secret, file:PATH or env:NAME',
    ),
    isSecret: true,
  },
  address: optionalAddress('of syslog: where messages go'),
  tls: yesNo(true, 'of syslog: over TLS; without it only to what `allow` names'),
  secret: {
    ...optionalText(
      REFERENCE,
      isReference,
      'where the signing keys of a webhook (`whsec_…`, `whsk_…`; at most 8), the token of Splunk or the API key of Elasticsearch stand',
    ),
    isSecret: true,
  },
  format: oneOf('triad', ['triad', 'ocsf'], 'of a webhook: what the body is'),
  index: indexName('triad-alerts', 'of Elasticsearch: the index or data stream'),
  gzip: yesNo(true, 'of Splunk: bodies over 1,024 bytes are packed; false for a receiver that cannot unpack them'),
  level: oneOf('medium', ['informational', 'low', 'medium', 'high', 'critical'], 'incidents of this level and above'),
  scope: texts(SCOPES.join(', '), (text) => SCOPES.includes(text), 'only incidents of one of these scopes'),
  hosts: texts('host patterns, * for any letters', isPattern, 'only incidents with such a host'),
  tells: texts(CHANGES.join(', '), (text) => CHANGES.includes(text), 'changes by people that are told as well'),
  allow: texts(
    'addresses or networks',
    isNetwork,
    'private addresses that it may lead to, and all that it may lead to without TLS; none else are reached',
  ),
  authority: optionalText('a path', (text) => !text.includes('\0'), 'a certificate authority of your own, PEM'),
  timeout: duration('10s', ['1s', '60s'], 'time for one attempt'),
  perMinute: whole(60, { least: 1, most: 6000 }, 'most messages in a minute'),
};

function kind(text: string): Setting<SinkKind | undefined> {
  const { preset: _, ...rest } = oneOf<SinkKind>('webhook', SINK_KINDS, text);
  return { ...rest, preset: undefined };
}

function indexName(preset: string, text: string): Setting<string> {
  const form = 'a name of an index: small letters, digits, . _ and -, not first';
  return {
    isSetting: true,
    text,
    preset,
    form,
    read: (given) =>
      typeof given === 'string' && /^[a-z0-9][a-z0-9._-]{0,199}$/.test(given)
        ? { kind: 'value', value: given }
        : { kind: 'wrong', expected: form },
  };
}

/** Variables of Triad's own settings hold no secrets of sinks. */
export function isReference(text: string): boolean {
  return /^file:[^\0]{1,4000}$/.test(text) || /^env:(?!TRIAD_)[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text);
}

/** A name and a password do not stand in an address: addresses are shown. */
function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' && [username, password, hash].every((part) => part === '');
}

function isPattern(text: string): boolean {
  return /^[A-Za-z0-9._*-]{1,255}$/.test(text);
}
