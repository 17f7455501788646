import { existsSync, readFileSync } from 'node:fs';
import type { FileScore } from './compare.ts';
import { type HuntJson, isAbove } from './hunt-json.ts';

interface Peer {
  rows: number;
  aboveLow: number;
  wmiAboveLow: number;
}

/** Rows at medium or more that a peer printed on these files; undefined where the list of their hits is absent. */
export function raisedRowsOf(file: string, tool: string, paths: ReadonlySet<string>): number | undefined {
  if (!existsSync(file)) return undefined;
  let rows = 0;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [path = '', , name, , level = '', count = '0'] = line.split('\t');
    if (name === tool && paths.has(path) && isAbove(level, 'low')) rows += Number(count);
  }
  return rows;
}

/** What two peers printed on each labelled file, beside ours; nothing where the list of their hits is absent. */
export function peerTable(
  file: string,
  scores: readonly FileScore[],
  results: ReadonlyMap<string, HuntJson>,
): string[] {
  if (!existsSync(file)) return [`Peers: skipped, no list of their hits at hand.`];
  const peers = new Map<string, Peer>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [path, , tool, title = '', level = '', count = '0'] = line.split('\t');
    if (path === undefined || tool === undefined) continue;
    const key = `${path}\t${tool}`;
    const peer = peers.get(key) ?? { rows: 0, aboveLow: 0, wmiAboveLow: 0 };
    const rows = Number(count);
    const isRaised = isAbove(level, 'low');
    peer.rows += rows;
    if (isRaised) peer.aboveLow += rows;
    if (isRaised && /wmi|scrcons/i.test(title)) peer.wmiAboveLow += rows;
    peers.set(key, peer);
  }
  const cell = (peer: Peer | undefined): string =>
    peer === undefined ? '0' : `${peer.rows} / ${peer.aboveLow} / ${peer.wmiAboveLow}`;
  const lines = [
    '## Beside two peers',
    '',
    'Rows printed / of these above low / of these whose title names WMI or scrcons. Ours: dossiers and findings of scope wmi,',
    'of these above low.',
    '',
    '| file | class | Hayabusa 4.0 | Chainsaw 2.16 | Triad |',
    '|---|---|---|---|---|',
  ];
  for (const score of scores) {
    const result = results.get(score.path);
    const levels = [
      ...(result?.subscriptions.map((s) => s.verdict.level) ?? []),
      ...(result?.findings.filter((f) => f.scope === 'wmi').map((f) => f.level) ?? []),
    ];
    const above = levels.filter((level) => isAbove(level, 'low')).length;
    lines.push(
      `| ${score.path} | ${score.class} | ${cell(peers.get(`${score.path}\thayabusa`))} | ${cell(peers.get(`${score.path}\tchainsaw`))} | ${levels.length} / ${above} |`,
    );
  }
  return lines;
}
