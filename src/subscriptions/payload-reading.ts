import {
  analysePayload,
  type Indicator,
  type PayloadFeature,
  type PayloadKind,
  type PayloadLayer,
  propertyOf,
} from '../wmi/index.ts';
import type { ConsumerSight } from './sighting.ts';

/** What the payload of a consumer gives when it is peeled (DOMAIN 5). */
export interface PayloadReading {
  readonly layers: readonly PayloadLayer[];
  /** In the order of their codes, each once. */
  readonly features: readonly PayloadFeature[];
  readonly indicators: readonly Indicator[];
  /** Bounds that were hit. */
  readonly stopped: readonly string[];
}

const NOTHING: PayloadReading = { layers: [], features: [], indicators: [], stopped: [] };

function kindOf(consumerClass: string | null): PayloadKind {
  if (consumerClass === 'CommandLineEventConsumer') return 'command';
  return consumerClass === 'ActiveScriptEventConsumer' ? 'script' : 'auto';
}

/**
 * Reads the payload, and the program that stands apart from its template: an innocent template can hide a hostile
 * ExecutablePath (DOMAIN 1.1). A feature that both have counts once.
 */
export function readPayload(consumerClass: string | null, content: ConsumerSight | undefined): PayloadReading {
  const payload = content?.payload;
  if (content === undefined || payload === undefined) return NOTHING;
  const kind = kindOf(consumerClass);
  const main = analysePayload(payload, kind);
  const executable = kind === 'command' ? propertyOf(content.properties, 'ExecutablePath') : undefined;
  if (executable === undefined || executable.trim() === '' || executable === payload) return main;
  const program = analysePayload(executable, kind);
  const seen = new Set(main.features.map(({ code }) => code));
  const features = [...main.features, ...program.features.filter(({ code }) => !seen.has(code))];
  const known = new Set(main.indicators.map(({ kind: of, value }) => `${of} ${value}`));
  const indicators = [...main.indicators, ...program.indicators.filter((i) => !known.has(`${i.kind} ${i.value}`))];
  return {
    layers: main.layers,
    features: features.sort((a, b) => (a.code < b.code ? -1 : 1)),
    indicators: indicators.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.value, b.value)),
    stopped: [...main.stopped, ...program.stopped],
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
