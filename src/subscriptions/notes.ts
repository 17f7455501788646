import { isInteractiveUserSid, isTimed, wellKnownSidName } from '../windows/index.ts';
import { type BenignMatch, propertyOf } from '../wmi/index.ts';
import type { Case } from './case.ts';
import type { Life } from './lifecycle.ts';
import { isNamespaceUnknown } from './naming.ts';
import type { OriginFacts } from './origin.ts';
import type { PayloadReading } from './payload-reading.ts';
import { isObjectRecord } from './sighting.ts';

/** What a reader should know of a subscription beyond its fields, one sentence each. */
export function notesOf(
  subject: Case,
  life: Life,
  facts: OriginFacts,
  payload: PayloadReading,
  benign: BenignMatch,
  reasonsNotToFire: readonly string[],
): readonly string[] {
  return [
    ...missingLinks(subject, life),
    ...contentNotes(subject, payload),
    ...reasonsNotToFire.map((reason) => `It may not fire: ${reason}.`),
    ...consumerNotes(subject),
    ...bindingNotes(subject),
    ...benignNotes(benign),
    ...creatorNotes(subject, facts),
  ];
}

/** L2: what is not in the evidence, and what would have held it. */
function missingLinks(subject: Case, life: Life): readonly string[] {
  const { group } = subject;
  const notes: string[] = [];
  const isIntent = ![...group.filters, ...group.consumers, ...group.bindings].some(({ sighting }) =>
    isObjectRecord(sighting),
  );
  const isDeclared = [...group.filters, ...group.consumers, ...group.bindings].some(
    ({ sighting }) => sighting.source === 'mof',
  );
  if (isDeclared) {
    notes.push(
      isIntent
        ? 'Only a MOF file declares it: mofcomp stores what such a file declares, and whether it was run would show in Sysmon 19 to 21, in WMI-Activity 5861 or in the repository.'
        : 'A MOF file declares it too: compiled again, it brings it back.',
    );
    if (isIntent) return notes;
  }
  if (isIntent) {
    notes.push(
      'Only a creating command speaks for it: whether the objects were stored would show in Sysmon 19 to 21, in WMI-Activity 5861 or in the repository.',
    );
    return notes;
  }
  if (group.isPaired) {
    notes.push(
      'No record binds filter and consumer: they are put together because one account wrote both within 120 s. Sysmon 21, WMI-Activity 5861 or the repository would show the binding.',
    );
  } else if (group.bindings.length === 0) {
    notes.push(
      'No record binds it to anything: alone it does nothing. Sysmon 21, WMI-Activity 5861 or the repository would show a binding.',
    );
  }
  if (group.consumerName !== undefined && subject.consumer.current === undefined) {
    notes.push('What the consumer holds was not seen: Sysmon 20, WMI-Activity 5861 or the repository would tell.');
  }
  if (group.filterName !== undefined && subject.filter.current === undefined) {
    notes.push('The query of the filter was not seen: Sysmon 19, WMI-Activity 5861 or the repository would tell.');
  }
  const seen = new Set(life.steps.map(({ step }) => step));
  if (!seen.has('created')) {
    notes.push(
      seen.has('appeared')
        ? 'Its creation is not witnessed: it came between two looks at what was stored.'
        : 'Its creation is not witnessed: it was there at the latest when it was first seen.',
    );
  }
  if (!isTimed(life.first)) {
    notes.push(
      'No file time came with the copy of the repository: the times here are the start of the run of the WMI service that stored it, by the clock of that machine, so it was written then or later.',
    );
  }
  return notes;
}

function contentNotes(subject: Case, payload: PayloadReading): readonly string[] {
  const notes: string[] = [];
  if (subject.consumer.current?.content.isCut === true) {
    notes.push('The payload is cut at the size limit of the event: the repository holds it whole.');
  }
  for (const bound of payload.stopped) notes.push(`Reading the payload stopped at a bound: ${bound}.`);
  const changed = subject.filter.earlier.length + subject.consumer.earlier.length;
  if (changed > 0) notes.push(`Its content was changed ${changed === 1 ? 'once' : `${changed} times`}.`);
  const other = subject.filter.disagreeing.length + subject.consumer.disagreeing.length;
  if (other > 0) notes.push('Two sources tell different contents of the same write; both are kept.');
  return notes;
}

function consumerNotes(subject: Case): readonly string[] {
  const properties = subject.consumer.current?.content.properties;
  if (properties === undefined) return [];
  const notes: string[] = [];
  const machine = propertyOf(properties, 'MachineName');
  if (machine !== undefined && machine !== '') {
    notes.push(`MachineName is set to ${machine}: standard consumers are not meant to run elsewhere (S04).`);
  }
  const server = propertyOf(properties, 'UNCServerName');
  if (server !== undefined && server !== '') notes.push(`UNCServerName is set to ${server} (S04).`);
  const file = propertyOf(properties, 'ScriptFileName');
  if (file !== undefined && file !== '') {
    notes.push(`The script is the file ${file}: whoever can change that file changes what runs (S21).`);
  }
  const executable = propertyOf(properties, 'ExecutablePath');
  const template = propertyOf(properties, 'CommandLineTemplate');
  if (executable !== undefined && executable !== '' && template !== undefined && template !== '') {
    notes.push(`ExecutablePath names the program ${executable}; the template holds only its command line.`);
  }
  return notes;
}

function bindingNotes({ group }: Case): readonly string[] {
  const references = group.bindings.filter(
    ({ sighting }) => isObjectRecord(sighting) && sighting.binding?.filterRef !== undefined,
  );
  if (references.length === 0) return unboundNotes(group);
  const notes: string[] = [];
  if (references.every(({ sighting }) => sighting.binding?.isRelative === true)) {
    notes.push(
      group.namespaceBasis === 'assumed'
        ? `The binding's references are relative, so the namespace is assumed to be ${group.namespace}.`
        : "The binding's references are relative.",
    );
  }
  const elsewhere = references.find(({ sighting }) => {
    const { filterNamespace, consumerNamespace } = sighting.binding ?? {};
    return filterNamespace !== undefined && consumerNamespace !== undefined && filterNamespace !== consumerNamespace;
  })?.sighting.binding;
  if (elsewhere?.filterNamespace !== undefined) notes.push(`Its filter lives in ${elsewhere.filterNamespace}.`);
  return notes;
}

/** Of parts that nothing binds, and that a repository without its index tells. */
function unboundNotes({ namespace, namespaceBasis, filters, consumers }: Case['group']): readonly string[] {
  const seenIn = [...filters, ...consumers].map(({ sighting }) => sighting.source);
  return isNamespaceUnknown({ namespaceBasis, seenIn })
    ? [`No record names its namespace: it is assumed to be ${namespace}.`]
    : [];
}

function benignNotes(benign: BenignMatch): readonly string[] {
  const notes: string[] = [];
  if (benign.masquerade !== undefined) {
    notes.push(`It bears a benign name with other content (masquerade): ${benign.differences.join(', ')}.`);
  }
  if (benign.exact?.note !== undefined) notes.push(benign.exact.note);
  if (benign.vendorHint !== undefined && benign.exact === undefined) {
    notes.push(`${benign.vendorHint} uses this name; a name is free to copy, so it lowers nothing.`);
  }
  return notes;
}

function creatorNotes(subject: Case, facts: OriginFacts): readonly string[] {
  const notes: string[] = [];
  const sids = [subject.filter.current?.content.creatorSid, subject.consumer.current?.content.creatorSid].filter(
    (sid) => sid !== undefined,
  );
  if (new Set(sids).size > 1) notes.push(`Filter and consumer have different creators: ${sids.join(' and ')}.`);
  const group = sids.find((sid) => !isInteractiveUserSid(sid));
  const name = group === undefined ? undefined : wellKnownSidName(group);
  if (name !== undefined && facts.creator.account === undefined) {
    notes.push(`CreatorSID is ${name}, which hides the person.`);
  }
  if (facts.creator.inferred === true) {
    notes.push('The name of its creator is inferred: group policy keeps it beside the SID in the repository.');
  }
  const elsewhere = facts.writers.find(({ writer }) => writer.host !== subject.group.host);
  if (elsewhere !== undefined) notes.push(`A command on ${elsewhere.writer.host} asked for it.`);
  return notes;
}
