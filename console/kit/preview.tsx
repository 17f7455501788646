import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { whyOf } from '../kit/api.ts';
import { ask } from './api.ts';
import { LevelMark } from './parts.tsx';
import { plural, visibleText } from './words.ts';

/** What a server says that something would come to, before it is done. */
export interface Foreseen {
  readonly open: number;
  readonly closed: number;
  readonly incidents: readonly ForeseenIncident[];
}

export interface ForeseenIncident {
  readonly id: string;
  readonly number: number;
  readonly level: string;
  readonly title: string;
}

/** While somebody types it is asked for at most that often. */
const PAUSE_MS = 300;
const MOST_SHOWN = 5;

export interface PreviewProps<T extends Foreseen> {
  readonly path: string;
  /** Asked anew when it changes; undefined where there is nothing to ask yet. */
  readonly body: object | undefined;
  /** Completes "Looking at what it would …". */
  readonly doing: string;
  readonly says: (preview: T) => ComponentChildren;
  /** Behind an incident of the list. */
  readonly beside?: (incident: T['incidents'][number]) => string;
}

/** What a press would come to, told beside it. */
export function Preview<T extends Foreseen>({ path, body, doing, says, beside }: PreviewProps<T>): JSX.Element | null {
  const [preview, setPreview] = useState<T | string | undefined>(undefined);
  const asked = body === undefined ? undefined : JSON.stringify(body);
  useEffect(() => {
    setPreview(undefined);
    if (asked === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void ask<T>('POST', path, { body: JSON.parse(asked) as object, signal: abort.signal }).then((answer) => {
        if (answer.kind === 'ok') setPreview(answer.value);
        else if (answer.problem.code !== 'aborted') setPreview(whyOf(answer.problem));
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);
  if (asked === undefined) return null;
  if (preview === undefined) return <p class="preview muted">Looking at what it would {doing}.</p>;
  if (typeof preview === 'string') return <p class="preview trouble">{preview}</p>;
  return (
    <div class="preview" role="status">
      <p>{says(preview)}</p>
      <ul>
        {preview.incidents.slice(0, MOST_SHOWN).map((incident) => (
          <li key={incident.id}>
            <LevelMark level={incident.level} isShort /> INC-{incident.number} {visibleText(incident.title)}
            {beside?.(incident) ?? ''}
          </li>
        ))}
        {preview.open > MOST_SHOWN ? <li class="muted">and {plural(preview.open - MOST_SHOWN, 'other')}</li> : null}
      </ul>
    </div>
  );
}
