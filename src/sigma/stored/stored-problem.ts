import { PROBLEMS, type Problem, type ProblemCode } from '../parse/problem.ts';
import { list, Misshapen, member, members, text, textOrNone, whole } from './shape.ts';

/** A problem without what its code says already. */
export function storeProblem({ name: _, severity: __, ...rest }: Problem): object {
  return rest;
}

export function readProblem(value: unknown): Problem {
  const map = members(value);
  const of = (name: string): unknown => member(map, name);
  const code = text(of('code'));
  if (!isCode(code)) throw new Misshapen('there is no such problem');
  const [name, severity] = PROBLEMS[code];
  return {
    code,
    name,
    severity,
    file: text(of('file')),
    line: whole(of('line')),
    column: whole(of('column')),
    endColumn: whole(of('endColumn')),
    path: list(of('path')).map((part) => (typeof part === 'number' ? whole(part) : text(part))),
    ruleId: textOrNone(of('ruleId')),
    message: text(of('message')),
    hint: textOrNone(of('hint')),
    excerpt: text(of('excerpt')),
    excerptColumn: whole(of('excerptColumn')),
  };
}

function isCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
