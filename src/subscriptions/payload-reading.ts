import type { Indicator, PayloadFeature, PayloadLayer } from '../wmi/index.ts';
import type { ConsumerSight } from './sighting.ts';

/** What the payload of a consumer gives when it is peeled (DOMAIN 5). */
export interface PayloadReading {
  readonly layers: readonly PayloadLayer[];
  /** In the order of their codes, each once. */
  readonly features: readonly PayloadFeature[];
  readonly indicators: readonly Indicator[];
  readonly stopped: readonly string[];
}

const NOTHING: PayloadReading = { layers: [], features: [], indicators: [], stopped: [] };

export function readPayload(_consumerClass: string | null, _content: ConsumerSight | undefined): PayloadReading {
  return NOTHING;
}
