import type { Dossier } from '../../subscriptions/index.ts';
import { UTC_CLOCK } from '../clock.ts';
import { plural } from '../terminal.ts';
import { duration, millis } from '../timeline.ts';
import type { Case } from './case.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { sourceKey } from './hop-picture.ts';
import { aroundWords, beginning, listed } from './path.ts';

/** What the headline means for the reader, in a few sentences; each is left out where nothing shows it (L13). */
export function meaning(item: Case): Drawing {
  const [dossier] = item.dossiers;
  const sentences = [
    dossier === undefined ? ranSentence(item) : lifeSentence(dossier),
    afterSentence(item),
    dossier === undefined ? EMPTY : stateSentence(dossier),
    unknownSource(item),
    possibleSteps(item),
  ].filter((sentence) => sentence.length > 0);
  return joinDrawings(sentences, ' ');
}

function lifeSentence(dossier: Dossier): Drawing {
  const fired = dossier.lifecycle.find(({ step }) => step === 'fired');
  const when = dossier.filter.trigger?.sentence;
  if (fired === undefined)
    return when === undefined || when === '' ? EMPTY : draw`It fires ${when}; it was not seen to fire.`;
  const time = typeof fired.time === 'string' ? fired.time : fired.time[0];
  const wait = millis(time) - millis(dossier.firstSeen);
  const trigger = when === undefined || when === '' ? '' : `; it fires ${when}`;
  return wait > 0
    ? unbroken(`It ran ${duration(wait)} after it was ${beginning(dossier)}${trigger}.`)
    : draw`It ran at ${UTC_CLOCK.stamp(time)}${trigger}.`;
}

function ranSentence({ findings }: Case): Drawing {
  const ran = findings.filter(({ process, scope }) => process !== undefined && scope === 'wmi');
  if (ran.length === 0) return EMPTY;
  // Several findings may be about one process (SETTLED C14).
  const processes = new Set(ran.map(({ host, process }) => JSON.stringify([host, process?.pid, process?.image])));
  const users = [...new Set(ran.flatMap(({ process }) => process?.user ?? []))];
  const as = users.length === 0 ? '' : ` as ${listed(users, 3)}`;
  return draw`${plural(processes.size, 'process', 'processes')} started through WMI${as}. No subscription was seen that would start it again.`;
}

/** Findings of memory, network and tampering say what it did; read memory of LSASS says what is lost. */
function afterSentence(item: Case): Drawing {
  const { findings, label } = item;
  const others = findings
    .filter(({ analytic = '' }) => /^[MNT]\d/.test(analytic))
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const told = aroundWords(others, item).map((words) => unbroken(words));
  const memory = findings.filter(({ analytic = '' }) => /^M\d/.test(analytic));
  const hosts = [...new Set(memory.map(({ host }) => label(host)))];
  const consequence = unbroken(`Treat every account that signed in to ${listed(hosts, 4)} as known to the intruder.`);
  return joinDrawings(memory.length === 0 ? told : [...told, draw`<b>${consequence}</b>`], ' ');
}

function stateSentence(dossier: Dossier): Drawing {
  const at = dossier.stateAt === undefined ? '' : ` at ${UTC_CLOCK.stamp(dossier.stateAt).slice(0, 16)}`;
  switch (dossier.state) {
    case 'armed':
      return unbroken(`The subscription was still armed${at}, the last that evidence says of it.`);
    case 'deleted':
      return draw`The subscription was gone${at}.`;
    case 'disarmed':
      return draw`The subscription was disarmed${at}: parts of it are left.`;
    default:
      return draw`Whether it is armed is unknown: no record shows its binding.`;
  }
}

function unknownSource({ picture, label }: Case): Drawing {
  const unknown = picture.edges.filter((edge) =>
    edge.hops.some(({ source }) => source.host === undefined && source.address === undefined),
  );
  const targets = [...new Set(unknown.map(({ to }) => label(to)))];
  return targets.length === 0 ? EMPTY : unbroken(`Where the call to ${listed(targets, 4)} came from is not known.`);
}

function possibleSteps({ picture, label }: Case): Drawing {
  const reached = new Set(picture.edges.filter((edge) => edge.isSolid).map(({ to }) => to));
  const possible = picture.edges
    .filter(
      (edge) =>
        !edge.isSolid && !reached.has(edge.to) && picture.hosts.some((host) => host.key === edge.from && host.isTarget),
    )
    .filter((edge) => edge.hops.every((hop) => sourceKey(hop) !== hop.target.host))
    .map(({ to }) => label(to));
  const hosts = [...new Set(possible)];
  return hosts.length === 0 ? EMPTY : unbroken(`A step on to ${listed(hosts, 4)} is possible, not shown.`);
}
