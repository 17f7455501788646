export { AUDIT_ANOMALIES, type AuditAnomalyWord } from './anomalies.ts';
export type {
  AuditDocument,
  AuditedNamespace,
  AuditedObject,
  AuditedProvider,
  AuditRows,
  CollectorFacts,
} from './audit-document.ts';
export { AUDIT_FORMATS, type AuditFormat, type AuditFormatKind } from './formats.ts';
export { AUDIT_LIMITS, type AuditLimits } from './limits.ts';
export { readAudit } from './read-audit.ts';
export { AUDIT_HEAD_BYTES, isAudit } from './recognise.ts';
