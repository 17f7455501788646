export type { Indicator, PayloadFeature, PayloadLayer, Trigger, TriggerFamily } from './types.ts';
