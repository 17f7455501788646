import { UTC_CLOCK } from '../clock.ts';
import { count, plural } from '../terminal.ts';
import { html, type Markup, NOTHING } from './markup.ts';

/** Where a server holds a cited record: who sent it, in which batch, and where its archive has it. */
export interface ServedRecord {
  readonly record: string;
  readonly sender: string;
  /** Number of the batch in the journal, and of the event in it. */
  readonly event: string;
  /** "segment 3, block 12, entry 40". */
  readonly archive: string;
}

/** What stands in the custody of a report that a server made, in place of files (L3, SETTLED G17). */
export interface ServedCustody {
  readonly tool: string;
  readonly version: string;
  /** Id of the server's store. */
  readonly store: string;
  /** The version and revision of the incident that is shown. */
  readonly incidentVersion: number;
  readonly revision: number;
  /** Who asked for it, and when (RFC 3339). */
  readonly by: string;
  readonly at: string;
  readonly records: readonly ServedRecord[];
  /** Cited records that were not looked up or that the archive holds no more. */
  readonly notFound: number;
}

/** With what, on what, by whom: of a server, whose evidence is batches of senders in its archive. */
export function servedFooter(custody: ServedCustody, first: Markup): Markup {
  const { tool, version, store, incidentVersion, revision, by, at, records, notFound } = custody;
  const rows = records.map(
    ({ record, sender, event, archive }) =>
      html`<tr><th scope="row" class="mono">${record}</th><td>${sender}</td><td class="mono">${event}</td><td>${archive}</td></tr>`,
  );
  const table =
    records.length === 0
      ? NOTHING
      : html`<div class="scroll"><table><thead><tr><th scope="col">Record</th><th scope="col">Sender</th><th scope="col">Batch and event</th><th scope="col">Archive</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const left =
    notFound === 0
      ? NOTHING
      : html`<p class="note">${plural(notFound, 'cited record')} of which the archive tells no place: it holds them no more, or too many are cited. What they say is kept with the incident.</p>`;
  return html`<footer id="custody"><h2>Custody</h2>
<dl class="cols">${first}${entry('Made by', `${tool} ${version}, server ${store}`)}${entry('Shows', `version ${count(incidentVersion)}, revision ${count(revision)}`)}${entry('For', `${by}, ${UTC_CLOCK.stamp(at)}`)}${entry('Times', 'UTC, as recorded')}</dl>
${table}${left}
<p class="sum">Each event is kept as it was received: <span class="mono">GET /v1/events/BATCH/EVENT/raw</span> gives its bytes. This page loads nothing from elsewhere.</p>
</footer>`;
}

function entry(name: string, value: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
