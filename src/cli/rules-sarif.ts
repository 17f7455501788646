import {
  artifactLocation,
  renderSarif,
  type SarifNotification,
  type SarifResult,
  sarifMessage,
} from '../report/index.ts';
import type { RuleFileProblem } from '../rules/index.ts';
import { PROBLEMS, type Problem, type ProblemCode, type Severity } from '../sigma/index.ts';

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  notice: 'note',
};

export interface CheckedForSarif {
  readonly version: string;
  readonly problems: Iterable<Problem>;
  readonly unread: readonly RuleFileProblem[];
  readonly exit: number;
}

/** `triad rules check --format sarif`: each problem at its line and columns, so that a build shows it in the rule's own text. */
export function rulesSarif({ version, problems, unread, exit }: CheckedForSarif): Iterable<string> {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  const index = new Map(codes.map((code, i) => [code, i]));
  return renderSarif({
    tool: { name: 'triad', version },
    rules: codes.map((code) => {
      const [name, severity] = PROBLEMS[code];
      return {
        id: code,
        name,
        shortDescription: { text: name.replaceAll('-', ' ') },
        defaultConfiguration: { level: LEVEL[severity] },
        properties: { tags: ['sigma'] },
      };
    }),
    invocation: { executionSuccessful: unread.length === 0, exitCode: exit },
    notifications: unread.map(notification),
    results: results(problems, index),
  });
}

function* results(problems: Iterable<Problem>, index: ReadonlyMap<ProblemCode, number>): Generator<SarifResult> {
  for (const { code, severity, file, line, column, endColumn, path, ruleId, message, hint } of problems) {
    yield {
      ruleId: code,
      ruleIndex: index.get(code) ?? -1,
      level: LEVEL[severity],
      message: sarifMessage(hint === undefined ? message : `${message} ${hint}`),
      locations: [
        {
          physicalLocation: {
            artifactLocation: locationOf(file),
            region: { startLine: line, startColumn: column, endColumn: Math.max(endColumn, column + 1) },
          },
        },
      ],
      properties: { ...(ruleId === undefined ? {} : { rule: ruleId }), path },
    };
  }
}

function notification({ code, place, message, action }: RuleFileProblem): SarifNotification {
  return {
    level: 'error',
    descriptor: { id: code },
    message: sarifMessage(`${message} ${action}`),
    locations: [{ physicalLocation: { artifactLocation: locationOf(place) } }],
  };
}

/** A rule of a zip is placed as `rules.zip!/a/b.yml`. */
function locationOf(place: string): ReturnType<typeof artifactLocation> {
  const [file = place, ...members] = place.split('!/');
  return artifactLocation(file, members);
}
