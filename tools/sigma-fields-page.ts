import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CATEGORIES,
  type Category,
  type FieldSource,
  type Route,
  SERVICES,
  SHARED_NAMES,
  SYSTEM_SOURCES,
  TRIAD_FIELDS,
  ZEEK_LOGS,
} from '../src/taxonomy/index.ts';
import { table } from './markdown.ts';

/** Writes `docs/sigma-fields.md` from the tables of log sources, which are the only source of it (L29). */

function numbers({ eventIds }: Route): string {
  return eventIds === 'all' ? 'all' : eventIds.join(', ');
}

function conditions({ conditions, isLossy, isVirtual }: Route): string {
  const tests = conditions.map(({ field, oneOf }) => `${field} is ${oneOf.join(' or ')}`);
  if (isLossy) tests.push('tells less than the other source');
  if (isVirtual) tests.push('read as Sysmon 19, 20 and 21');
  return tests.join('; ');
}

function categoryRows(category: Category): readonly (readonly string[])[] {
  if (category.without !== undefined) return [[category.name, 'none', '', category.without]];
  return category.routes.map((route, at) => [
    at === 0 ? category.name : '',
    route.channel,
    numbers(route),
    conditions(route),
  ]);
}

function how(source: FieldSource): string {
  return typeof source === 'string' ? source : source.how;
}

/** Names that are read alike in one row. */
function merged(rows: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const names = new Map<string, string[]>();
  for (const [name, from] of rows) names.set(from, [...(names.get(from) ?? []), name]);
  return [...names].map(([from, list]) => [list.join(', '), from]);
}

/** Names that differ in case alone once. */
function spelledOnce(names: Iterable<string>): readonly string[] {
  const first = new Map<string, string>();
  for (const name of names) if (!first.has(name.toLowerCase())) first.set(name.toLowerCase(), name);
  return [...first.values()];
}

function mapping(route: Route): string {
  const rows: readonly (readonly [string, string])[] = [
    ...[...route.constants].map(([name, value]) => [name, `always ${value}`] as const),
    ...[...route.fields].map(([name, source]) => [name, how(source)] as const),
    ...[...route.unfilled].map(([name, setting]) => [name, `empty without ${setting}`] as const),
  ];
  const blind = spelledOnce(route.blind).join(', ');
  return [
    `### ${route.id}`,
    ...(rows.length === 0 ? [] : [table(['field of a rule', 'from'], merged(rows))]),
    ...(blind === '' ? [] : [`Never there: ${blind}.`]),
  ].join('\n\n');
}

/** Mappings that several routes share are shown once. */
function mappings(): string {
  const routes = [...CATEGORIES, ...SERVICES].flatMap(({ routes }) => routes);
  const seen = new Map<string, string[]>();
  for (const route of routes) {
    if (
      route.product !== 'windows' ||
      (route.fields.size === 0 && route.blind.size === 0 && route.constants.size === 0)
    )
      continue;
    const [, ...body] = mapping(route).split('\n\n');
    const text = body.join('\n\n');
    seen.set(text, [...(seen.get(text) ?? []), route.id]);
  }
  return [...seen].map(([text, ids]) => `### ${ids.join(', ')}\n\n${text}`).join('\n\n');
}

/** The page as it must stand in `docs/sigma-fields.md`. */
export function sigmaFieldsPage(): string {
  const windows = SERVICES.filter(({ product }) => product === 'windows');
  return `# Log sources and fields of Sigma rules

Written by \`node tools/sigma-fields-page.ts\` from the tables in \`src/taxonomy\`; a test holds it to them.

A rule says with \`category\`, \`product\` and \`service\` which events it is about; what it leaves out does not restrict. A record
belongs to the channel that stands in it, also where it was forwarded. Rules for other products are refused, each with its
reason. Names of fields compare exactly, with upper and lower case. Where a field has several values any of them may match.

## Categories

${table(['category', 'channel', 'events', 'only where'], CATEGORIES.flatMap(categoryRows))}

\`antivirus\` and \`dns\` need no product. The other categories are of \`product: windows\`.

## Services of Windows

${table(
  ['service', 'channels'],
  windows.map(({ name, routes }) => [name, routes.map(({ channel }) => channel).join('; ')]),
)}

\`wmi-trace\` is a name of our own: other readers of Sigma do not know it. A rule with \`product: windows\` alone is about every event of every channel.

## Fields of the frame

These names are those of the record's System part. An event's own field named ${[...SHARED_NAMES].join(', ')} is a further value.

${table(
  ['field of a rule', 'what it is'],
  [...SYSTEM_SOURCES].map(([name, source]) => [name, source.how]),
)}

Every other field is the event's own, by its name, blanks left out (\`Threat Name\` is \`ThreatName\`, and \`Threat_Name\`). Items
without a name are \`Data\`. A part of a part is \`A.B\`. An empty item is an empty text, a missing one is absent.

## Fields that are read otherwise

A field that one source of a category lacks is absent there: a rule that needs it finds nothing in that source, and a filter on it
filters nothing.

${mappings()}

Security names a process as NewProcessName, SubjectUserName and so on: rules for the service \`security\` use these names, rules
for \`process_creation\` those on the left. Both work on the same record.

## Zeek

The service is the name of the log, fields are as in the log. Those marked \`*\` are in every line; of sets, marked \`[]\`, each
member is a value.

${table(
  ['service', 'fields'],
  ZEEK_LOGS.map(({ name, always, sometimes, lists }) => [
    name,
    [
      ...always.map((field) => `${field}*`),
      ...sometimes.map((field) => (lists.includes(field) ? `${field}[]` : field)),
    ].join(', '),
  ]),
)}

Rules for http may also say \`c-uri\` and \`c-useragent\`, rules of the category \`dns\` \`record_type\`, \`answer\`, \`src_ip\` and \`dst_ip\`.

## Triad's own objects

\`product: triad\` with the service \`subscription\`, \`repository\` or \`audit\` is about subscriptions after everything that is known of
them was put together, by the names of the JSON output:

${[...TRIAD_FIELDS].map((name) => `\`${name}\``).join(', ')}.

## Pipelines

A pipeline of pySigma is read as far as it has these transformations: \`field_name_mapping\`, \`field_name_prefix\`,
\`field_name_prefix_mapping\`, \`drop_detection_item\`, \`add_condition\` (without templates), \`change_logsource\`; with the rule
conditions \`logsource\`, \`contains_field\`, \`tag\` and \`processing_item_applied\`, and the field conditions \`include_fields\` and
\`exclude_fields\`. Anything else in it is an error with line and column, and nothing of it is applied.
`;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'sigma-fields.md'), sigmaFieldsPage());
}
