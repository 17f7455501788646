import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CaseRunner, eventOfCase, type RuleCase } from '../../src/rules/index.ts';
import { fieldLint, isOfRoute, isTriadField, knownFieldsOf, type ObjectValue } from '../../src/taxonomy/index.ts';
import { fieldLayoutOfChannel } from '../../src/windows/index.ts';
import {
  casesOf,
  compiledPack,
  fieldsOf,
  onlyRule,
  orphanedCases,
  packFiles,
  packMetadata,
  packSources,
  routesOfRule,
} from '../../tools/rules/pack-files.ts';
import { run } from '../run-main.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'rules');
const files = packFiles();
const { rules, problems } = compiledPack();

/** Ids of analytics are never made up by a rule: family and highest number. */
const ANALYTICS: Readonly<Record<string, number>> = { C: 18, R: 19, S: 27, Q: 6, T: 14, M: 7, I: 10, N: 8 };

function isAnalytic(id: string): boolean {
  const [, family = '', number = ''] = /^([A-Z])(\d\d)$/.exec(id) ?? [];
  return Number(number) >= 1 && Number(number) <= (ANALYTICS[family] ?? 0);
}

/** The scope that findings of an analytic have (L12). */
function scopeOf(id: string): string {
  if (/^(?:T\d\d|S24)$/.test(id)) return 'tamper';
  return /^(?:R07|R10|R15|S18|S2[2-7]|[MI]\d\d|N0[2-8])$/.test(id) ? 'lateral' : 'wmi';
}

/** What it adds to an incident's evidence (SETTLED C19). */
function legOf(id: string): string {
  if (/^(?:C\d\d|S0[234]|S1[1-59]|S21)$/.test(id)) return 'subscription';
  if (/^(?:S16|S24|T\d\d)$/.test(id)) return 'tampering';
  return { M: 'memory', I: 'identity', N: 'network' }[id.slice(0, 1)] ?? 'process';
}

const TACTICS: ReadonlySet<string> = new Set(
  'initial-access execution persistence privilege-escalation stealth defense-impairment credential-access discovery lateral-movement collection command-and-control exfiltration impact'.split(
    ' ',
  ),
);
/** Techniques that ATT&CK 19 numbers anew. */
const FORMER =
  /^t(?:1562|1089|1054|1084|1175|1028|1077|1086|1064|1060|1050|1053|1035|1038|1073|1063|1075|1097)(?:\.|$)|^t1070\.001$|^t1574\.002$/;

test('every rule of the pack compiles, and nothing is odd about it', () => {
  assert.deepEqual(
    problems
      .filter(({ severity }) => severity !== 'notice')
      .map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`),
    [],
  );
  assert.equal(rules.rules.length, files.length);
  assert.ok(files.length > 100);
});

test('every rule says what it must say of itself', () => {
  const wrong: string[] = [];
  const ids = new Map<string, string>();
  for (const rule of rules.rules) {
    const { metadata } = rule;
    const { analytic = '', scope, leg, tool } = packMetadata(rule);
    const claim = (holds: boolean, what: string): void => {
      if (!holds) wrong.push(`${metadata.file}: ${what}`);
    };
    claim(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(metadata.id ?? ''), 'a UUID v4');
    claim(!ids.has(metadata.id ?? ''), `the id of ${ids.get(metadata.id ?? '')}`);
    ids.set(metadata.id ?? '', metadata.file);
    claim(/^[a-z0-9]+(?:-[a-z0-9]+)*\.yml$/.test(metadata.file), 'kebab case');
    claim(isAnalytic(analytic), `the analytic ${analytic}`);
    claim(
      metadata.file.startsWith(tool === undefined ? `${analytic.toLowerCase()}-` : 'tool-'),
      'a file named by its analytic, or as a tool',
    );
    claim(scope === scopeOf(analytic), `the scope ${scope}`);
    claim(leg === legOf(analytic), `the leg ${leg}`);
    claim(tool === undefined || metadata.level === 'informational', 'a fingerprint of a tool is informational');
    claim(
      metadata.author === 'Triad' && metadata.status !== undefined && metadata.level !== undefined,
      'author, status, level',
    );
    claim(/^\d{4}-\d\d-\d\d$/.test(metadata.date ?? ''), 'a date');
    claim((metadata.description ?? '').length > 40, 'a description');
    claim(metadata.falsepositives.length > 0, 'false positives');
    for (const one of metadata.falsepositives) claim(/ \(tell: .+\)$/.test(one), `no tell in "${one}"`);
    const tags = metadata.tags.map((tag) => tag.replace(/^attack\./, ''));
    const techniques = tags.filter((tag) => /^t\d/.test(tag));
    claim(techniques.length > 0 && techniques.every((one) => /^t\d{4}(?:\.\d{3})?$/.test(one)), 'techniques');
    claim(
      tags.some((tag) => TACTICS.has(tag)),
      'a tactic',
    );
    claim(
      tags.every((tag) => TACTICS.has(tag) || techniques.includes(tag)),
      `tags ${tags.join(' ')}`,
    );
    for (const one of techniques) claim(!FORMER.test(one) || /^t1053\.005$/.test(one), `the former number ${one}`);
    for (const one of metadata.references) claim(/^https:\/\/attack\.mitre\.org\/techniques\//.test(one), one);
  }
  assert.deepEqual(wrong, []);
});

test('no key of a rule is a word that older readers of YAML take for true, false or nothing', () => {
  const odd = files.flatMap(({ name, text }) =>
    [...text.matchAll(/^\s*(?:- )?(on|off|yes|no|y|n|true|false|null|~)\s*:/gim)].map(([, key]) => `${name}: ${key}`),
  );
  assert.deepEqual(odd, []);
});

test('every field that a rule asks for is one that some event of its log source has', () => {
  const odd = rules.rules.flatMap((rule) =>
    [...fieldsOf(rule)].flatMap((field) => {
      const routes = routesOfRule(rule);
      const said = routes.length === 0 ? 'the rule has no route' : fieldLint(routes, field);
      return said === undefined ? [] : [`${rule.metadata.file}: ${said}`];
    }),
  );
  assert.deepEqual(odd, []);
});

test('triad rules test: every rule has cases of both kinds, and each says what it should', async (t) => {
  assert.deepEqual(orphanedCases(), []);
  const lonely = files.filter((file) => new Set(casesOf(file).map(({ expect }) => expect)).size < 2);
  assert.deepEqual(
    lonely.map(({ name }) => `${name}: a hit and a near miss are wanted`),
    [],
  );
  const { code, out } = await run('rules', 'test', FOLDER, '--strict');
  assert.equal(code, 0, out);
  t.diagnostic(`${files.length} rules; ${out.trim().replaceAll('\n', ' ')}`);
});

test('L27: a planted wrong case of any rule is caught', () => {
  const runner = new CaseRunner(packSources());
  for (const file of files) {
    const turned = casesOf(file).map((one): RuleCase => ({ ...one, expect: one.expect === 'hit' ? 'miss' : 'hit' }));
    const outcomes = turned.map((one) => runner.run(one, `${file.name}.cases.yml`, `${file.name}.yml`));
    assert.ok(
      outcomes.every(({ isRight, trouble }) => !isRight && trouble === undefined),
      file.name,
    );
  }
});

/** Every name of an object, dotted; lists gone through. */
function* namesOf(value: ObjectValue | undefined, path: string): Generator<string> {
  if (value === null || typeof value !== 'object') yield path;
  else if (Array.isArray(value)) for (const item of value) yield* namesOf(item, path);
  else for (const [name, item] of Object.entries(value)) yield* namesOf(item, path === '' ? name : `${path}.${name}`);
}

test('cases are records as Windows writes them: of a route of the rule, with every field that such an event has', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const [rule] = onlyRule(rules, `${file.name}.yml`).rules;
    assert.ok(rule !== undefined);
    const routes = routesOfRule(rule);
    for (const one of casesOf(file)) {
      const told = `${file.name}.cases.yml:${one.line}`;
      for (const name of namesOf(one.object, '')) {
        if (name !== '' && !isTriadField(name)) wrong.push(`${told} no subscription has ${name}`);
      }
      for (const event of one.events) {
        const made = eventOfCase(event, 1);
        const names = new Set(event.data.map(([name]) => name));
        const layout = fieldLayoutOfChannel(event.channel, event.eventId);
        for (const field of layout?.isUnnamed === true ? [] : (layout?.fields ?? [])) {
          // The rest of a layout are fields of one build of Windows or another.
          if (field.addedBy === 0 && !names.has(field.name)) wrong.push(`${told} lacks ${field.name}`);
        }
        for (const name of names) {
          if (layout !== undefined && layout.field(name) === undefined && !layout.isUnnamed) {
            wrong.push(`${told} no such event has ${name}`);
          }
        }
        const own = routes.filter((route) => (route.isVirtual ? event.eventId === 5861 : isOfRoute(route, made)));
        if (own.length === 0 && one.expect === 'hit') wrong.push(`${told} is of no route of its rule`);
        for (const route of own) {
          if (route.isVirtual || route.fields.size > 0) continue;
          const blanked = new Set([...names].map((name) => name.replaceAll(' ', '')));
          for (const name of knownFieldsOf(route).always) {
            const isFrame = /^(?:EventID|Provider_Name|Channel|Computer|ComputerName|Version)$/.test(name);
            if (!isFrame && !blanked.has(name) && !route.constants.has(name)) wrong.push(`${told} lacks ${name}`);
          }
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('what the rules of others are known to miss has a case each', () => {
  const gaps: string[] = [];
  for (const file of files) {
    for (const { name, expect } of casesOf(file)) if (name.startsWith('gap: ')) gaps.push(`${expect} ${name}`);
  }
  assert.deepEqual(gaps.sort(), [
    'hit gap: a child of the provider host as SYSTEM',
    'hit gap: a class name put together',
    'hit gap: a consumer in MOF escapes',
    'hit gap: a relative reference',
    'hit gap: a renamed wmic',
    'hit gap: a script consumer in a 5861',
    'hit gap: its binding, relative',
    'hit gap: its binding, relative',
  ]);
});
