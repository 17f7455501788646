import { useRef } from 'preact/hooks';
import { moveDrafts } from '../kit/draft.ts';
import type { IncidentDocument } from './document.ts';

/** What became part of another incident. */
export interface Merged {
  /** Findings of that one which were not its own; undefined where it was never on screen by itself. */
  readonly more: number | undefined;
}

interface Line {
  readonly key: string;
  /** Ids and numbers that the view has had. */
  readonly ids: readonly string[];
  /** The id that was opened; undefined until a number is known by one. */
  readonly own: string | undefined;
  /** Ids of the findings that stood on screen last before it became part of another one. */
  readonly findings: ReadonlySet<string> | undefined;
}

const isNumber = (id: string): boolean => /^INC-\d+$/i.test(id);

/**
 * What keeps its view: an incident that became part of another while it was open stays on screen, with its scroll, its dialog and what was written
 * in it (SETTLED G3). `merged` is there where the one that was opened is not the incident itself any more.
 */
export function useLineage(
  id: string,
  doc: IncidentDocument | undefined,
): { readonly key: string; readonly merged: Merged | undefined } {
  const line = useRef<Line>(begun(id));
  if (!line.current.ids.includes(id)) line.current = begun(id);
  if (doc === undefined) return { key: line.current.key, merged: undefined };
  if (!line.current.ids.includes(doc.id)) line.current = joined(line.current, id, doc);
  const { key, own, findings } = line.current;
  if (doc.id !== own)
    return { key, merged: { more: findings && doc.findings.filter((one) => !findings.has(one.id)).length } };
  line.current = { ...line.current, findings: new Set(doc.findings.map((one) => one.id)) };
  return { key, merged: undefined };
}

function begun(id: string): Line {
  return { key: id, ids: [id], own: isNumber(id) ? undefined : id, findings: undefined };
}

/** A number is the same incident by another name; an id of before is one that has become part of this. */
function joined(line: Line, id: string, doc: IncidentDocument): Line {
  const ids = [...line.ids, doc.id];
  if (!isNumber(id)) {
    moveDrafts(id, doc.id);
    return { ...line, ids };
  }
  return { ...line, key: doc.id, ids, own: id.toUpperCase() === `INC-${doc.number}` ? doc.id : id };
}
