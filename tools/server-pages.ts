import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leastScope } from '../src/accounts/index.ts';
import { openApiDocument, PRECONDITIONS_IN_WORDS, PROBLEMS, ROUTES, type Route } from '../src/api/index.ts';
import { ANY_NAME, allSettings, variableOf } from '../src/config/index.ts';
import { PERMISSIONS } from '../src/people/index.ts';
import { METRICS } from '../src/serve/index.ts';
import { table } from './markdown.ts';

/** The definitions of a hunt's result, which answers of the server share. */
const COMMON = new URL('../schemas/common.schema.json', import.meta.url);

/** Writes the pages of the server from its tables, which are their only source (L29). */

function code(text: string): string {
  return `\`${text}\``;
}

export function configurationPage(): string {
  const rows = allSettings().map(([name, { text, preset, form }]) => {
    const value = preset === undefined ? '' : Array.isArray(preset) ? 'none' : String(preset);
    const variable = name.includes(`.${ANY_NAME}.`) ? '' : code(variableOf(name));
    return [code(name), form, value, text, variable];
  });
  return `# Settings of the server

Written by \`node tools/server-pages.ts\` from the table in \`src/config/settings.ts\`; a test holds it to them.

\`triad serve\` needs none of them. They come from, later ones over earlier ones: what stands below as preset, \`triad.yaml\` in the server's folder (or
the file of \`--config\`, instead of it), the files of \`conf.d\` in that folder in the order of their names, variables, flags. Nothing else is read. A key that is
no setting is an error, told with its place. \`triad config check\` says what is wrong, \`triad config explain\` where each value came from.

\`\`\`yaml
listen: 127.0.0.1:8443
limits:
  bodyBytes: 32 MiB
detection:
  rules: [sigma/rules/windows]
\`\`\`

Bytes have a unit (B, KiB, MiB, GiB, TiB), durations too (ms, s, m, h, d). Lists stand in a variable with commas.
\`NAME\` stands for names of your own; such groups stand in files alone ([outbox.md](outbox.md)).

${table(['setting', 'form', 'preset', 'what it is', 'variable'], rows)}
`;
}

export function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, { kind, text, labels }]) => [
    code(name),
    kind,
    labels.join(', '),
    text,
  ]);
  return `# Metrics of the server

Written by \`node tools/server-pages.ts\` from the table in \`src/serve/metric-table.ts\`; a test holds it to them.

\`GET /metrics\` gives them in the text form of Prometheus (0.0.4). It needs a key of the scope \`read:health\`: \`triad key add --scope read:health\`.
No label names a host, a user or a sender; of a metric with more than 500 series the rest is \`other\`.

${table(['metric', 'kind', 'labels', 'what it counts'], rows)}
`;
}

/** Whose errors the routes of other products give. */
const PRODUCTS: Readonly<Record<NonNullable<Route['foreign']>, string>> = {
  elastic: 'Elasticsearch',
  hec: 'Splunk',
  otlp: 'OTLP',
};

/** The matrix of TRUST 6.1 as it is in force. */
function permissionRows(): readonly (readonly string[])[] {
  return Object.entries(PERMISSIONS).map(([name, { what, roles, keys, second, logged }]) => {
    const told = roles.map((role) => {
      const marks = [
        ...(second?.includes(role) === true ? ['confirmed'] : []),
        ...(logged?.includes(role) === true ? ['logged'] : []),
      ];
      return marks.length === 0 ? role : `${role} (${marks.join(', ')})`;
    });
    const byKey =
      keys === 'none' ? 'none' : keys === 'local' ? 'the token of the server’s machine' : code(leastScope(keys));
    return [code(name), what, told.length === 0 ? 'nobody' : told.join(', '), byKey];
  });
}

export function apiPage(): string {
  const routes = ROUTES.map(({ method, path, access, summary, foreign }) => [
    code(`${method ?? 'any'} ${path}`),
    access === 'open' ? 'none' : code(access),
    foreign === undefined ? summary : `${summary} Errors are those of ${PRODUCTS[foreign]}.`,
  ]);
  const problems = Object.entries(PROBLEMS).map(([name, [status, title]]) => [code(name), String(status), title]);
  return `# The server's API

Written by \`node tools/server-pages.ts\` from the tables in \`src/api/routes/\`; a test holds it to them.
The same table makes \`GET /v1/openapi.json\`, an OpenAPI 3.1 document; [openapi.json](openapi.json) is the same one without the version of a build. What a client
of the last release rests on ([openapi-baseline.json](openapi-baseline.json)) stays: a test refuses a change that takes it away. Every answer in JSON has its schema there. Incidents, findings,
subscriptions, gaps and cited records are as \`triad hunt --format json\` prints them: they refer to components that are the definitions of \`schemas/common.schema.json\`. What a viewer does
not see may be absent in them, and \`withheld\` beside says what was left out.

Each route needs one permission; the table below says which roles of people and which keys have it. The scope of a key is the least that is enough:
\`analyst\` reads too, \`engineer\` may what an analyst may, \`admin:*\` all but bring events and what is for people. People sign in with \`POST /v1/session\`
([people.md](people.md)).
A key stands in \`Authorization: Bearer triad_…\`, never in an address. Lists give \`{"items": […], "next": "…"}\`: \`next\` is the \`after\` of the next page, absent at
the end. Times are RFC 3339, UTC, with seven digits.

${table(['route', 'permission', 'what it does'], routes)}

## Permissions

${table(['permission', 'lets', 'roles', 'least scope of a key'], permissionRows())}

## Sent twice, changed meanwhile

Which routes need these two headers stands in the table; the rule is the same for all of them.

${PRECONDITIONS_IN_WORDS.map((words) => `- ${words}`).join('\n')}

## Refusals

\`application/problem+json\` (RFC 9457) with \`code\`, which never changes; \`Retry-After\` in seconds where trying again helps.
\`requestId\` is what the log and the audit call the request; every answer has it as \`X-Request-Id\`, in whatever form it is.

${table(['code', 'status', 'title'], problems)}
`;
}

/** The contract of the API as it is kept beside its code: with the version of its base path, and nothing of a build. */
export function openApiText(): string {
  const common = JSON.parse(readFileSync(COMMON, 'utf8')) as Readonly<Record<string, unknown>>;
  return `${JSON.stringify(openApiDocument('v1', common), null, 2)}\n`;
}

if (import.meta.main) {
  const docs = join(import.meta.dirname, '..', 'docs');
  writeFileSync(join(docs, 'configuration.md'), configurationPage());
  writeFileSync(join(docs, 'metrics.md'), metricsPage());
  writeFileSync(join(docs, 'api.md'), apiPage());
  writeFileSync(join(docs, 'openapi.json'), openApiText());
}
