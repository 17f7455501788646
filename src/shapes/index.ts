export { TEXT_ANOMALIES } from './anomalies.ts';
export { ALL_FIELDS } from './blinds.ts';
export { splitRow, tableHeadOf } from './csv-table.ts';
export { MAX_UNIT_BYTES } from './cut-piece.ts';
export { type DetectedEncoding, detectEncoding, ENCODING_BYTES, type TextEncoding, Utf8Stream } from './encoding.ts';
export { type ClosingMark, findEventEnd } from './event-end.ts';
export { readJsonObject, readJsonText } from './json-reader.ts';
export { JsonScan } from './json-scan.ts';
export { membersOf, skipSpace } from './json-text.ts';
export type { JsonValue } from './json-value.ts';
export { type MapFields, type MappedValue, type MapTimeFormat, mapShape, type ShapeMap } from './map-shape.ts';
export { MESSAGE_LANGUAGES, type MessageLanguage } from './message-languages.ts';
export { RowCutter } from './row-cutter.ts';
export {
  type ClockStretch,
  type SettledClock,
  type SettledTime,
  SourceClock,
  settleTime,
  type TimedEvent,
  type UnsettledTime,
  utcTimeOf,
} from './source-clock.ts';
export { type Recognition, recogniseUnit, SHAPES } from './table.ts';
export { TextReader, type TextReaderOptions } from './text-reader.ts';
export type {
  CarryLimit,
  JsonUnit,
  Loss,
  ProvingEvent,
  Reading,
  Refusal,
  Shape,
  ShapedEvent,
  ShapeId,
  SkippedLine,
  StatedTime,
  TextResult,
  TextSink,
  ThirdPartyFinding,
  Unit,
  UnitPlace,
  UnreadUnit,
} from './types.ts';
export type { XmlElement } from './xml-element.ts';
export { parseXml } from './xml-reader.ts';
