import type { Route } from '../../taxonomy/index.ts';
import { EVERY_CHANNEL } from '../../windows/index.ts';
import { type Dialect, type FieldTest, formsOf, ownName, quoted, type Refuse, SIGNS, withFlags } from './dialect.ts';

/** Splunk's search, with the raw names of its add-on for Windows. */
export const SPLUNK: Dialect = {
  and: ' ',
  or: ' OR ',
  not: 'NOT ',
  fieldOf: (field, route) => {
    const own = ownName(field, route);
    return 'name' in own && own.name === 'EventID' ? { name: 'EventCode' } : own;
  },
  test: splunkTest,
  keyword: (atom, refuse) => {
    if (atom.test.op !== 'text') return refuse(atom, 'Keywords are texts in Splunk.');
    return texts({ atom, field: '', test: atom.test, isNegated: false }, refuse, (text) => quoted(text));
  },
  stage: ({ atom, field, test }, refuse) =>
    test.op === 'regex' ? `| regex ${field}=${quoted(withFlags(test.regex))}` : refuse(atom, 'It is no expression.'),
  whole: (route, query) => [...restriction(route), query].filter((part) => part !== '').join(' '),
  comment: (text) => `\`\`\` ${text.replaceAll('`', "'")} \`\`\``,
};

function restriction({ channel, eventIds }: Route): readonly string[] {
  const ids = eventIds === 'all' ? [] : eventIds;
  return [
    ...(channel === EVERY_CHANNEL ? [] : [`source=${quoted(`*WinEventLog:${channel}`)}`]),
    ...(ids.length === 1 ? [`EventCode=${ids[0]}`] : ids.length > 1 ? [`EventCode IN (${ids.join(', ')})`] : []),
  ];
}

function splunkTest(one: FieldTest, refuse: Refuse): string {
  const { atom, field, test } = one;
  switch (test.op) {
    case 'text':
      if (test.pattern.isCased) return refuse(atom, 'Splunk searches ignore upper and lower case.');
      return texts(one, refuse, (text) => `${field}=${quoted(text)}`);
    case 'number':
      return `${field}=${test.text}`;
    case 'boolean':
      return `${field}=${quoted(String(test.value))}`;
    case 'null':
      return `NOT ${field}=*`;
    case 'exists':
      return test.isWanted ? `${field}=*` : `NOT ${field}=*`;
    case 'cidr':
      return `${field}=${quoted(atom.origin.wanted)}`;
    case 'compare':
      return `${field}${SIGNS[test.comparison]}${test.bound}`;
    case 'regex':
      return refuse(
        atom,
        'In Splunk an expression can only be one that every event must match, not below "or" or "not".',
      );
    case 'time':
    case 'fieldref':
      return refuse(atom, 'A search of Splunk does not compare parts of times, or two fields.');
  }
}

/** Each form of a text; several are alternatives. */
function texts(one: FieldTest, refuse: Refuse, write: (text: string) => string): string {
  const { atom, test } = one;
  const forms = test.op === 'text' ? formsOf(test.pattern) : undefined;
  if (forms === undefined) return refuse(atom, 'It has more dashes that vary than can be written out.');
  const written = forms.map((parts) => {
    let text = '';
    for (const part of parts) {
      if (part === 'one') return refuse(atom, 'Splunk has no wildcard for one character.');
      if (typeof part === 'object' && part.text.includes('*')) {
        return refuse(atom, 'Splunk takes every star for a wildcard.');
      }
      text += typeof part === 'object' ? part.text : '*';
    }
    return write(text);
  });
  return written.length === 1 ? (written[0] ?? '') : `(${written.join(' OR ')})`;
}
