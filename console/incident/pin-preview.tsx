import type { JSX } from 'preact';
import type { PinRequest } from '../../src/api/index.ts';
import { type Foreseen, type ForeseenIncident, Preview } from '../kit/preview.tsx';
import { plural } from '../kit/words.ts';

interface PinForeseen extends Foreseen {
  readonly hosts: number;
  readonly isAtMost: boolean;
  readonly incidents: readonly (ForeseenIncident & { readonly isWhole: boolean })[];
}

/** Which incidents hold their level by what a pin would accept, told before it is made. */
export function PinPreview({ pin }: { readonly pin: PinRequest | undefined }): JSX.Element {
  return (
    <Preview<PinForeseen>
      path="/v1/pins/preview"
      body={pin}
      doing="lower"
      says={({ open, closed, hosts, isAtMost }) => (
        <>
          What it accepts carries the level of{' '}
          <b>
            {isAtMost ? 'at most ' : ''}
            {plural(open, 'open incident')}
          </b>{' '}
          on {plural(hosts, 'host')}, and of {plural(closed, 'closed one')}. How far each falls, the next judgement
          says.
        </>
      )}
      beside={({ isWhole }) => (isWhole ? '' : '; another finding holds its level')}
    />
  );
}
