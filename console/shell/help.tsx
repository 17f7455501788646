import type { JSX } from 'preact';
import { type Key, keysNow } from '../kit/keys.ts';
import { Dialog } from '../kit/parts.tsx';
import { choose, setting } from '../kit/settings.ts';
import { FilterWords } from '../queue/filter-words.tsx';

const GROUPS: readonly Key['group'][] = ['Queue', 'Incident', 'Dossier', 'Search', 'Anywhere'];

/** Every key that works here. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const keys = keysNow().filter(({ says }) => says !== '');
  const isOn = setting('keys').value === 'on';
  return (
    <Dialog title="Help" onClose={onClose} wide>
      <p>
        The queue is at the left, the incident at the right. An incident is <b>acknowledged</b> when somebody takes it
        on, gets a <b>verdict</b>, and is <b>contained</b> when the first containment step is done. Triad does none of
        the steps; people do.
      </p>
      <div class="keys">
        {GROUPS.filter((group) => keys.some((key) => key.group === group)).map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {keys
                .filter((key) => key.group === group)
                .map(({ key, says }) => (
                  <div key={key}>
                    <dt>
                      {key.split(' ').map((part) => (
                        <kbd key={part}>{part}</kbd>
                      ))}
                    </dt>
                    <dd>{says}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <FilterWords />
      <p>
        <label class="check">
          <input type="checkbox" checked={isOn} onChange={() => choose('keys', isOn ? 'off' : 'on')} /> Single keys
          work. They are dead while you type and in dialogs.
        </label>
      </p>
    </Dialog>
  );
}
