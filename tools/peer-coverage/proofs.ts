import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateMember, zipMembers } from '../../bench/zip-members.ts';
import { eventOfCase } from '../../src/rules/index.ts';
import { type CompiledRule, compileRules, type Rules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { casesOf, compiledPack, onlyRule, packFiles } from '../rules/pack-files.ts';
import { readLog, readRecords } from '../rules/read-records.ts';
import { type CitedRecord, type HuntJson, RANK, recordsIn } from '../score/hunt-json.ts';
import { huntJson } from '../score/run-hunt.ts';
import { DEV, SIGMAHQ } from './peer-rows.ts';
import { solvedEvents, withEventsFile } from './solved-events.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** An event on which theirs and ours both fire, at low or above (SETTLED E14). */
export interface Proof {
  readonly kind: 'its own event' | 'a real record' | 'an event of ours' | 'events made for it';
  /** Our rules and analytics that told it. */
  readonly by: readonly string[];
  readonly where: string;
}

/** Proofs by the id of the rule of SigmaHQ, the best kind first. */
export type Proofs = ReadonlyMap<string, readonly Proof[]>;

const KINDS = ['its own event', 'a real record', 'an event of ours', 'events made for it'] as const;

function isTold(level: string | undefined): boolean {
  return RANK.indexOf(level ?? 'medium') >= RANK.indexOf('low');
}

function memberTexts(archive: string, wanted: RegExp): readonly (readonly [name: string, bytes: Buffer])[] {
  return zipMembers(readFileSync(join(SIGMAHQ, archive)))
    .filter(({ name }) => wanted.test(name))
    .map((member) => [member.name, inflateMember(member)]);
}

/** The rules of these ids, of whatever status, as their authors wrote them. */
function peerRules(ids: ReadonlySet<string>): Rules {
  const sources = memberTexts('rules_all.zip', /\.yml$/)
    .map(([file, bytes]) => ({ file, text: bytes.toString('utf8') }))
    .filter(({ text }) => ids.has(/^id:\s*(\S+)/m.exec(text)?.[1] ?? ''));
  return compileRules(sources, {
    taxonomy: LOG_SOURCES,
    statuses: ['stable', 'test', 'experimental', 'deprecated', 'unsupported'],
  }).rules;
}

/** Names of our rules that fire on the event. */
function ownHits(pack: EventMatcher, event: Event): readonly string[] {
  const told = pack.match(event).filter(({ rule }) => isTold(rule.metadata.level));
  return told.map(({ rule }) => rule.metadata.file.replace(/\.yml$/, ''));
}

/** What both sides say of the same events: of theirs, of real captures, and of our cases. */
export async function provenByEvents(ids: ReadonlySet<string>): Promise<Proofs> {
  const proofs = new Map<string, Proof[]>();
  const note = (id: string | undefined, kind: Proof['kind'], by: Iterable<string>, where: string): void => {
    const names = [...new Set(by)].sort();
    if (id === undefined || names.length === 0) return;
    proofs.set(id, [...(proofs.get(id) ?? []), { kind, by: names, where }]);
  };
  const pack = new EventMatcher(compiledPack().rules);
  const rules = peerRules(ids);
  const peers = new EventMatcher(rules);
  ofTheirEvents(pack, ids, note);
  await ofRealRecords(pack, peers, note);
  ofOurCases(peers, note);
  ofSolvedEvents(
    pack,
    rules.rules.filter(({ metadata }) => !proofs.has(metadata.id ?? '')),
    note,
  );
  for (const list of proofs.values()) list.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return proofs;
}

type Note = (id: string | undefined, kind: Proof['kind'], by: Iterable<string>, where: string) => void;

function ofTheirEvents(pack: EventMatcher, ids: ReadonlySet<string>, note: Note): void {
  for (const [path, bytes] of memberTexts('wmi_cases.zip', /\.evtx$/)) {
    const id = /([^/]+)\.evtx$/.exec(path)?.[1] ?? '';
    if (!ids.has(id)) continue;
    const by: string[] = [];
    readLog(path, bytes, (event) => by.push(...ownHits(pack, event)));
    note(id, 'its own event', by, 'its regression event');
  }
}

/** One text for a record within a file. */
function keyOf(channel: string, recordId: unknown, line: number | undefined): string {
  return line === undefined ? `${channel.toLowerCase()} ${recordId}` : `line ${line}`;
}

async function ofRealRecords(pack: EventMatcher, peers: EventMatcher, note: Note): Promise<void> {
  const paths = readFileSync(join(DEV, 'labels.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly path: string; readonly class: string })
    .filter((label) => label.class === 'malicious' && !/^network\/|_wbem\.zip$|\/slices\//.test(label.path))
    .map(({ path }) => path)
    .sort();
  const told = new Map<string, { theirs: number; ours: number; by: Set<string>; first: string }>();
  for (const path of paths) {
    const theirs = new Map<string, Set<string>>();
    const ours = new Map<string, Set<string>>();
    await readRecords(DEV, path, (event) => {
      const hits = peers.match(event).flatMap(({ rule }) => rule.metadata.id ?? []);
      if (hits.length === 0) return;
      const key = keyOf(event.channel, event.recordId, event.place.line);
      theirs.set(key, new Set([...(theirs.get(key) ?? []), ...hits]));
      ours.set(key, new Set([...(ours.get(key) ?? []), ...ownHits(pack, event)]));
    });
    if (theirs.size === 0) continue;
    const cited = citedBy(huntJson(ROOT, [join(DEV, path)]));
    for (const [key, ids] of theirs) {
      const by = [...(ours.get(key) ?? []), ...(cited.get(key) ?? [])];
      for (const id of ids) {
        const sum = told.get(id) ?? { theirs: 0, ours: 0, by: new Set<string>(), first: '' };
        sum.theirs++;
        if (by.length > 0) {
          sum.ours++;
          if (sum.first === '') sum.first = path;
        }
        for (const name of by) sum.by.add(name);
        told.set(id, sum);
      }
    }
  }
  for (const [id, sum] of told)
    note(id, 'a real record', sum.by, `${sum.ours} of ${sum.theirs}, first in ${sum.first}`);
}

/** Analytics by the records that their findings cite, and those of dossiers. */
function citedBy(result: HuntJson | string): ReadonlyMap<string, ReadonlySet<string>> {
  if (typeof result === 'string') throw new Error(result);
  const cited = new Map<string, Set<string>>();
  const add = (records: readonly CitedRecord[], name: string): void => {
    for (const { channel, recordId, line } of records) {
      const key = keyOf(channel, recordId, line);
      cited.set(key, new Set([...(cited.get(key) ?? []), name]));
    }
  };
  for (const finding of result.findings) if (isTold(finding.level)) add(recordsIn(finding), finding.analytic);
  for (const dossier of result.subscriptions) if (isTold(dossier.verdict.level)) add(recordsIn(dossier), 'a dossier');
  return cited;
}

function ofOurCases(peers: EventMatcher, note: Note): void {
  const { rules } = compiledPack();
  for (const file of packFiles()) {
    const [rule] = onlyRule(rules, `${file.name}.yml`).rules;
    if (!isTold(rule?.metadata.level)) continue;
    for (const one of casesOf(file)) {
      if (one.expect !== 'hit') continue;
      for (const [at, event] of one.events.entries()) {
        for (const hit of peers.match(eventOfCase(event, at + 1))) {
          note(hit.rule.metadata.id, 'an event of ours', [file.name], `"${one.name}"`);
        }
      }
    }
  }
}

/** Events made from the conditions of rules that no other event shows: what ours says of them, and of how many. */
function ofSolvedEvents(pack: EventMatcher, rules: readonly CompiledRule[], note: Note): void {
  const solved = solvedEvents(rules);
  const result = withEventsFile(
    solved.map(({ event }) => event),
    (path) => huntJson(ROOT, [path]),
  );
  const cited = citedBy(result);
  const sums = new Map<string, { made: number; told: number; by: Set<string> }>();
  for (const [at, { ruleId, event }] of solved.entries()) {
    const sum = sums.get(ruleId) ?? { made: 0, told: 0, by: new Set<string>() };
    const by = [...ownHits(pack, eventOfCase(event, 1)), ...(cited.get(keyOf(event.channel, at + 1, at + 1)) ?? [])];
    sum.made++;
    if (by.length > 0) sum.told++;
    for (const name of by) sum.by.add(name);
    sums.set(ruleId, sum);
  }
  for (const [id, { made, told, by }] of sums) note(id, 'events made for it', by, `${told} of ${made}`);
}
