import { LEVELS } from '../../windows/index.ts';
import { type Metadata, STATUSES } from '../check/metadata.ts';
import { list, member, members, oneOf, plain, text, textOrNone, texts, whole } from './shape.ts';

/** What a rule says of itself, from JSON. Keys that are not known here are kept as they are. */
export function readMetadata(value: unknown): Metadata {
  const map = members(plain(value));
  const of = (name: string): unknown => member(map, name);
  const [status, level] = [of('status'), of('level')];
  return {
    ...map,
    title: text(of('title')),
    id: textOrNone(of('id')),
    name: textOrNone(of('name')),
    status: status === undefined ? undefined : oneOf(status, STATUSES),
    level: level === undefined ? undefined : oneOf(level, LEVELS),
    description: textOrNone(of('description')),
    author: textOrNone(of('author')),
    license: textOrNone(of('license')),
    date: textOrNone(of('date')),
    modified: textOrNone(of('modified')),
    taxonomy: text(of('taxonomy')),
    tags: texts(of('tags')),
    references: texts(of('references')),
    falsepositives: texts(of('falsepositives')),
    fields: texts(of('fields')),
    scope: texts(of('scope')),
    related: list(of('related')).map((one) => {
      const related = members(one);
      return { id: text(member(related, 'id')), type: text(member(related, 'type')) };
    }),
    custom: members(of('custom')),
    file: text(of('file')),
    line: whole(of('line')),
  };
}
