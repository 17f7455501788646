import type { Level } from '../windows/index.ts';
import { abbreviatedChannel, channelOf, eventIdOf } from './channel-names.ts';
import { type CitedRow, citedRows } from './cited-rows.ts';
import { cell, quotedCell } from './csv-cell.ts';
import { placeName } from './evidence-address.ts';
import type { HuntResult } from './result.ts';

const COLUMNS =
  'time,host,level,title,lane,channel,event_id,record_id,account,source_host,target_host,incident,finding,rule_id,attack,confidence,summary,details,file,offset';

/** The fields of the record as `Key: value` pairs, joined the way Hayabusa joins them (PRODUCT 7.3). */
function details(row: CitedRow): string {
  const pairs = Object.entries(row.record?.data ?? {}).map(([name, value]) => `${name}: ${value}`);
  return pairs.join(' ¦ ');
}

/** `--format csv`: the timeline of PRODUCT 7.2, one row a cited record of each dossier and finding (SETTLED A31). */
export function* renderCsv(result: HuntResult): Generator<string> {
  yield `${COLUMNS}\n`;
  for (const row of citedRows(result)) {
    const { evidence } = row;
    const cells = [
      row.time,
      row.host,
      row.level,
      row.title,
      row.lane,
      channelOf(evidence),
      eventIdOf(evidence),
      evidence.recordId,
      row.account,
      row.sourceHost,
      row.targetHost,
      row.incident,
      row.id,
      row.rule,
      row.attack.join(' '),
      row.confidence,
      row.pinned === undefined ? row.summary : `${row.summary} (${row.pinned})`,
      details(row),
      placeName(evidence),
      evidence.offset,
    ];
    yield `${cells.map(cell).join(',')}\n`;
  }
}

const ABBREVIATED: Readonly<Record<Level, string>> = {
  critical: 'crit',
  high: 'high',
  medium: 'med',
  low: 'low',
  informational: 'info',
};

/** `--format hayabusa-csv`: the standard profile with RuleID last (PRODUCT 7.3), times in ISO UTC. */
export function* renderHayabusaCsv(result: HuntResult): Generator<string> {
  yield '"Timestamp","RuleTitle","Level","Computer","Channel","EventID","RecordID","Details","ExtraFieldInfo","RuleID"\n';
  for (const row of citedRows(result)) {
    const { evidence } = row;
    const recordId = evidence.recordId;
    const extra = [
      row.account === '' ? '' : `Account: ${row.account}`,
      row.sourceHost === '' ? '' : `Source: ${row.sourceHost}`,
      row.confidence === undefined ? '' : `Target: ${row.targetHost}`,
      row.incident === '' ? '' : `Incident: ${row.incident}`,
      row.credit === undefined ? '' : `Rule: ${row.rule} ${row.credit}`,
      row.pinned === undefined ? '' : `Pinned: ${row.pinned}`,
      `EvtxFile: ${placeName(evidence)}`,
    ].filter((part) => part !== '');
    const cells = [
      quotedCell(row.time),
      quotedCell(row.title),
      quotedCell(ABBREVIATED[row.level]),
      quotedCell(row.hostRaw),
      quotedCell(abbreviatedChannel(channelOf(evidence) ?? '')),
      cell(eventIdOf(evidence)),
      typeof recordId === 'string' ? quotedCell(recordId) : cell(recordId),
      quotedCell(details(row)),
      quotedCell(extra.join(' ¦ ')),
      quotedCell(row.id),
    ];
    yield `${cells.join(',')}\n`;
  }
}
