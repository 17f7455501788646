export { type Analytic, checkCatalogue, type EvidenceKind } from './analytic.ts';
export { PROCESS_ANALYTICS } from './catalogue/index.ts';
export { Engine, type EngineContext, type EngineResult } from './engine.ts';
export type { Finding, FindingProcess } from './finding.ts';
