import type { JSX } from 'preact';
import type { HostDocument } from '../../src/api/index.ts';
import { plural } from '../kit/words.ts';
import { HostLink } from './host-link.tsx';
import { Table } from './list.tsx';

/** What the clock of a host differs by from others, as far as connections tell; times stay as they were recorded (L4). */
export function HostClocks({ clocks }: { readonly clocks: HostDocument['clocks'] }): JSX.Element {
  if (clocks === undefined)
    return (
      <p class="note">Nothing has been judged since the server started: what its clock differs by is not known.</p>
    );
  if (clocks.length === 0)
    return (
      <p class="note">
        Not known: it takes three connections of which both ends told a time (Security 5156), or one end and Zeek.
      </p>
    );
  return (
    <Table
      title="Clock"
      rows={clocks}
      keyOf={({ against }) => against}
      columns={[
        {
          name: 'Beside the clock of',
          cell: ({ against }) => (against === 'zeek' ? 'Zeek’s sensor' : <HostLink host={against} />),
        },
        { name: 'Its clock is', cell: ({ aheadMs }) => aheadWords(aheadMs) },
        { name: 'Give or take', cell: ({ errorMs }) => secondsOf(errorMs), kind: 'num' },
        { name: 'By', cell: ({ pairs }) => plural(pairs, 'connection') },
      ]}
    />
  );
}

function aheadWords(aheadMs: number): string {
  if (Math.round(aheadMs) === 0) return 'the same';
  return `${secondsOf(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead' : 'behind'}`;
}

/** Milliseconds and no finer: the pairs tell no more. */
function secondsOf(ms: number): string {
  return `${(ms / 1000).toLocaleString('en-GB', { minimumFractionDigits: 3, maximumFractionDigits: 3 })} s`;
}
