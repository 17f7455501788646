import type { CandidateLogon } from '../../entities/index.ts';
import { type Dossier, firings, type Term } from '../../subscriptions/index.ts';
import type { Level } from '../../windows/index.ts';
import { sourcesOf } from '../channel-names.ts';
import { orLater, UTC_CLOCK } from '../clock.ts';
import { dumpCommand, tellingRecord } from '../evidence-address.ts';
import { type HostLabels, namedText } from '../host-label.ts';
import { SEEN_IN } from '../seen-in.ts';
import { dossierSentence } from '../sentence.ts';
import { count, plural } from '../terminal.ts';
import { duration, timelineOf } from '../timeline.ts';
import { ARROW } from './arrow.ts';
import type { Citations } from './citations.ts';
import { codeBlock } from './code-block.ts';
import { dossierLanes } from './dossier-lanes.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { levelMark } from './level-mark.ts';
import { indicatorKind, machineKind, objectOf } from './object.ts';
import { type MissingContent, triad } from './triad.ts';

const MAX_CANDIDATES = 12;
const MAX_STEPS = 200;
const MAX_CONFLICTS = 16;

/** How a dossier stands on a page. */
export interface DossierView {
  readonly isOpen: boolean;
  /** False where the page's own pictures show its path and its time already. */
  readonly hasPictures: boolean;
  /** Contents are left out because who looks may not see them. */
  readonly isWithheld?: boolean;
}

/** One subscription on the page: closed but for the worst one, and open in print. */
export function dossierSection(dossier: Dossier, citations: Citations, label: HostLabels, view: DossierView): Drawing {
  const rows = timelineOf(dossier);
  const picture = view.hasPictures ? dossierLanes(rows, citations, dossier.id) : EMPTY;
  const body = draw`<div class="in">${view.hasPictures ? path(dossier, label, view.isWithheld === true ? 'withheld' : 'unseen') : stored(dossier)}<h4>Over time</h4>${picture}${timeline(dossier, citations)}${decoded(dossier)}<h4>Why ${dossier.verdict.level}</h4>${sumTable(dossier.verdict.terms, dossier.verdict.score, dossier.verdict.level, citations)}${candidateTable(dossier.origin.candidates, citations)}${timer(dossier, citations)}${others(dossier, citations)}${conflicts(dossier, citations)}${notes(dossier)}${again(dossier)}</div>`;
  const open = view.isOpen ? { open: '' } : {};
  return draw`<details class="dos" id="s-${dossier.id}"${open}><summary>${levelMark(dossier.verdict.level)}<h3>${unbroken(dossierSentence(dossier, label))}</h3><span class="x"><span class="num">score ${dossier.verdict.score}</span><br><span class="mono">${dossier.id}</span></span></summary>${body}</details>`;
}

/** What the picture above cut: the payload as it was stored. */
function stored({ consumer }: Dossier): Drawing {
  if (consumer.payload === undefined) return EMPTY;
  return draw`<h4>The payload as it was stored</h4>${objectOf('payload', consumer.payload, codeBlock(consumer.payload))}`;
}

/** Where it came from and what it is: source, arrow, the triad on its host. */
function path(dossier: Dossier, label: HostLabels, missing: MissingContent): Drawing {
  const { origin } = dossier;
  const isRemote = origin.kind === 'remote';
  const host = origin.source?.host ?? origin.source?.address;
  const isObserved = origin.strength === 'exact' || origin.strength === 'strong';
  if (!isRemote) return draw`<div class="hop">${target(dossier, label, missing)}</div>`;
  const name =
    host === undefined
      ? draw`one of ${plural(origin.candidates.length, 'source')}`
      : objectOf(machineKind(host), host, label(host));
  const role =
    origin.source?.address !== undefined && origin.source.host !== undefined
      ? draw`Source, ${objectOf('address', origin.source.address)}`
      : 'Source';
  const poss = isObserved && host !== undefined ? '' : ' poss';
  const account = origin.account === undefined ? EMPTY : draw`<p>${objectOf('account', origin.account)}</p>`;
  const strength = origin.strength === undefined ? EMPTY : draw`<b>${origin.strength}</b>`;
  return draw`<div class="hop"><div class="legs"><div class="leg"><div class="host${poss}"><p class="hn">${name}</p><p class="role">${role}</p><div class="b">${account}</div></div><div class="edge${poss}"><span>remote logon, join</span>${ARROW}<span>${strength}</span></div></div></div>${target(dossier, label, missing)}</div>`;
}

function target(dossier: Dossier, label: HostLabels, missing: MissingContent): Drawing {
  const basis = dossier.namespaceBasis === 'assumed' ? ' (assumed)' : '';
  const at = dossier.stateAt === undefined ? '' : ` at ${UTC_CLOCK.minute(dossier.stateAt)}`;
  const state =
    dossier.state === 'unknown'
      ? 'State unknown'
      : `${dossier.state.charAt(0).toUpperCase()}${dossier.state.slice(1)}${at}`;
  return draw`<div class="host target"><header><p class="hn">${objectOf('host', dossier.host, label(dossier.host))}</p><p class="role">${objectOf('host', dossier.host)}, ${dossier.namespace}${basis}</p><span class="st">${state}</span></header>${triad(dossier, 'whole', missing)}${ran(dossier)}</div>`;
}

function ran(dossier: Dossier): Drawing {
  const { creator, origin, baseline } = dossier;
  const fired = dossier.lifecycle.filter((step) => step.step === 'fired');
  const first = fired[0];
  const when = first === undefined ? '' : typeof first.time === 'string' ? first.time : first.time[0];
  const words: Drawing[] = [];
  if (first !== undefined) {
    const n = firings(fired);
    const more = n > 1 ? `, ${count(n)} times in all` : '';
    words.push(draw`<span><b>Fired at <span class="num">${UTC_CLOCK.stamp(when)}</span></b>${more}</span>`);
  }
  const who = [creator.account, creator.sid].flatMap((part) => (part === undefined ? [] : [objectOf('account', part)]));
  if (who.length > 0) words.push(draw`<span>Creator ${joinDrawings(who, ', ')}</span>`);
  if (origin.process?.image !== undefined) words.push(draw`<span>Written by ${origin.process.image}</span>`);
  if (dossier.attackTool !== undefined) words.push(draw`<span>Has the fingerprint of ${dossier.attackTool}</span>`);
  const nearest =
    baseline.nearest === undefined
      ? 'Not on the baseline'
      : baseline.known
        ? `On the baseline: ${baseline.nearest}`
        : `Not on the baseline; nearest is ${baseline.nearest}${baseline.likeness === undefined ? '' : `, ${baseline.likeness.toFixed(2)} alike`}`;
  words.push(draw`<span>${nearest}</span>`);
  return draw`<p class="ran">${joinDrawings(words)}</p>`;
}

function timeline(dossier: Dossier, citations: Citations): Drawing {
  const steps = timelineOf(dossier);
  const rows = steps.slice(0, MAX_STEPS).map((row) => {
    const until = row.until === undefined ? '' : ` to ${UTC_CLOCK.stamp(row.until)}`;
    return draw`<tr><td class="t num">${UTC_CLOCK.stamp(row.time)}${until}</td><td>${row.text}</td><td class="t">${row.strength}</td><td>${sourcesOf(row.evidence)}</td><td>${citations.links(row.evidence)}</td></tr>`;
  });
  const more =
    steps.length > MAX_STEPS
      ? draw`<p class="note">${plural(steps.length - MAX_STEPS, 'more step')} in the JSON result.</p>`
      : EMPTY;
  return draw`<div class="scroll"><table><caption class="vh">Steps in time order</caption><thead><tr><th scope="col">Time, UTC</th><th scope="col">What</th><th scope="col">Strength</th><th scope="col">Seen in</th><th scope="col">Records</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function decoded(dossier: Dossier): Drawing {
  const { decoded: layers, features, indicators } = dossier.consumer;
  if (layers.length === 0 && features.length === 0 && indicators.length === 0) return EMPTY;
  const peeled = layers
    .slice(0, 16)
    .map(
      (layer) =>
        draw`<p class="note">Layer ${layer.depth}, ${layer.operation}, SHA-256 <span class="mono">${objectOf('hash', layer.sha256)}</span></p>${objectOf('payload', layer.text, codeBlock(layer.text))}`,
    );
  const names = indicators
    .slice(0, 40)
    .map(
      ({ kind, value }) =>
        draw`<tr><th scope="row">${kind}</th><td class="mono">${objectOf(indicatorKind(kind), value)}</td></tr>`,
    );
  const table =
    names.length === 0
      ? EMPTY
      : draw`<table><caption class="vh">What the payload names</caption><thead><tr><th scope="col">Kind</th><th scope="col">What the payload names</th></tr></thead><tbody>${names}</tbody></table>`;
  return draw`<h4>What the payload says</h4>${peeled}${table}`;
}

/** The printed sum: a reader can redo it (L12). */
export function sumTable(terms: readonly Term[], score: number, level: Level, citations: Citations): Drawing {
  const total = terms.reduce((sum, { points }) => sum + points, 0);
  const rows = terms.map(
    ({ code, points, text, evidence }) =>
      draw`<tr><th scope="row" class="code">${code}</th><td>${namedText(text, citations.label)}</td><td>${citations.links(evidence)}</td><td class="r num">${points < 0 ? `−${-points}` : points}</td></tr>`,
  );
  const held = total === score ? '' : `, ${total} held within 0 and 100`;
  return draw`<div class="scroll"><table><caption class="vh">The sum</caption><thead><tr><th scope="col">Code</th><th scope="col">Reason</th><th scope="col">Records</th><th scope="col" class="r">Points</th></tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">Sum</th><td>${levelMark(level)}${held}</td><td></td><td class="r num">${score}</td></tr></tfoot></table></div>`;
}

/** Remote logons that may have carried the act (L9). */
export function candidateTable(candidates: readonly CandidateLogon[], citations: Citations): Drawing {
  if (candidates.length === 0) return EMPTY;
  const rows = candidates.slice(0, MAX_CANDIDATES).map((candidate) => {
    const from = [candidate.workstation, candidate.address].flatMap((part) =>
      part === undefined || part === '' ? [] : [objectOf(machineKind(part), part)],
    );
    const ports = candidate.ports.length === 0 ? '' : `, port ${candidate.ports.slice(0, 6).join(', ')}`;
    return draw`<tr><td class="t num">${UTC_CLOCK.stamp(candidate.time)}</td><td>${objectOf('account', candidate.account)}</td><td>${joinDrawings(from, ', ')}${ports}</td><td class="mono">${candidate.logonId}</td><td>${candidate.strength}, ${candidate.join}</td><td>${citations.links(candidate.evidence)}</td></tr>`;
  });
  const more =
    candidates.length > MAX_CANDIDATES
      ? draw`<p class="note">${plural(candidates.length - MAX_CANDIDATES, 'more remote logon')} in the JSON result.</p>`
      : EMPTY;
  return draw`<h4>Remote logons that may have carried it</h4><div class="scroll"><table><caption class="vh">Candidate remote logons</caption><thead><tr><th scope="col">Time, UTC</th><th scope="col">Account</th><th scope="col">From</th><th scope="col">Logon</th><th scope="col">Join</th><th scope="col">Records</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function others(dossier: Dossier, citations: Citations): Drawing {
  if (dossier.otherContents.length === 0) return EMPTY;
  const items = dossier.otherContents.slice(0, 8).map((other) => {
    const word = other.kind === 'earlier' ? 'Earlier' : 'Another source says';
    return draw`<p class="note">${word}, ${other.part}, ${UTC_CLOCK.stamp(other.firstSeen)}${orLater(other.firstSeenIsBound)} ${citations.links(other.evidence)}</p>${codeBlock(other.payload ?? other.query ?? '')}`;
  });
  return draw`<h4>Other content under the same names</h4>${items}`;
}

function timer({ timer: one }: Dossier, citations: Citations): Drawing {
  if (one === undefined) return EMPTY;
  const every = one.intervalMs === undefined ? '' : `, every ${duration(one.intervalMs)}`;
  const where = one.namespace === undefined ? '' : ` in ${one.namespace}`;
  return draw`<h4>The timer it waits for</h4><p class="note">${one.timerId}${every}, ${one.class}${where} ${citations.links(one.evidence)}</p>`;
}

/** What sources do not agree on, each with its value and its record. */
function conflicts({ conflicts: all }: Dossier, citations: Citations): Drawing {
  if (all.length === 0) return EMPTY;
  const items = all.slice(0, MAX_CONFLICTS).map(({ property, values }) => {
    const told = values.map(
      ({ source, value, evidence }) =>
        draw`<p class="note">In ${SEEN_IN[source]} ${citations.links(evidence)}</p>${codeBlock(value ?? 'not set')}`,
    );
    return draw`<p class="note"><b>${property}</b></p>${told}`;
  });
  return draw`<h4>Where sources disagree</h4>${items}`;
}

function notes(dossier: Dossier): Drawing {
  if (dossier.notes.length === 0) return EMPTY;
  return draw`<h4>Worth knowing</h4><ul>${dossier.notes.map((note) => draw`<li class="sum">${note}</li>`)}</ul>`;
}

function again(dossier: Dossier): Drawing {
  const first = tellingRecord(dossier.evidence);
  if (first === undefined) return EMPTY;
  return draw`<p class="src">A cited record again: <span class="mono">${dumpCommand(first) ?? ''}</span></p>`;
}
