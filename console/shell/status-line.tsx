import type { JSX } from 'preact';
import { heard, status } from '../kit/status.ts';
import { nowMs } from '../kit/time.ts';

/** What was done last, with a way back where there is one. */
export function StatusLine(): JSX.Element {
  const now = status.value;
  const left = now === undefined ? 0 : Math.max(0, Math.ceil((now.untilMs - nowMs.value) / 1000));
  return (
    <div class={now === undefined ? 'status empty' : 'status'}>
      <p role="status">{now?.text ?? ''}</p>
      {now?.undo === undefined ? null : (
        <button
          type="button"
          class="btn"
          onClick={() => {
            now.undo?.run();
            status.value = undefined;
          }}
        >
          {now.undo.label} <span class="num">{left} s</span>
        </button>
      )}
      <p class="vh" aria-live="polite">
        {heard.value}
      </p>
    </div>
  );
}
