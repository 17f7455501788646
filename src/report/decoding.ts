import {
  analysePayload,
  canonicalProperties,
  classifyTrigger,
  type Indicator,
  type MofInstance,
  mofText,
  normaliseQuery,
  type PayloadFeature,
  type PayloadLayer,
  parseMofInstances,
  parseWql,
  payloadOf,
  reasonsNotToFire,
  type Trigger,
  type WqlProblem,
} from '../wmi/index.ts';
import { defang } from './defang.ts';
import { COLUMNS, escapeTerminal, plural, wrap } from './terminal.ts';

export type DecodingKind = 'wql' | 'command' | 'script' | 'mof';

export interface DecodedQuery {
  readonly query: string;
  readonly normalised: string;
  readonly trigger: Trigger;
  /** Why a filter with this query would never fire, or what it needs. */
  readonly notes: readonly string[];
  readonly problem?: WqlProblem;
}

export interface DecodedPayload {
  readonly text: string;
  readonly layers: readonly PayloadLayer[];
  readonly features: readonly PayloadFeature[];
  /** 0..40: the sum of the weights of the features, capped (DOMAIN 5). */
  readonly points: number;
  readonly indicators: readonly Indicator[];
  /** Bounds that were hit. */
  readonly stopped: readonly string[];
}

export interface DecodedInstance {
  readonly class: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly isCut: boolean;
}

/** What `triad decode` says of one text. */
export interface Decoding {
  readonly kind: DecodingKind;
  readonly query?: DecodedQuery;
  readonly payload?: DecodedPayload;
  readonly instances: readonly DecodedInstance[];
}

/** Decodes one payload, query, MOF text or command line; `auto` looks at how it begins. */
export function decodeText(text: string, kind: DecodingKind | 'auto', maxLayers: number): Decoding {
  const actual = kind === 'auto' ? recogniseText(text) : kind;
  if (actual === 'wql') return { kind: actual, query: decodeQuery(text.trim()), instances: [] };
  if (actual === 'mof') return decodeMof(text, maxLayers);
  return { kind: actual, payload: decodePayload(text, actual, maxLayers), instances: [] };
}

function recogniseText(text: string): DecodingKind {
  const start = text.trimStart();
  if (/^(?:select\s|(?:associators|references)\s+of\s*\{)/i.test(start)) return 'wql';
  if (/(?:^|[\s;:])instance\s+of\s+\w/i.test(text.slice(0, 65536))) return 'mof';
  return /[\r\n]/.test(text.trim()) ? 'script' : 'command';
}

function decodeQuery(query: string): DecodedQuery {
  const parsed = parseWql(query);
  return {
    query,
    normalised: normaliseQuery(query),
    trigger: classifyTrigger(parsed),
    notes: parsed.kind === 'problem' ? [] : reasonsNotToFire(parsed),
    ...(parsed.kind === 'problem' ? { problem: parsed } : {}),
  };
}

function decodePayload(text: string, kind: 'command' | 'script', maxLayers: number): DecodedPayload {
  const { layers, features, points, indicators, stopped } = analysePayload(text, kind);
  const hidden = layers.length - maxLayers;
  return {
    text,
    layers: layers.slice(0, maxLayers),
    features,
    points,
    indicators,
    stopped: hidden > 0 ? [...stopped, `${plural(hidden, 'more layer')} not shown`] : stopped,
  };
}

function decodeMof(text: string, maxLayers: number): Decoding {
  const { instances } = parseMofInstances(text);
  const filter = instances.find((instance) => instance.className.toLowerCase() === '__eventfilter');
  const query = filter === undefined ? undefined : mofText(filter, 'Query');
  const consumer = instances.find((instance) => instance !== filter && payloadOfInstance(instance) !== undefined);
  const payload = consumer === undefined ? undefined : payloadOfInstance(consumer);
  const isScript = consumer?.className.toLowerCase() === 'activescripteventconsumer';
  return {
    kind: 'mof',
    instances: instances.map((instance) => ({
      class: instance.className,
      properties: Object.fromEntries(canonicalProperties(instance.properties)),
      isCut: instance.isCut,
    })),
    ...(query === undefined ? {} : { query: decodeQuery(query) }),
    ...(payload === undefined ? {} : { payload: decodePayload(payload, isScript ? 'script' : 'command', maxLayers) }),
  };
}

function payloadOfInstance(instance: MofInstance): string | undefined {
  return payloadOf(instance.className, canonicalProperties(instance.properties));
}

/** The decoding as JSON with a line break at its end. */
export function renderDecodingJson(decoding: Decoding): string {
  return `${JSON.stringify({ schemaVersion: 1, ...decoding }, null, 2)}\n`;
}

/** The decoding for people; addresses are defanged and controls escaped (L20). */
export function renderDecoding(decoding: Decoding): string {
  const lines: string[] = [`KIND      ${decoding.kind}`];
  for (const instance of decoding.instances) {
    lines.push('', `INSTANCE  ${shown(instance.class)}${instance.isCut ? '   (the text ends inside it)' : ''}`);
    for (const [name, value] of Object.entries(instance.properties)) lines.push(...block(`  ${shown(name)} = `, value));
  }
  if (decoding.query !== undefined) lines.push(...queryLines(decoding.query));
  if (decoding.payload !== undefined) lines.push(...payloadLines(decoding.payload));
  return `${lines.join('\n')}\n`;
}

function queryLines({ query, normalised, trigger, notes, problem }: DecodedQuery): string[] {
  const lines = ['', ...block('QUERY     ', query)];
  if (problem === undefined) {
    lines.push(...block('FIRES     ', trigger.sentence), `FAMILY    ${trigger.family} (${trigger.code})`);
    if (trigger.names.length > 0) lines.push(...block('NAMES     ', trigger.names.join(', ')));
    lines.push(...block('CANONICAL ', normalised));
  } else {
    lines.push(
      ...block('PROBLEM   ', `line ${problem.line}, column ${problem.column}: ${problem.message}`),
      ...block('SO        ', 'WMI would refuse this query, or it was cut; a filter with it never fires.'),
    );
  }
  for (const note of notes) lines.push(...block('NOTE      ', note));
  return lines;
}

function payloadLines(payload: DecodedPayload): string[] {
  const lines = ['', ...block('PAYLOAD   ', payload.text)];
  for (const layer of payload.layers) {
    lines.push(
      '',
      `LAYER ${String(layer.depth).padEnd(3)} ${shown(layer.operation)}, ${plural(layer.text.length, 'character')}`,
    );
    lines.push(...block('          ', layer.text));
  }
  lines.push('');
  if (payload.features.length === 0) lines.push('WEIGHTS   none of the signs that Triad knows');
  for (const [i, feature] of payload.features.entries()) {
    const head = i === 0 ? 'WEIGHTS   ' : '          ';
    lines.push(
      ...block(`${head}${feature.code} ${String(feature.points).padStart(2)}  `, `${feature.title}: ${feature.match}`),
    );
  }
  if (payload.features.length > 0) lines.push(`          sum ${payload.points} of at most 40`);
  if (payload.indicators.length > 0) lines.push('');
  for (const [i, indicator] of payload.indicators.entries()) {
    const head = i === 0 ? 'FOUND     ' : '          ';
    lines.push(...block(`${head}${indicator.kind.padEnd(10)} `, indicator.value));
  }
  for (const stop of payload.stopped) lines.push(...block('STOPPED   ', stop));
  return lines;
}

function shown(text: string): string {
  return escapeTerminal(text);
}

/** A label and a text in lines of at most 100 columns; the lines of the text stay lines. */
function block(label: string, text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).flatMap((line) => wrap(escapeTerminal(defang(line)), COLUMNS - label.length));
  return lines.map((line, i) => (i === 0 ? label : ' '.repeat(label.length)) + line);
}
