import { columnsOf, membersOf } from './columns.ts';
import { asArray, asObject, filledText, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { statedTime } from './stated-time.ts';
import type { Reading, Shape, ThirdPartyFinding, Unit } from './types.ts';

/** Detections of other tools: kept beside the events, never judged (SETTLED B6). */
type Members = Readonly<Record<string, JsonValue>>;

/** Longest text of a finding that is kept. */
const MAX_TEXT = 1024;

function shortText(value: JsonValue | undefined): string | undefined {
  const first = asArray(value)?.[0] ?? value;
  const text = typeof first === 'number' ? String(first) : filledText(first);
  return text?.slice(0, MAX_TEXT);
}

interface Described {
  readonly product: string;
  readonly rule?: JsonValue | undefined;
  readonly title?: JsonValue | undefined;
  readonly action?: JsonValue | undefined;
  readonly level?: JsonValue | undefined;
  readonly host?: JsonValue | undefined;
  readonly time?: JsonValue | undefined;
}

function findingOf(unit: Unit, described: Described): Reading {
  const { offset, length, line, headerRecordId } = unit;
  const place = { offset, length, line, ...(headerRecordId === undefined ? {} : { headerRecordId }) };
  const texts: Partial<Record<'rule' | 'title' | 'action' | 'level' | 'host' | 'time', string>> = {};
  for (const key of ['rule', 'title', 'action', 'level', 'host'] as const) {
    const text = shortText(described[key]);
    if (text !== undefined) texts[key] = text;
  }
  const time = filledText(described.time);
  if (time !== undefined && statedTime(time) !== undefined) texts.time = time.trim();
  const finding: ThirdPartyFinding = { product: described.product, ...texts, place };
  return { kind: 'thirdParty', finding };
}

/** What is no event carries none. */
const NO_EVENTS: NonNullable<Shape['limits']> = (() => {
  const none = { carries: 'no', why: 'it holds findings or behaviours, not events' } as const;
  return { '5861': none, 'Sysmon 20': none, '4688': none, '4624': none };
})();

/** S16: rows of Defender XDR's advanced hunting: behaviours, not events. */
export const defenderXdr: Shape = {
  id: 'S16',
  title: 'Defender XDR advanced hunting',
  losses: [],
  proof: 'real sample',
  limits: NO_EVENTS,

  detect(unit) {
    const columns = columnsOf(unit);
    if (columns === undefined || filledText(own(columns, 'ActionType')) === undefined) return undefined;
    if (own(columns, 'Timestamp') === undefined && own(columns, 'TimeGenerated') === undefined) return undefined;
    const hasReport = own(columns, 'DeviceId') !== undefined || own(columns, 'ReportId') !== undefined;
    return hasReport ? 'ActionType with DeviceId or ReportId' : undefined;
  },

  read(unit) {
    const columns = columnsOf(unit) ?? {};
    return findingOf(unit, {
      product: 'Microsoft Defender XDR',
      action: own(columns, 'ActionType'),
      host: own(columns, 'DeviceName'),
      time: own(columns, 'Timestamp') ?? own(columns, 'TimeGenerated'),
    });
  },
};

/** The tool whose result a unit is, with what it says; undefined for everything else. */
function toolResult(unit: Unit): Described | undefined {
  const members = membersOf(unit);
  return members === undefined ? undefined : (chainsaw(members) ?? hayabusa(members) ?? zircolite(members));
}

function chainsaw(members: Members): Described | undefined {
  const event = asObject(valueAt(members, 'document', 'data', 'Event'));
  if (event === undefined || filledText(own(members, 'name')) === undefined) return undefined;
  return {
    product: 'Chainsaw',
    rule: own(members, 'id'),
    title: own(members, 'name'),
    level: own(members, 'level'),
    host: valueAt(event, 'System', 'Computer'),
    time: own(members, 'timestamp'),
  };
}

function hayabusa(members: Members): Described | undefined {
  if (filledText(own(members, 'RuleTitle')) === undefined) return undefined;
  if (own(members, 'Details') === undefined && own(members, 'Level') === undefined) return undefined;
  if (own(members, 'Timestamp') === undefined && own(members, 'Computer') === undefined) return undefined;
  return {
    product: 'Hayabusa',
    rule: own(members, 'RuleID') ?? own(members, 'RuleFile'),
    title: own(members, 'RuleTitle'),
    level: own(members, 'Level'),
    host: own(members, 'Computer'),
    time: own(members, 'Timestamp'),
  };
}

function zircolite(members: Members): Described | undefined {
  const matches = asArray(own(members, 'matches'));
  if (matches === undefined || filledText(own(members, 'rule_level')) === undefined) return undefined;
  if (filledText(own(members, 'title')) === undefined) return undefined;
  const first = asObject(matches[0]);
  return {
    product: 'Zircolite',
    rule: own(members, 'id'),
    title: own(members, 'title'),
    level: own(members, 'rule_level'),
    host: first === undefined ? undefined : own(first, 'Computer'),
    time: first === undefined ? undefined : own(first, 'SystemTime'),
  };
}

/** S19: results of Chainsaw, Hayabusa and Zircolite. */
export const otherTools: Shape = {
  id: 'S19',
  title: 'Chainsaw, Hayabusa, Zircolite',
  losses: [],
  proof: 'documentation only',
  limits: NO_EVENTS,

  detect(unit) {
    const result = toolResult(unit);
    return result === undefined ? undefined : `a result of ${result.product}`;
  },

  read(unit) {
    const result = toolResult(unit);
    return result === undefined
      ? { kind: 'broken', reason: 'it is no result of a known tool' }
      : findingOf(unit, result);
  },
};

/** S20: Elastic Endpoint (`logs-endpoint.*`): read like the detections of another tool for now. */
export const elasticEndpoint: Shape = {
  id: 'S20',
  title: 'Elastic Endpoint',
  losses: [],
  proof: 'documentation only',
  limits: NO_EVENTS,

  detect(unit) {
    if (unit.kind !== 'json' || valueAt(unit.value, 'agent', 'type') !== 'endpoint') return undefined;
    const dataset = filledText(
      valueAt(unit.value, 'event', 'dataset') ?? valueAt(unit.value, 'data_stream', 'dataset'),
    );
    return dataset?.startsWith('endpoint') === true ? 'agent.type is endpoint, with its dataset' : undefined;
  },

  read(unit) {
    const value: Members = unit.kind === 'json' ? unit.value : {};
    return findingOf(unit, {
      product: 'Elastic Endpoint',
      rule: valueAt(value, 'rule', 'name'),
      title: own(value, 'message') ?? valueAt(value, 'event', 'dataset'),
      action: valueAt(value, 'event', 'action') ?? valueAt(value, 'event', 'code'),
      host: valueAt(value, 'host', 'name'),
      time: own(value, '@timestamp'),
    });
  },
};
