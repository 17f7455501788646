export {
  A_USER,
  ADMINISTRATORS,
  type AuditedHost,
  type Creator,
  type HeldBinding,
  type HeldConsumer,
  type HeldFilter,
  type HeldValue,
  objectPath,
  SAMPLE_HOST,
} from './audited-host.ts';
export { type CollectorOptions, collectorDocument } from './collector-document.ts';
export { type PowerShellOptions, powerShellJson } from './powershell-json.ts';
export { type CsvOptions, powerShellClixml, powerShellCsv } from './powershell-tables.ts';
export {
  autorunsCsv,
  autorunsXml,
  osqueryiJson,
  osqueryLine,
  osqueryRows,
  osquerySnapshot,
  pyWmiText,
  velociraptorCsv,
  velociraptorRows,
} from './tool-listings.ts';
