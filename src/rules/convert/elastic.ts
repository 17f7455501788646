import type { Atom } from '../../sigma/index.ts';
import type { Route } from '../../taxonomy/index.ts';
import { EVERY_CHANNEL } from '../../windows/index.ts';
import { type Dialect, type FieldTest, formsOf, ownName, quoted, type Refuse, SIGNS, simpleForm } from './dialect.ts';
import { ECS_NAMES, ECS_NUMBERS } from './ecs-names.ts';

const LUCENE = 'Elasticsearch reads expressions by Lucene, which has no anchors, no \\d and no flags.';

function ecsName(field: string, route: Route): { readonly name: string } | { readonly refused: string } {
  const [category = ''] = route.id.split('/');
  const name = ECS_NAMES.get(`${category} ${field}`) ?? ECS_NAMES.get(field);
  if (name !== undefined) return { name };
  const own = ownName(field, route);
  return 'name' in own ? { name: `winlog.event_data.${own.name}` } : own;
}

function isNumberField(field: string): boolean {
  return ECS_NUMBERS.has(field);
}

/** Event Query Language, with the names of ECS. */
export const EQL: Dialect = {
  and: ' and ',
  or: ' or ',
  not: 'not ',
  fieldOf: ecsName,
  test: (one, refuse) => {
    const text = eqlTest(one, refuse);
    // A test of a field that is absent is neither true nor false, and so is its "not": this makes it false.
    const asks = one.test.op === 'null' || one.test.op === 'exists';
    return one.isNegated && !asks ? `(?${one.field} != null and ${text})` : text;
  },
  keyword: (atom, refuse) => refuse(atom, 'EQL has no search over all fields.'),
  whole: (route, query) => `any where ${[...eqlRestriction(route), query].join(' and ')}`,
  comment: (text) => `// ${text}`,
};

function eqlRestriction({ channel, eventIds }: Route): readonly string[] {
  const ids = eventIds === 'all' ? [] : eventIds.map((id) => quoted(String(id)));
  return [
    ...(channel === EVERY_CHANNEL ? [] : [`winlog.channel : ${quoted(channel)}`]),
    ...(ids.length === 0 ? [] : [`event.code : ${ids.length === 1 ? ids[0] : `(${ids.join(', ')})`}`]),
  ];
}

function eqlTest(one: FieldTest, refuse: Refuse): string {
  const { atom, field, test } = one;
  switch (test.op) {
    case 'text': {
      const { isCased } = test.pattern;
      return alternatives(one, refuse, (parts) => {
        const text = wildcardText(parts, atom, refuse);
        if (!isCased) return `${field} : ${quoted(text)}`;
        return parts.some((part) => typeof part === 'string')
          ? `${field} like ${quoted(text)}`
          : `${field} == ${quoted(text)}`;
      });
    }
    case 'number':
      return isNumberField(field) ? `${field} == ${test.text}` : `${field} : ${quoted(test.text)}`;
    case 'boolean':
      return `${field} : ${quoted(String(test.value))}`;
    case 'null':
      return `?${field} == null`;
    case 'exists':
      return test.isWanted ? `?${field} != null` : `?${field} == null`;
    case 'cidr':
      return `cidrMatch(${field}, ${quoted(atom.origin.wanted)})`;
    case 'compare':
      if (!isNumberField(field)) return refuse(atom, `${field} is no number in ECS.`);
      return `${field} ${SIGNS[test.comparison]} ${test.bound}`;
    case 'regex':
      return refuse(atom, LUCENE);
    case 'time':
    case 'fieldref':
      return refuse(atom, 'EQL does not compare parts of times, or two fields.');
  }
}

/** ES|QL, with the names of ECS. */
export const ESQL: Dialect = {
  and: ' AND ',
  or: ' OR ',
  not: 'NOT ',
  fieldOf: ecsName,
  test: (one, refuse) => {
    const text = esqlTest(one, refuse);
    const asks = one.test.op === 'null' || one.test.op === 'exists';
    // A "not" of a test of an absent field is null and drops the event: this makes the test false.
    return one.isNegated && !asks ? `COALESCE(${text}, false)` : text;
  },
  keyword: (atom, refuse) => refuse(atom, 'ES|QL has no search over all fields here.'),
  whole: (route, query) => `FROM logs-*, winlogbeat-* | WHERE ${[...esqlRestriction(route), query].join(' AND ')}`,
  comment: (text) => `// ${text}`,
};

function esqlRestriction({ channel, eventIds }: Route): readonly string[] {
  const ids = eventIds === 'all' ? [] : eventIds.map((id) => quoted(String(id)));
  return [
    ...(channel === EVERY_CHANNEL ? [] : [`TO_LOWER(winlog.channel) == ${quoted(channel)}`]),
    ...(ids.length === 0 ? [] : [ids.length === 1 ? `event.code == ${ids[0]}` : `event.code IN (${ids.join(', ')})`]),
  ];
}

function esqlTest(one: FieldTest, refuse: Refuse): string {
  const { atom, field, test } = one;
  switch (test.op) {
    case 'text': {
      const { isCased } = test.pattern;
      const subject = isCased ? field : `TO_LOWER(${field})`;
      const fold = (text: string): string => (isCased ? text : text.toLowerCase());
      return alternatives(one, refuse, (parts) => {
        const simple = simpleForm(parts);
        if (simple?.anchor === 'equals') return `${subject} == ${quoted(fold(simple.text))}`;
        if (simple?.anchor === 'startswith') return `STARTS_WITH(${subject}, ${quoted(fold(simple.text))})`;
        if (simple?.anchor === 'endswith') return `ENDS_WITH(${subject}, ${quoted(fold(simple.text))})`;
        return `${subject} LIKE ${quoted(likePattern(parts, fold))}`;
      });
    }
    case 'number':
      return isNumberField(field) ? `${field} == ${test.text}` : `${field} == ${quoted(test.text)}`;
    case 'boolean':
      return `TO_LOWER(${field}) == ${quoted(String(test.value))}`;
    case 'null':
      return `${field} IS NULL`;
    case 'exists':
      return test.isWanted ? `${field} IS NOT NULL` : `${field} IS NULL`;
    case 'cidr':
      return `CIDR_MATCH(TO_IP(${field}), ${quoted(atom.origin.wanted)})`;
    case 'compare':
      return `${isNumberField(field) ? field : `TO_LONG(${field})`} ${SIGNS[test.comparison]} ${test.bound}`;
    case 'regex':
      return refuse(atom, LUCENE);
    case 'fieldref':
      if (test.anchor !== 'equals' || test.isCased) return refuse(atom, 'Two fields are compared as a whole only.');
      return refuse(atom, 'A comparison of two fields is not converted.');
    case 'time':
      return refuse(atom, 'Parts of times are not converted.');
  }
}

type Forms = NonNullable<ReturnType<typeof formsOf>>;

function alternatives(one: FieldTest, refuse: Refuse, write: (parts: Forms[number]) => string): string {
  const { atom, field, test } = one;
  if (isNumberField(field)) {
    const [parts] = test.op === 'text' ? (formsOf(test.pattern) ?? []) : [];
    const simple = parts === undefined ? undefined : simpleForm(parts);
    if (simple?.anchor === 'equals' && /^\d+$/.test(simple.text)) return `${field} == ${simple.text}`;
    return refuse(atom, `${field} is a number in ECS, and the rule compares text.`);
  }
  if (test.op === 'text' && /(?:^|\.)ip$/.test(field) && test.pattern.parts.some((part) => typeof part === 'string')) {
    return refuse(atom, `${field} is an address in ECS, and the rule compares a part of its text; write a cidr.`);
  }
  const forms = test.op === 'text' ? formsOf(test.pattern) : undefined;
  if (forms === undefined) return refuse(atom, 'It has more dashes that vary than can be written out.');
  const written = forms.map(write);
  return written.length === 1 ? (written[0] ?? '') : `(${written.join(' or ')})`;
}

function wildcardText(parts: Forms[number], atom: Atom, refuse: Refuse): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'object' && /[*?]/.test(part.text)) {
      return refuse(atom, 'EQL takes every star and question mark for a wildcard.');
    }
    text += typeof part === 'object' ? part.text : part === 'any' ? '*' : '?';
  }
  return text;
}

/** A pattern of LIKE: its own escapes first, those of the string come after. */
function likePattern(parts: Forms[number], fold: (text: string) => string): string {
  return parts
    .map((part) => (typeof part === 'object' ? fold(part.text).replace(/[\\*?]/g, '\\$&') : part === 'any' ? '*' : '?'))
    .join('');
}
