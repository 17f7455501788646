import { signal } from '@preact/signals';

/** The number of the incident that is before the person; undefined where none is. */
export const incidentHere = signal<number | undefined>(undefined);

const WAY = /^INC-(\d{1,10})(?:\.([\w-]{1,80}))?$/;

/** What a link from an incident to the search carries, so that a way leads back: the incident, and the record that is looked at. */
export function wayBack(record?: string): Readonly<Record<string, string>> {
  const number = incidentHere.value;
  if (number === undefined) return {};
  return { back: `INC-${number}${record === undefined ? '' : `.${record}`}` };
}

/** Where a way back leads and what it is called; undefined of what is none: a link must lead nowhere else. */
export function readWayBack(text: string | null): { readonly href: string; readonly name: string } | undefined {
  const way = WAY.exec(text ?? '');
  if (way === null) return undefined;
  const [, number = '', record] = way;
  const name = `INC-${number}`;
  return { href: `/incidents/${name}${record === undefined ? '' : `?open=${record}`}`, name };
}
