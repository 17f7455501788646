import type { JSX } from 'preact';
import type { HostDocument } from '../../src/api/index.ts';
import { fixListCsv } from '../../src/report/index.ts';
import { CSV_TYPE, csvName, save } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { plural } from '../kit/words.ts';
import { toldBlind } from './told-blind.ts';

interface Seen {
  readonly key: string;
  /** Absent where no judgement has looked at the host yet. */
  readonly blind?: HostDocument['blind'];
}

/** Saves what is not seen of these hosts, and what to change on each (PRODUCT 9.3). */
export function FixList({ hosts }: { readonly hosts: readonly Seen[] }): JSX.Element {
  return (
    <button type="button" class="lnk" onClick={() => saveFixList(hosts)}>
      Export fix list
    </button>
  );
}

function saveFixList(hosts: readonly Seen[]): void {
  const of = hosts
    .toSorted((a, b) => a.key.localeCompare(b.key))
    .map(({ key, blind = [] }) => toldBlind(blind).map((gap) => ({ ...gap, host: key })));
  const gaps = of.flat();
  const waiting = hosts.filter(({ blind }) => blind === undefined).length;
  const unjudged = waiting === 0 ? '' : ` Nothing is known yet of ${plural(waiting, 'host')}.`;
  if (gaps.length === 0) {
    say(`No gap is known: there is nothing to save.${unjudged}`);
    return;
  }
  save(csvName('fix-list'), CSV_TYPE, fixListCsv(gaps));
  say(
    `Saved ${plural(gaps.length, 'gap')} of ${plural(of.filter((own) => own.length > 0).length, 'host')}.${unjudged}`,
  );
}
