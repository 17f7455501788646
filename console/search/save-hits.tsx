import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../kit/api.ts';
import { save } from '../kit/save.ts';
import { plural } from '../kit/words.ts';
import { chosenColumns } from './column-choice.tsx';
import type { Hits } from './hits.ts';
import { type FileForm, readHitsFile, savedWords } from './hits-file.ts';

const FORMS = [
  { form: 'csv', name: 'CSV' },
  { form: 'jsonl', name: 'JSON lines' },
] as const;
/** Why reading ends when the search is no longer on screen. */
const GONE = 'gone';

/** Saves the hits of a search as a file, and says how many of how many it holds; what was read until somebody stops it is saved, too. */
export function SaveHits({ hits, asked }: { readonly hits: Hits; readonly asked: string }): JSX.Element {
  const [words, setWords] = useState('');
  const [running, setRunning] = useState<AbortController | undefined>(undefined);
  useEffect(() => () => running?.abort(GONE), [running]);
  const run = async (form: FileForm): Promise<void> => {
    const own = new AbortController();
    setRunning(own);
    setWords('');
    const file = await readHitsFile({
      asked,
      form,
      columns: chosenColumns(),
      first: hits.first ?? '',
      ask: (path, signal) => ask('GET', path, { signal }),
      signal: own.signal,
      onRead: (count) => setWords(`Saving: ${plural(count, 'hit')} read.`),
    });
    // Whoever went on to another search saves nothing.
    if (own.signal.reason === GONE) return;
    setRunning(undefined);
    const name = `events-${new Date().toISOString().slice(0, 10)}${file.cut === undefined ? '' : `-newest-${file.count}`}.${form}`;
    const type = `text/${form};charset=utf-8`;
    if (file.count > 0) save(name, type, new Blob([...file.parts], { type }));
    setWords(savedWords(file, hits.isWhole ? hits.length : undefined));
  };
  return (
    <p class="row note">
      {running === undefined ? (
        FORMS.map(({ form, name }) => (
          <button key={form} type="button" class="lnk" onClick={() => void run(form)}>
            Save as {name}
          </button>
        ))
      ) : (
        <button type="button" class="lnk" onClick={() => running.abort()}>
          Stop and save
        </button>
      )}
      <span role="status">{words}</span>
    </p>
  );
}
