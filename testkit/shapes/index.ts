import { BEATS_WRITERS } from './beats.ts';
import { EVENT_XML_WRITERS } from './event-xml.ts';
import { EVTX_DUMP_WRITERS } from './evtx-dump.ts';
import { NXLOG_WRITERS } from './nxlog.ts';
import { OTEL_WRITERS } from './otel.ts';
import { POSITIONAL_WRITERS } from './positional.ts';
import type { ShapeWriter } from './shape-writer.ts';
import { SPLUNK_WRITERS } from './splunk.ts';
import { TABLE_WRITERS } from './tables.ts';
import { TREE_WRITERS } from './trees.ts';

export { windowsXml } from './event-xml.ts';
export { BINDING_MESSAGES, bindingMessage, messageOf } from './messages.ts';
export { logRecordProtobuf, otlpProtobuf, varint } from './otlp-protobuf.ts';
export type { ShapeWriter, WriterLosses } from './shape-writer.ts';
export { csv } from './tables.ts';
export { fieldsOf, hexKeywords, type LoggedEvent, utcText, type WrittenField } from './written-event.ts';
export { type WireCall, zeekJson, zeekTsv } from './zeek.ts';

/** Every way in which the kit can write events, in the order of SERVE 2.1. */
export const SHAPE_WRITERS: readonly ShapeWriter[] = [
  ...EVENT_XML_WRITERS,
  ...EVTX_DUMP_WRITERS,
  ...BEATS_WRITERS,
  ...NXLOG_WRITERS,
  ...POSITIONAL_WRITERS,
  ...TREE_WRITERS,
  ...OTEL_WRITERS,
  ...SPLUNK_WRITERS,
  ...TABLE_WRITERS,
];
