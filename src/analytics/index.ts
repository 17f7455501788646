export type { Finding, FindingProcess } from './finding.ts';
