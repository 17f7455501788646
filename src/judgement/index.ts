export { citedBy } from './cited.ts';
export { type Examined, type ExamineInput, examine, examineAll } from './examine.ts';
export { type JudgeInput, type Judgement, judge, judging } from './judge.ts';
