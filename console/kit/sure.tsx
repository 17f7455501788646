import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** A press that is asked once more. `of` says in the name of the button what it is about. */
export function Sure({
  name,
  of,
  run,
}: {
  readonly name: string;
  readonly of: string;
  readonly run: () => Promise<void>;
}): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="lnk" onClick={() => setAsked(true)}>
        {name}
        <span class="vh"> {of}</span>
      </button>
    );
  return (
    <>
      <button type="button" class="btn" onClick={() => void run().then(() => setAsked(false))}>
        {name}: sure?<span class="vh"> {of}</span>
      </button>{' '}
      <button type="button" class="lnk" onClick={() => setAsked(false)}>
        No
      </button>
    </>
  );
}
