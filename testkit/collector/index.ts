export { COLLECTOR_SECTIONS, collectorDocument, type Json, type JsonObject } from './collector-document.ts';
export type {
  DescribedChannel,
  DescribedHost,
  DescribedNamespace,
  DescribedSubscription,
  DescribedValue,
} from './described-host.ts';
export { type CollectorFile, collectorTraps, writeCollector } from './traps.ts';
