import type { Finding } from '../../analytics/index.ts';
import type { Hop, HopProcess } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { UTC_CLOCK } from '../clock.ts';
import type { HostLabels } from '../host-label.ts';
import { imageTail } from '../record-words.ts';
import { count, plural } from '../terminal.ts';
import { duration, millis } from '../timeline.ts';
import { ARROW } from './arrow.ts';
import type { Case } from './case.ts';
import { codeBlock } from './code-block.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';
import { accountName, unbroken } from './drawn-text.ts';
import {
  type HopBlock,
  hopBlocks,
  isPossible,
  LEAST_DRAWN,
  methodName,
  type PictureEdge,
  type PictureHost,
  sourceName,
  sureWords,
} from './hop-picture.ts';
import { machineKind, markedIn, objectOf } from './object.ts';
import { triad } from './triad.ts';

/** Targets that are drawn at once, and with those that open in place; the table has all (PRODUCT 9.4). */
const MAX_BLOCKS = 8;
const MAX_OPENED = 24;
const MAX_ARROWS = 6;
const MAX_RAN = 4;
const MAX_CALLERS = 3;
const MAX_CANDIDATES = 6;
const MAX_ROWS = 200;

/** Where it came from, what it did, where it went: boxes and arrows, and the same as a table. */
export function pathSection(item: Case): Drawing {
  return draw`${picture(item)}${table(item)}`;
}

/** The words above the picture. */
export const PATH_NOTE = 'Solid: observed. Dashed: possible. The number on each arrow is its confidence.';

function picture(item: Case): Drawing {
  const { picture: hops } = item;
  const blocks = hopBlocks(hops, (host) => isRich(host, item));
  if (blocks.length === 0) return joinDrawings(hostsOnly(item));
  const drawn = blocks.slice(0, MAX_BLOCKS).map((block) => blockOf(block, item));
  // Hosts of dossiers that no arrow reaches stand below.
  const lonely = hostsOnly(item, new Set(hops.hosts.map(({ key }) => key)));
  return draw`${drawn}${lonely}${others(blocks.slice(MAX_BLOCKS), item)}`;
}

function others(blocks: readonly HopBlock[], item: Case): Drawing {
  if (blocks.length === 0) return EMPTY;
  const most = MAX_OPENED - MAX_BLOCKS;
  const left = blocks.length - most;
  const note = left > 0 ? draw`<p class="note">${plural(left, 'more target')} in the table.</p>` : EMPTY;
  const drawn = blocks.slice(0, most).map((block) => blockOf(block, item));
  return draw`<details class="twin"><summary>${plural(blocks.length, 'other target')}</summary>${drawn}${note}</details>`;
}

function dossiersOn(host: string, item: Case): readonly Dossier[] {
  return item.dossiers.filter((dossier) => dossier.host === host);
}

function isRich(host: PictureHost, item: Case): boolean {
  return (
    dossiersOn(host.key, item).length > 0 ||
    host.ran.some(({ commandLine }) => commandLine !== undefined && commandLine !== '')
  );
}

function blockOf(block: HopBlock, item: Case): Drawing {
  const hosts = new Map(item.picture.hosts.map((host) => [host.key, host]));
  const into = block.into.filter((edge) => edge.from !== edge.to);
  const local = block.into.filter((edge) => edge.from === edge.to);
  const bySource = Map.groupBy(into.slice(0, MAX_ARROWS), ({ from }) => from);
  const arrivals = [...bySource].map(([from, edges]) => {
    const source = hosts.get(from);
    if (source === undefined) return EMPTY;
    return draw`<div class="leg">${sideHost(source, 'Source', edges)}<div class="arrows">${edges.map(arrow)}</div></div>`;
  });
  const onward = block.onward.slice(0, MAX_ARROWS).map((edge) => {
    const host = hosts.get(edge.to);
    return host === undefined ? EMPTY : draw`<div class="leg on">${arrow(edge)}${sideHost(host, 'Possible')}</div>`;
  });
  const more = Math.max(0, into.length - MAX_ARROWS) + Math.max(0, block.onward.length - MAX_ARROWS);
  const left =
    arrivals.length === 0
      ? EMPTY
      : draw`<div class="legs">${arrivals}${more === 0 ? EMPTY : draw`<p class="note">${plural(more, 'more arrow')} in the table.</p>`}</div>`;
  const right = onward.length === 0 ? EMPTY : draw`<div class="legs">${onward}</div>`;
  return draw`<div class="hop">${left}${targetCard(block.target, item, local)}${right}</div>`;
}

/** A box at the end of an arrow, with what called from there or ran there. */
function sideHost(host: PictureHost, role: string, edges: readonly PictureEdge[] = []): Drawing {
  const address = host.address === undefined ? EMPTY : draw`, ${objectOf('address', host.address)}`;
  const claimed =
    host.claimedName === undefined ? EMPTY : draw`<p>calls itself ${objectOf('host', host.claimedName)}</p>`;
  const poss = host.isPossible ? ' poss' : '';
  const lines = role === 'Source' ? callers(edges) : host.ran.slice(0, 3).map(ranLine);
  const candidates = host.candidates.length === 0 ? EMPTY : draw`<p>${candidateList(host.candidates)}</p>`;
  const told = role === 'Possible' && !host.isPossible ? 'Target' : role;
  return draw`<div class="host${poss}"><p class="hn">${hostName(host)}</p><p class="role">${told}${address}</p><div class="b">${candidates}${claimed}${lines}</div></div>`;
}

/** The host with what it is; a source that cannot be told is none. */
function hostName({ key, name, isNamed }: PictureHost): Drawing {
  return isNamed ? objectOf(machineKind(key), key, name) : draw`${name}`;
}

function candidateList(candidates: PictureHost['candidates']): Drawing {
  const names = candidates.slice(0, MAX_CANDIDATES).map(({ key, name }) => objectOf(machineKind(key), key, name));
  const more = candidates.length - names.length;
  return draw`${joinDrawings(names, ', ')}${more === 0 ? '' : ` and ${count(more)} more`}`;
}

/** Whose session and which program made the calls of these arrows, each once; of several arrows each says which call. */
function callers(edges: readonly PictureEdge[]): Drawing[] {
  const told = new Map<string, Drawing>();
  const methods = new Set(edges.map(({ method }) => method));
  for (const { hops, method } of edges) {
    for (const { source } of hops) {
      const { process } = source;
      const user = source.account ?? process?.user;
      const image = process?.image === undefined ? '' : imageTail(process.image);
      const session = user === undefined ? '' : `${user}’s session. `;
      const call = methods.size > 1 ? `the call by ${method}` : 'the call';
      const parent = process?.parentImage === undefined ? '' : ` ${imageTail(process.parentImage)} started it.`;
      const words = `${session}${image === '' ? '' : `${image} made ${call}.`}${parent}`.trim();
      // One program is written in several ways: WMIC.exe, wmic.exe.
      const key = words.toLowerCase();
      if (words !== '' && !told.has(key)) told.set(key, markedIn(unbroken(words), 'account', user ?? ''));
    }
  }
  return [...told.values()].slice(0, MAX_CALLERS).map((words) => draw`<p>${words}</p>`);
}

function ranLine(process: HopProcess): Drawing {
  const image = process.image === undefined ? 'A process' : imageTail(process.image);
  const parent = process.parentImage === undefined ? '' : ` under ${imageTail(process.parentImage)}`;
  return draw`<p>${image} started${parent}.</p>`;
}

function arrow(edge: PictureEdge): Drawing {
  const poss = edge.isSolid ? '' : ' poss';
  const account =
    edge.account === undefined ? EMPTY : draw` <br>as ${objectOf('account', edge.account, accountName(edge.account))}`;
  const times = edge.count === 1 ? EMPTY : draw`, ${count(edge.count)} times`;
  return draw`<div class="edge${poss}"><span><b>${edge.method}</b>${account}</span>${ARROW}<span class="num">${UTC_CLOCK.timeOfDay(edge.first).slice(0, 10)}${times} <br><b>${sureWords(edge)}</b>${edge.isSolid ? EMPTY : draw`<span class="vh"> possible</span>`}</span></div>`;
}

/** The host where it happened: its subscriptions, or the commands that ran. */
function targetCard(host: PictureHost, item: Case, local: readonly PictureEdge[] = []): Drawing {
  const dossiers = dossiersOn(host.key, item);
  const [first, ...more] = dossiers;
  const namespaces = [...new Set(dossiers.map(({ namespace }) => namespace))];
  const role = joinDrawings(
    ['Target', host.address, ...namespaces].flatMap((part) => {
      if (part === undefined || part === '') return [];
      return [part === host.address ? objectOf('address', part) : draw`${part}`];
    }),
    ', ',
  );
  const triads =
    first === undefined
      ? EMPTY
      : draw`${triad(first, 'brief', item.isWithheld === true ? 'withheld' : 'unseen')}${firedLine(first, item)}`;
  const others =
    more.length === 0
      ? EMPTY
      : draw`<p class="ran"><span>And ${plural(more.length, 'more subscription')}: ${joinDrawings(
          more
            .slice(0, 6)
            .map(({ id, filter, consumer }) => draw`<a href="#s-${id}">${consumer.name ?? filter.name ?? id}</a>`),
          ', ',
        )}</span></p>`;
  // A subscription's hop names its first process, which the line below the triad tells already.
  const ran = first === undefined ? ranBlock(host.ran) : EMPTY;
  const own =
    local.length === 0
      ? EMPTY
      : draw`<p class="ran"><span>Called from this host itself, ${plural(local.length, 'time')}.</span></p>`;
  const poss = host.isPossible ? ' poss' : '';
  return draw`<div class="host target${poss}"><header><p class="hn">${hostName(host)}</p><p class="role">${role}</p></header>${triads}${others}${ran}${own}${thenLine(host.key, item)}</div>`;
}

function ranBlock(processes: readonly HopProcess[]): Drawing {
  if (processes.length === 0) return EMPTY;
  const rows = processes.slice(0, MAX_RAN).map((process) => {
    const image = process.image === undefined ? 'A process' : imageTail(process.image);
    const user = process.user === undefined ? EMPTY : draw` as ${objectOf('account', process.user)}`;
    const parent = process.parentImage === undefined ? '' : `, started by ${imageTail(process.parentImage)}`;
    const command =
      process.commandLine === undefined || process.commandLine === ''
        ? draw`<p class="muted">Its command line was not logged.</p>`
        : objectOf('payload', process.commandLine, codeBlock(process.commandLine));
    return draw`<div class="part"><p><b>${image}</b>${user}${parent}</p>${command}</div>`;
  });
  const more =
    processes.length > MAX_RAN
      ? draw`<p class="muted">and ${plural(processes.length - MAX_RAN, 'more process', 'more processes')}, in the table</p>`
      : EMPTY;
  return draw`<div class="runs">${rows}${more}</div>`;
}

/** `Ran at 10:02:17.7 as SYSTEM, 6 s after ...`: a fired subscription, in one line. */
function firedLine(dossier: Dossier, item: Case): Drawing {
  const fired = dossier.lifecycle.filter(({ step }) => step === 'fired');
  const [first] = fired;
  if (first === undefined) {
    const state = dossier.state === 'armed' ? 'Armed; not seen to fire.' : `Not seen to fire; ${dossier.state}.`;
    return draw`<p class="ran"><span>${state}</span></p>`;
  }
  const time = typeof first.time === 'string' ? first.time : first.time[0];
  const process = firedProcess(dossier, item.findings);
  const user = process?.user === undefined ? EMPTY : draw` as ${objectOf('account', process.user)}`;
  const wait = millis(time) - millis(dossier.firstSeen);
  const after = wait > 0 ? `, ${duration(wait)} after it was ${beginning(dossier)}` : '';
  const times = fired.reduce((sum, step) => sum + (step.count ?? 1), 0);
  return draw`<p class="ran"><span><b>Ran at <span class="num">${UTC_CLOCK.timeOfDay(time).slice(0, 10)}</span></b>${user}${after}${times > 1 ? `, ${count(times)} times in all` : ''}.</span></p>`;
}

/** What its first time is: L1 keeps `created` for what a record witnesses. */
export function beginning(dossier: Dossier): string {
  const created = dossier.lifecycle.some(({ step, strength }) => step === 'created' && strength === 'witnessed');
  return created ? 'created' : 'first seen';
}

export function firedProcess(dossier: Dossier, findings: readonly Finding[]): Finding['process'] {
  return findings.find(({ subscriptions, process }) => subscriptions.includes(dossier.id) && process !== undefined)
    ?.process;
}

/**
 * `Before: …`, `Meanwhile: …` and `Then: …`: what came before the first hop or write is not its consequence, and what came
 * before the last one may not be. A step on from a host that was reached is a consequence itself. With a host the acts there
 * count.
 */
export function aroundWords(findings: readonly Finding[], { incident, dossiers }: Case, host?: string): string[] {
  const targets = new Set(incident.edges.map(({ target }) => target.host));
  const isOnward = ({ source }: Hop): boolean => source.host !== undefined && targets.has(source.host);
  const timeOf = ({ time }: Hop): string => time;
  const acts = [
    ...incident.edges.filter((hop) => (host === undefined ? !isOnward(hop) : hop.target.host === host)).map(timeOf),
    ...dossiers.filter((dossier) => host === undefined || dossier.host === host).map(({ firstSeen }) => firstSeen),
  ].sort();
  const [first, last] = [acts[0], acts.at(-1)];
  const when = ({ time }: Finding): 'Before' | 'Meanwhile' | 'Then' => {
    if (first === undefined || last === undefined || time >= last) return 'Then';
    return time < first ? 'Before' : 'Meanwhile';
  };
  return (['Before', 'Meanwhile', 'Then'] as const).flatMap((word) => {
    const part = findings.filter((item) => when(item) === word);
    if (part.length === 0) return [];
    const titles = part.map(({ title }) => title.replace(/^The /, 'the ').replace(/\.$/, ''));
    return [`${word}: ${listed(titles, 3, '; ')}.`];
  });
}

/** What followed on the host: findings of memory, network and tampering. */
function thenLine(host: string, item: Case): Drawing {
  const around = item.findings
    .filter((finding) => finding.host === host && /^[MNT]\d/.test(finding.analytic ?? ''))
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return draw`${joinDrawings(aroundWords(around, item, host).map((words) => draw`<p class="ran"><span>${unbroken(words)}</span></p>`))}`;
}

/** Boxes of dossiers' and findings' hosts that no hop names. */
function hostsOnly(item: Case, told: ReadonlySet<string> = new Set()): Drawing[] {
  const hosts = [...new Set([...item.dossiers, ...item.findings].map(({ host }) => host))].filter(
    (host) => !told.has(host),
  );
  return hosts.slice(0, MAX_BLOCKS).map((key) => {
    const ran = item.findings.flatMap(({ host, process }) => (host === key && process !== undefined ? [process] : []));
    const host: PictureHost = {
      key,
      name: item.label(key),
      isNamed: true,
      isSource: false,
      isTarget: true,
      isPossible: false,
      candidates: [],
      called: [],
      ran,
    };
    return draw`<div class="hop">${targetCard(host, item)}</div>`;
  });
}

/** Every hop in words, those too weak for the picture as well. */
function table(item: Case): Drawing {
  const { incident, label, citations } = item;
  if (incident.edges.length === 0) return EMPTY;
  const rows = incident.edges.slice(0, MAX_ROWS).map((hop) => {
    const weak = hop.confidence < LEAST_DRAWN ? 'listed only' : isPossible(hop) ? 'possible' : 'observed';
    const ran = hop.process?.commandLine ?? hop.process?.image ?? '';
    return draw`<tr><td class="t num">${UTC_CLOCK.stamp(hop.time)}</td><td>${sourceCell(hop, label)}</td><td>${objectOf(machineKind(hop.target.host), hop.target.host, unbroken(label(hop.target.host)))}</td><td>${objectOf('account', hop.account ?? '', unbroken(hop.account ?? ''))}</td><td>${methodName(hop.method)}</td><td class="mono">${objectOf('payload', ran, draw`${ran.slice(0, 120)}${ran.length > 120 ? '…' : ''}`)}</td><td class="num t">${hop.confidence.toFixed(2)} ${weak}</td><td>${citations.links(hop.evidence)}</td></tr>`;
  });
  const more =
    incident.edges.length > MAX_ROWS
      ? draw`<p class="note">${plural(incident.edges.length - MAX_ROWS, 'more hop')} in the JSON result.</p>`
      : EMPTY;
  return draw`<details class="twin"><summary>The path as a table</summary><div class="scroll"><table><thead><tr><th scope="col">Time, UTC</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Account</th><th scope="col">Method</th><th scope="col">What ran</th><th scope="col">Confidence</th><th scope="col">Records</th></tr></thead><tbody>${rows}</tbody></table></div>${more}</details>`;
}

function sourceCell(hop: Hop, label: HostLabels): Drawing {
  const { host, address } = hop.source;
  const named = host ?? address;
  const shown = unbroken(sourceName(hop, label));
  const name = named === undefined ? shown : objectOf(machineKind(named), named, shown);
  const beside =
    host === undefined || address === undefined ? EMPTY : draw`, ${objectOf('address', address, unbroken(address))}`;
  return draw`${name}${beside}`;
}

export function listed(names: readonly string[], max: number, between = ', '): string {
  const more = names.length - max;
  return names.slice(0, max).join(between) + (more > 0 ? ` and ${count(more)} more` : '');
}
