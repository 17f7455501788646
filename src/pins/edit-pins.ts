import type { Document, YAMLMap } from 'yaml';
import { checkFields, type Field } from './check-fields.ts';
import type { NewPin } from './pin.ts';
import { pinId } from './prints.ts';

const HEAD = '# What is accepted, by content and scope (docs/pins.md).\nversion: 1\npins: []\n';

/** The text of a file with one more pin at its end; comments and the order of what was there stay. The text was read without problems before. */
export async function withPin(text: string, pin: NewPin): Promise<string> {
  const yaml = await import('yaml');
  const document = yaml.parseDocument(text.trim() === '' ? HEAD : text, { schema: 'core', merge: false });
  const known = document.get('pins');
  const list = yaml.isSeq(known) ? known : new yaml.YAMLSeq();
  if (list !== known) document.set('pins', list);
  list.flow = false;
  list.add(document.createNode(documentOf(pin)));
  return document.toString({ lineWidth: 0 });
}

/** The text of a file without the pin of this id; undefined where it does not hold it. */
export async function withoutPin(text: string, id: string): Promise<string | undefined> {
  const yaml = await import('yaml');
  const document = yaml.parseDocument(text, { schema: 'core', merge: false });
  const list = document.get('pins');
  if (!yaml.isSeq(list)) return undefined;
  const at = list.items.findIndex((item) => yaml.isMap(item) && idOf(item, document) === id);
  if (at < 0) return undefined;
  list.delete(at);
  if (list.items.length === 0) list.flow = true;
  return document.toString({ lineWidth: 0 });
}

function idOf(map: YAMLMap, document: Document): string | undefined {
  const value = map.toJS(document) as Record<string, Field['value']>;
  const fields = new Map(Object.entries(value).map(([name, of]) => [name, { value: of }]));
  const { pin } = checkFields(fields);
  return pin === undefined ? undefined : pinId(pin);
}

/** A pin as a file has it. */
export function documentOf({ kind, print, hosts, callers, owner, reason, created, review, what }: NewPin): object {
  return {
    ...(what === undefined ? {} : { what }),
    [kind]: print,
    ...(callers === undefined ? {} : { accounts: callers.accounts, sources: callers.sources }),
    hosts,
    owner,
    reason,
    created,
    review,
  };
}
