/** A file of rules that could not be read, or a path that is not there: where, what, and what to do (L30). */
export interface RuleFileProblem {
  readonly code:
    | 'TRIAD-E-ARG-NOTHING-FOUND'
    | 'TRIAD-E-RULE-NOT-READ'
    | 'TRIAD-E-RULE-TOO-LARGE'
    | 'TRIAD-E-RULE-TOO-MANY'
    | 'TRIAD-E-RULE-ENCODING'
    | 'TRIAD-E-RULE-COMPILED';
  readonly place: string;
  readonly message: string;
  readonly action: string;
}

/** Bounds on what is read as rules (L20); 3,780 public rules have 9 MB. */
export interface RuleLimits {
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files together. */
  readonly totalBytes: number;
  readonly files: number;
  /** Folders inside folders. */
  readonly depth: number;
  /** Members of a zip, of any kind. */
  readonly members: number;
}

export const RULE_LIMITS: RuleLimits = {
  fileBytes: 4 * 1024 ** 2,
  totalBytes: 512 * 1024 ** 2,
  files: 50_000,
  depth: 64,
  members: 200_000,
};

/** The text of a file in UTF-8, without its mark; undefined for other bytes. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return undefined;
  }
}

/** What a YAML file beside rules is. */
export type RuleFileKind = 'rules' | 'cases' | 'regression';

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

export function isCasesName(name: string): boolean {
  return /\.cases\.ya?ml$/i.test(name);
}

/** Told by name, and a description of a regression test (SIGMA 7.1) also by its content. */
export function kindOfRuleFile(name: string, text: string): RuleFileKind {
  if (isCasesName(name)) return 'cases';
  return /(?:^|[\\/])info\.ya?ml$/i.test(name) && /^regression_tests_info:/m.test(text) ? 'regression' : 'rules';
}

export function isLicenceName(name: string): boolean {
  return /^licen[cs]e(?:[.-].*)?$/i.test(name);
}

/** True for a licence text that puts rules under the Detection Rule License 1.1 (SETTLED E11). */
export function isDetectionRuleLicence(text: string): boolean {
  return /Detection Rule License\W{0,4}(?:\(?DRL\)?)?\W{0,4}1\.1/i.test(text);
}
