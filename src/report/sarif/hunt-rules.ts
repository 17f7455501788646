import type { Analytic, Finding, RuleCredit } from '../../analytics/index.ts';
import { type Level, levelRank } from '../../windows/index.ts';
import { compareText } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { creditWords } from '../rule-credit.ts';
import { DOSSIER_TECHNIQUE, shownTechniques } from '../techniques.ts';
import { type SarifRule, sarifMessage } from './document.ts';
import { sarifLevel, securitySeverity } from './sarif-level.ts';

/** What a dossier is a result of: its level is the sum of several analytics (DOMAIN 3.3). */
const SUBSCRIPTION = 'subscription';

/** The rules of a result and their places among them. */
export interface HuntRules {
  readonly rules: readonly SarifRule[];
  readonly ofDossier: { readonly ruleId: string; readonly ruleIndex: number };
  readonly of: (finding: Finding) => { readonly ruleId: string; readonly ruleIndex: number };
}

/** Every analytic of the catalogue, and of Sigma rules those that found something, which is all that a result tells of. */
export function huntRules(result: HuntResult, catalogue: readonly Analytic[]): HuntRules {
  const sigma = sigmaRules(result);
  const rules = [
    subscriptionRule(),
    ...catalogue.map((record) => analyticRule(record, result)),
    ...sigma.map(({ rule }) => rule),
  ];
  const index = new Map([
    ...catalogue.map(({ id }, i) => [`analytic ${id}`, i + 1] as const),
    ...sigma.map(({ key }, i) => [key, i + 1 + catalogue.length] as const),
  ]);
  return {
    rules,
    ofDossier: { ruleId: SUBSCRIPTION, ruleIndex: 0 },
    of: (finding) => {
      const ruleIndex = index.get(keyOf(finding)) ?? -1;
      return { ruleId: rules[ruleIndex]?.id ?? finding.analytic ?? finding.title, ruleIndex };
    },
  };
}

/** A rule that names its author is what its findings are told as, also where it stands for an analytic (SETTLED E9, E11). */
function keyOf({ rule, analytic }: Pick<Finding, 'rule' | 'analytic'>): string {
  return rule === undefined ? `analytic ${analytic ?? ''}` : `rule ${rule.id?.toLowerCase() ?? ''} ${rule.title}`;
}

function subscriptionRule(): SarifRule {
  return {
    id: SUBSCRIPTION,
    name: 'WMI event subscription',
    shortDescription: { text: 'A WMI event subscription: filter, consumer and the binding of both.' },
    help: { text: 'Its level is that of a printed sum; triad explain ID shows each term with its records.' },
    properties: { tags: ['security', 'wmi', DOSSIER_TECHNIQUE] },
  };
}

function analyticRule(record: Analytic, result: HuntResult): SarifRule {
  const { id, title, question, level, scope, conditions, falsePositives, blind } = record;
  const help = [
    ...conditions.map((text) => `Holds: ${text}`),
    ...falsePositives.map(({ what, tell }) => `May be: ${what}; told by ${tell}`),
    ...blind.map((text) => `Silent: ${text}`),
  ];
  return {
    id,
    name: title,
    shortDescription: sarifMessage(title),
    fullDescription: sarifMessage(question),
    help: { text: help.map((line) => `${sarifMessage(line).text}.`).join('\n') },
    defaultConfiguration: { level: sarifLevel(level) },
    properties: {
      tags: ['security', scope, ...shownTechniques(record.attack, result)],
      'security-severity': securitySeverity(level),
    },
  };
}

function sigmaRules(result: HuntResult): readonly { readonly key: string; readonly rule: SarifRule }[] {
  const found = new Map<string, { readonly first: Finding; readonly credit: RuleCredit; level: Level }>();
  for (const finding of result.findings) {
    if (finding.rule === undefined) continue;
    const known = found.get(keyOf(finding));
    if (known === undefined) found.set(keyOf(finding), { first: finding, credit: finding.rule, level: finding.level });
    else if (levelRank(finding.level) > levelRank(known.level)) known.level = finding.level;
  }
  return [...found]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, { first, credit, level }]) => ({ key, rule: sigmaRule(first, credit, level, result) }));
}

/** Its author, its licence and where it is from go with it, as DRL 1.1 asks; its level is the worst that it found. */
function sigmaRule(finding: Finding, credit: RuleCredit, level: Level, result: HuntResult): SarifRule {
  const { id, title, author, license, path, references } = credit;
  const helpUri = references.find(
    (reference) => /^https?:\/\/[\x21-\x7e]+$/.test(reference) && URL.canParse(reference),
  );
  return {
    id: id ?? title,
    name: title,
    shortDescription: sarifMessage(title),
    help: sarifMessage(`Sigma rule ${creditWords(finding) ?? path}.`),
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: sarifLevel(level) },
    properties: {
      tags: ['security', finding.scope, 'sigma', ...shownTechniques(finding.attack, result)],
      'security-severity': securitySeverity(level),
      ...(finding.analytic === undefined ? {} : { analytic: finding.analytic }),
      ...(author === undefined ? {} : { author }),
      ...(license === undefined ? {} : { license }),
      path,
      references,
    },
  };
}
