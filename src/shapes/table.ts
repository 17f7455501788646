import { eventXml } from './event-xml.ts';
import { evtxDumpJson } from './evtx-dump-json.ts';
import { evtxECmd } from './evtxecmd.ts';
import { fluentBit, fluentBitWinlog } from './fluent-bit.ts';
import { getWinEventShape } from './get-winevent.ts';
import { readMessage } from './message-text.ts';
import { nxlogShape } from './nxlog.ts';
import { openwec } from './openwec.ts';
import { otelShape } from './otel.ts';
import { sentinelSecurityEvent, sentinelWindowsEvent } from './sentinel.ts';
import { sentinelEventShape } from './sentinel-event.ts';
import { splunkTextShape } from './splunk-text.ts';
import { defenderXdr, elasticEndpoint, otherTools } from './third-party.ts';
import type { Shape, Unit } from './types.ts';
import { vector } from './vector.ts';
import { velociraptor } from './velociraptor.ts';
import { winlogbeat, winlogbeat6 } from './winlogbeat.ts';
import { zeek } from './zeek.ts';

/** A unit's shape and why it is of it, in words. */
export interface Recognition {
  readonly shape: Shape;
  readonly why: string;
}

/**
 * Every shape in the order in which a unit is asked of it: the first that knows it has it (SERVE 2.1). Adding a shape is
 * adding its file here.
 */
export const SHAPES: readonly Shape[] = [
  eventXml,
  evtxDumpJson,
  velociraptor,
  winlogbeat,
  winlogbeat6,
  zeek,
  nxlogShape(readMessage),
  fluentBit,
  fluentBitWinlog,
  vector,
  otelShape(readMessage),
  splunkTextShape(readMessage),
  // Before the tables of Log Analytics, whose columns must be renamed before they can be looked at.
  getWinEventShape(readMessage),
  evtxECmd,
  sentinelSecurityEvent,
  sentinelEventShape(readMessage),
  sentinelWindowsEvent,
  defenderXdr,
  otherTools,
  elasticEndpoint,
  openwec,
];

/** The shape of a unit, undefined when none of them knows it. */
export function recogniseUnit(unit: Unit, shapes: readonly Shape[] = SHAPES): Recognition | undefined {
  for (const shape of shapes) {
    const why = shape.detect(unit);
    if (why !== undefined) return { shape, why };
  }
  return undefined;
}
