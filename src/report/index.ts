export {
  type Catalogue,
  type PackRecord,
  renderAnalyticList,
  renderAnalyticReasons,
  renderAnalyticsJson,
} from './catalogue-text.ts';
export { recordKind } from './channel-names.ts';
export { labelsOf } from './cited-rows.ts';
export { type Clock, readableTimes, UTC_CLOCK, zoneClock } from './clock.ts';
export { renderCsv, renderHayabusaCsv } from './csv.ts';
export { cell } from './csv-cell.ts';
export { type Decoding, type DecodingKind, decodeText, renderDecoding, renderDecodingJson } from './decoding.ts';
export { type Case, caseOf } from './drawing/case.ts';
export { type Citations, citationsOf, type PageRecord } from './drawing/citations.ts';
export { codeBlock } from './drawing/code-block.ts';
export { dossierSection } from './drawing/dossier.ts';
export { type Drawing, type Drawn, type DrawnObject, writeOut } from './drawing/drawn.ts';
export { evidenceRow } from './drawing/evidence-row.ts';
export { findingDetails } from './drawing/finding.ts';
export { LEAST_DRAWN } from './drawing/hop-picture.ts';
export { type TimeAxis, timeAxis, timeNote, timePicture } from './drawing/incident-time.ts';
export { kindOf } from './drawing/incident-top.ts';
export { gapsTable, TO_FILL, toldGaps } from './drawing/limits.ts';
export { meaning } from './drawing/meaning.ts';
export { machineKind } from './drawing/object.ts';
export { PATH_NOTE, pathSection } from './drawing/path.ts';
export { plainLines, visible } from './drawing/shown-text.ts';
export { incidentSum, linksTable, SURE_NOTE, weakest } from './drawing/sure.ts';
export { renderErrors } from './errors.ts';
export { dumpCommand, memberName, placeName, shellArgument } from './evidence-address.ts';
export { renderExplanationMarkdown } from './explain/explain-markdown.ts';
export { renderExplanation } from './explain/explain-text.ts';
export { type Explanation, explain } from './explain/explanation.ts';
export { type FixListRow, fixListCsv } from './fix-list-csv.ts';
export { type Graph, type GraphFilter, graphOf, hostsNamed } from './graph/graph.ts';
export { renderDot, renderGraphJson, renderGraphml, renderMermaid } from './graph/graph-formats.ts';
export { renderGraphSvg } from './graph/graph-svg.ts';
export { graphReadWords, renderGraphText } from './graph/graph-text.ts';
export { type HostLabels, hostLabels, labelsOfHops } from './host-label.ts';
export { type IncidentPageOptions, incidentPolicy, renderIncidentHtml } from './html/incident-page.ts';
export { type IndexedIncident, renderIndexHtml } from './html/index-page.ts';
export { renderHtml } from './html/page.ts';
export type { ServedCustody, ServedRecord } from './html/served-custody.ts';
export { renderIncidentMarkdown } from './incident-markdown.ts';
export {
  type InspectedChannel,
  type InspectedInput,
  type InspectedLog,
  type InspectedSample,
  type InspectedText,
  type Inspection,
  renderInspection,
  renderInspectionJson,
  type SampledField,
} from './inspection.ts';
export { findingsDigest, renderIncidentJson, renderJson, renderJsonl } from './json.ts';
export { type Likeness, likeness } from './like.ts';
export { renderLikeness, renderLikenessJson } from './like-text.ts';
export { type Found, findById, findIncident, nearestIds } from './lookup.ts';
export { buildManifest, MANIFEST_SCHEMA, type Manifest, type ManifestOutput, renderManifest } from './manifest.ts';
export {
  type ObservedInput,
  parseManifest,
  type RecordedInput,
  type RecordedManifest,
  renderVerification,
  type Verification,
  type VerifiedInput,
  verifyManifest,
} from './manifest-verify.ts';
export { type CoverageView, type Covering, renderCoverageLayer } from './navigator/coverage.ts';
export { renderDetectedLayer, renderIncidentLayer } from './navigator/detected.ts';
export { type QueueCsvRow, queueCsv } from './queue-csv.ts';
export {
  looksLikeResult,
  READ_LIMITS,
  type ReadLimits,
  type ReadResult,
  type ResultProblem,
  readResult,
} from './read-result.ts';
export {
  compareRecordLines,
  type RecordLine,
  type RecordSource,
  recordLine,
} from './record-line.ts';
export {
  anomalyRows,
  carveRows,
  changeRow,
  classObjects,
  generationRows,
  headRow,
  listingRows,
  namespaceRows,
  type RepositoryFormat,
  type RepositoryRow,
  type RepositorySection,
  renderRepository,
  securityRows,
  subscriptionRows,
} from './repository/index.ts';
export type {
  AuditSummary,
  ClassCounts,
  Coverage,
  EvidenceInput,
  EvidenceMember,
  Header,
  HuntOptions,
  HuntResult,
  NotEvaluated,
  NotRead,
  PinSummary,
  RepositorySummary,
  RulePack,
  RuleSummary,
  Run,
  Summary,
  ThirdPartyDetection,
  ToldParts,
  ToldPin,
  ToolVersion,
  UnitCounts,
} from './result.ts';
export {
  renderSarif,
  type SarifNotification,
  type SarifResult,
  type SarifRule,
  sarifMessage,
} from './sarif/document.ts';
export { renderHuntSarif, renderIncidentSarif } from './sarif/hunt-run.ts';
export { artifactLocation } from './sarif/uri.ts';
export { SchemaCheck } from './schema-check.ts';
export { dossierSentence } from './sentence.ts';
export { subscriptionCsv } from './subscription-csv.ts';
export { attackVersionOf, toldInVersion } from './techniques.ts';
export { binarySize, count, escapeTerminal, plural, widthOf, wrap } from './terminal.ts';
export { renderDossier, renderFinding, renderIncident, renderText, type TextOptions } from './text.ts';
export { renderTimesketch } from './timesketch.ts';
export { worstIncidentsFirst } from './worst-first.ts';
export { xmlText } from './xml-text.ts';
