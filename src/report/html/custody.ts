import { sha256Hex } from '../../bytes/index.ts';
import { UTC_CLOCK } from '../clock.ts';
import type { Case } from '../drawing/case.ts';
import { placeName } from '../evidence-address.ts';
import { exitReason } from '../exit-reason.ts';
import { configDigest, findingsDigest } from '../json.ts';
import type { RecordLine } from '../record-line.ts';
import type { EvidenceInput, HuntResult, Run } from '../result.ts';
import { count, plural } from '../terminal.ts';
import { shapeWords } from '../text-shapes.ts';
import { html, join, type Markup, markup, NOTHING } from './markup.ts';

/** More inputs than this are folded away on screen. */
const OPEN_INPUTS = 20;
const MAX_INPUTS = 2000;
const MAX_MEMBERS = 2000;

/** Files, and files inside them, that the page's records are from: on paper the others are a number and a digest. */
function citedPlaces(records: readonly RecordLine[]): ReadonlySet<string> {
  return new Set(
    records.flatMap(({ sources }) =>
      sources.flatMap(({ file, container = [] }) => [file, [file, ...container].join('\u0000')]),
    ),
  );
}

/** With what, on what, by whom, and how to repeat it: the manifest's content (L3, SETTLED A12). */
export function custodyFooter(
  result: HuntResult,
  first: Markup = NOTHING,
  records: readonly RecordLine[] = [],
): Markup {
  const { header, summary } = result;
  const { tool, rules, options } = header;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const limits = [
    options.from === undefined ? '' : `from ${UTC_CLOCK.stamp(options.from)}`,
    options.to === undefined ? '' : `to ${UTC_CLOCK.stamp(options.to)}`,
    options.hosts.length === 0 ? '' : `host ${options.hosts.join(', ')}`,
    `level ${options.minLevel} and above`,
    `fails at ${options.failLevel}`,
    options.carve ? 'slack carved' : 'slack not carved',
    options.strict ? 'strict' : '',
    ...(options.maps ?? []).map((map) => `mapping ${map}`),
    ...(options.pins ?? []).map((one) => `pins ${one}`),
    ...(options.pipelines ?? []).map((one) => `pipeline ${one}`),
    ...(options.placeholders ?? []).map((one) => `placeholders ${one}`),
    options.assumeZone === undefined ? '' : `local times are of ${options.assumeZone}`,
  ].filter((part) => part !== '');
  const commit = tool.commit === undefined ? '' : `, commit ${tool.commit}`;
  const pack =
    rules === undefined ? 'none of its own' : `${rules.bundle}, ${plural(rules.count, 'rule')}, ${rules.sha256}`;
  return html`<footer id="custody"><h2>Custody and how to repeat this</h2>
<dl class="cols">${first}${entry('Made by', `${tool.name} ${tool.version}${commit}`)}${entry('Rules', pack)}${entry('Options', limits.join('; '))}${entry('Configuration', html`SHA-256 <span class="mono">${configDigest(result)}</span>`)}${entry('Read', `${plural(header.evidence.length, 'input')}, ${plural(summary.files, 'file')}, ${plural(live + afterDamage + swallowed + carved, 'record')}: ${count(live)} live, ${count(afterDamage)} after damage, ${count(swallowed)} swallowed, ${count(carved)} carved; ${count(summary.folded)} folded as copies, ${count(summary.rejected)} rejected`)}${Object.keys(summary.shapes).length === 0 ? NOTHING : entry('Units of texts', shapeWords(summary.shapes))}${entry('Times', 'UTC, as recorded; inputs were opened for reading only')}</dl>
${runLine(result.run, options.failLevel)}
${inputTable(header.evidence, citedPlaces(records))}
<p class="sum">Same evidence, same version and same options give the same findings digest: <span class="mono">${findingsDigest(result)}</span>. To check the inputs: <span class="mono">triad verify MANIFEST</span>, with a manifest that <span class="mono nb">--manifest FILE</span> wrote. This page loads nothing from elsewhere.</p>
</footer>`;
}

const MAX_ALIASES = 12;

/** Which incident the page is of, the ids that it took over, and the measured clocks (L4, L14). */
export function incidentCustody({ incident, label }: Case): Markup {
  const offsets = new Map<string, string>();
  for (const { clock } of incident.edges) {
    if (clock === undefined) continue;
    const sign = clock.offsetMs < 0 ? '−' : '+';
    offsets.set(
      `${clock.a} ${clock.b}`,
      `${label(clock.b)} ${sign}${Math.abs(clock.offsetMs / 1000).toFixed(2)} s against ${label(clock.a)}, ± ${(clock.errorMs / 1000).toFixed(2)} s from ${plural(clock.pairs, 'pair')}`,
    );
  }
  const clocks =
    offsets.size === 0
      ? NOTHING
      : entry('Clocks', `${[...offsets.values()].slice(0, 8).join('; ')}; used in joins only`);
  const more = incident.aliases.length - MAX_ALIASES;
  const aliases =
    incident.aliases.length === 0
      ? NOTHING
      : entry(
          'Also found by',
          html`<span class="mono">${incident.aliases.slice(0, MAX_ALIASES).join(', ')}</span>${more > 0 ? ` and ${count(more)} more` : ''}`,
        );
  return html`${entry('Incident', html`<span class="mono">${incident.id}</span>`)}${aliases}${clocks}`;
}

function entry(name: string, value: string | Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** The only line of the page that two runs over the same evidence may differ in (L7). */
function runLine(run: Run, failLevel: HuntResult['header']['options']['failLevel']): Markup {
  const zone =
    run.utcOffsetMinutes === 0
      ? 'UTC'
      : `UTC${run.utcOffsetMinutes < 0 ? '−' : '+'}${clock(Math.abs(run.utcOffsetMinutes))}`;
  const parts = [
    entry('Started', UTC_CLOCK.stamp(run.start)),
    entry('Ended', UTC_CLOCK.stamp(run.end)),
    entry(
      'Machine',
      [run.os, run.arch, run.runtime, `zone ${zone}, system clock`].filter((part) => part !== undefined).join(', '),
    ),
    entry('Result', `${run.status}, exit ${run.exit}: ${exitReason(run.exit, failLevel)}`),
    run.argv === undefined ? NOTHING : entry('Command', html`<span class="mono">triad ${run.argv.join(' ')}</span>`),
  ];
  return html`<dl class="cols" id="run">${join(parts)}</dl>`;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function inputTable(inputs: readonly EvidenceInput[], cited: ReadonlySet<string>): Markup {
  const rows = inputs.slice(0, MAX_INPUTS).map((input) => {
    const span =
      input.firstRecord === undefined || input.lastRecord === undefined
        ? ''
        : `${UTC_CLOCK.minute(input.firstRecord)} to ${UTC_CLOCK.minute(input.lastRecord)}`;
    const { live, afterDamage, swallowed, carved } = input.records;
    return html`<tr${cited.has(input.name) ? NOTHING : UNCITED}><th scope="row">${input.name}</th><td class="r num">${count(input.bytes)}</td><td>${input.kind}</td><td class="r num">${count(live + afterDamage + swallowed + carved)}</td><td class="num">${span}</td><td class="mono">${input.sha256 ?? 'not hashed'}</td></tr>`;
  });
  const table = html`<div class="scroll"><table><thead><tr><th scope="col">Evidence</th><th scope="col" class="r">Bytes</th><th scope="col">Kind</th><th scope="col" class="r">Records</th><th scope="col">Span, UTC</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const more =
    inputs.length > MAX_INPUTS
      ? html`<p class="note">${plural(inputs.length - MAX_INPUTS, 'more input')} in the manifest.</p>`
      : NOTHING;
  const others = inputs.filter(({ name }) => !cited.has(name));
  const digest = sha256Hex(
    others
      .map(({ name, sha256 = 'not hashed' }) => `${sha256}  ${name}\n`)
      .sort()
      .join(''),
  );
  const left =
    others.length === 0
      ? NOTHING
      : html`<p class="pap">${plural(others.length, 'input')} that no record here is from, in the page and in the manifest; SHA-256 over the sorted lines of their hashes and names: <span class="mono">${digest}</span>.</p>`;
  const members = memberTable(inputs, cited);
  if (inputs.length <= OPEN_INPUTS) return html`${table}${more}${left}${members}`;
  return html`<details><summary>${plural(inputs.length, 'input')} with sizes and hashes</summary>${table}${more}</details>${left}${members}`;
}

/** What is left out on paper. */
const UNCITED: Markup = markup(' class="unc"');

function memberTable(inputs: readonly EvidenceInput[], cited: ReadonlySet<string>): Markup {
  const members = inputs.flatMap((input) => (input.members ?? []).map((member) => ({ input, member })));
  if (members.length === 0) return NOTHING;
  const rows = members
    .slice(0, MAX_MEMBERS)
    .map(
      ({ input, member }) =>
        html`<tr${cited.has([input.name, ...member.path].join('\u0000')) ? NOTHING : UNCITED}><th scope="row">${placeName({ file: input.name, container: member.path })}</th><td class="r num">${member.bytes === undefined ? '' : count(member.bytes)}</td><td>${member.kind}</td><td class="mono">${member.sha256 ?? ''}</td></tr>`,
    );
  const more =
    members.length > MAX_MEMBERS
      ? html`<p class="note">${plural(members.length - MAX_MEMBERS, 'more member')} in the manifest.</p>`
      : NOTHING;
  return html`<details><summary>${plural(members.length, 'file')} inside containers</summary><div class="scroll"><table><thead><tr><th scope="col">File</th><th scope="col" class="r">Bytes</th><th scope="col">Kind</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table></div>${more}</details>`;
}
