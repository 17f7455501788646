import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledRule, Rules } from '../src/sigma/index.ts';
import { table } from './markdown.ts';
import { compiledPack, packMetadata } from './rules/pack-files.ts';

/** Writes `docs/rules.md` from the pack, which is the only source of its tables (L29). */

function sourceWords({ logsource: { category, product, service } }: CompiledRule): string {
  return [category, product === 'windows' ? undefined : product, service]
    .filter((part) => part !== undefined)
    .join(' ');
}

function ruleRows({ rules }: Rules, isTool: boolean): readonly (readonly string[])[] {
  return rules
    .filter((rule) => (packMetadata(rule).tool !== undefined) === isTool)
    .map((rule) => {
      const { analytic = '', scope = '', tool = '' } = packMetadata(rule);
      const { file, title, level = '' } = rule.metadata;
      const name = file.replace(/\.yml$/, '');
      return isTool ? [name, tool, analytic, sourceWords(rule)] : [name, title, level, scope, sourceWords(rule)];
    });
}

export function rulesPage(): string {
  const { rules } = compiledPack();
  return `# Our rules

Written by \`node tools/rules-page.ts\` from the files in \`rules/\`; a test holds it to them.

The pack in \`rules/\` holds what one event, or one subscription, tells by itself. What needs joining (who called, from where, what then
ran) is code and stands in [analytics.md](analytics.md); both share the numbers of analytics. The rules are Sigma; where events
and fields come from stands in [sigma-fields.md](sigma-fields.md). They are written from what is publicly known of the techniques; no
rule of anyone else is in the pack. [peer-coverage.md](peer-coverage.md) compares them with the public rules of others.

## A rule

One file is one rule of one level, called by its analytic and what it finds (\`s07-mofcomp-remote.yml\`). An analytic may have several.
Beside what Sigma asks for, each has:

- \`triad.analytic\`, \`triad.scope\` and \`triad.leg\`: the number, what its findings count as, and which kind of evidence it is in
  an incident. Both follow from the number; a test says which.
- \`triad.tool\` in fingerprints of tools: they are informational, name the tool in a title, and add to no score.
- \`falsepositives\`, each as \`what (tell: what tells it apart)\`.
- tags of ATT&CK 19; references to its pages or none.
- \`product: triad, service: subscription\` where the rule is about a subscription after all that is known of it was put together. Its
  level is the least that is told; the score stays that of the subscription.

Beside \`NAME.yml\` lies \`NAME.cases.yml\`, a list of

\`\`\`yaml
- name: it is started
  expect: hit                 # or miss
  events:                     # or object: the JSON of a subscription
    - channel: Microsoft-Windows-Sysmon/Operational
      eventId: 4
      data: { UtcTime: '2026-03-09 10:21:37.482', State: Stopped, Version: '15.15', SchemaVersion: '4.90' }
\`\`\`

A record has every field that Windows gives it, unnamed items as a list under \`Data\`. \`provider\` is only needed where a channel has
several. A hit is a hit on any of the events; a miss is none on any. What else a case may say stands in
[rules-command.md](rules-command.md#cases).

## Adding one

1. Look into [analytics.md](analytics.md) whether code tells it already.
2. Write \`rules/NAME.yml\` with a new UUID (version 4), and \`rules/NAME.cases.yml\` with a hit and a near miss at the least: something
   that is almost it and is none. What others are known to miss has a name that begins with \`gap: \`.
3. \`triad rules test rules/\` tries the cases and explains those that fail. \`npm run -s rules\` does the same, and says what is wrong
   of the rule by file and line, of its metadata, and of fields that no event has.
4. \`node --test test/rules/negatives.test.ts\` tries it on hosts and logs without an attack by WMI, where they are beside the
   checkout: no rule of scope \`wmi\` above low may fire there. It prints what fires at all.
5. \`node tools/rules-page.ts\` writes this page anew.

## The rules of SigmaHQ, without a network

They are under their own licence (DRL 1.1) and are not part of Triad. On a machine with a network take a release archive or a clone
of the repository SigmaHQ/sigma, check its digest, and carry the archive or its folders \`rules*\` over. Triad's engine reads them as
they are; the tests of the checkout try all of them. Each hit names the rule and its authors, as the licence asks.

## Findings

${table(['rule', 'finds', 'level', 'scope', 'log source'], ruleRows(rules, false))}

## Fingerprints of tools

Informational, each under the analytic that tells what the tool did.

${table(['rule', 'tool', 'analytic', 'log source'], ruleRows(rules, true))}
`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'rules.md'), rulesPage());
