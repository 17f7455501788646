/** What an incident can be judged (PRODUCT 8.3). */
export const VERDICTS = ['malicious', 'authorised', 'false', 'inconclusive', 'duplicate', 'test'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A reason in one word, and what it stands for. */
export interface VerdictCode {
  readonly code: string;
  readonly says: string;
}

/** Why, by verdict: what is counted and compared later; the text beside it is for whoever reads the next one. */
export const VERDICT_CODES: Readonly<Record<Verdict, readonly VerdictCode[]>> = {
  malicious: [
    { code: 'attack', says: 'an intruder did it' },
    { code: 'attempt', says: 'it was tried, and came to nothing' },
    { code: 'insider', says: 'somebody of ours did it without leave' },
  ],
  authorised: [
    { code: 'change', says: 'an approved change' },
    { code: 'operations', says: 'daily work of whoever may' },
    { code: 'product', says: 'software of ours does it by itself' },
  ],
  false: [
    { code: 'rule', says: 'the rule catches more than it means' },
    { code: 'join', says: 'what does not belong together was joined' },
    { code: 'data', says: 'what was sent is wrong, or was read wrongly' },
  ],
  inconclusive: [
    { code: 'evidence', says: 'records that would tell are missing' },
    { code: 'answer', says: 'whoever would know has not answered' },
  ],
  duplicate: [
    { code: 'same', says: 'the same acts, told twice' },
    { code: 'part', says: 'a part of what the other tells' },
  ],
  test: [
    { code: 'exercise', says: 'a red team or a drill' },
    { code: 'rule-test', says: 'made to try a rule or a sensor' },
    { code: 'lab', says: 'a machine for trying things' },
  ],
};

/** What is said of a verdict beside the text of its reason. */
export interface Judged {
  readonly code: string;
  /** Who approved it, of what is authorised. */
  readonly approver?: string;
}

/** What is wrong with that; undefined where nothing is. */
export function judgedProblem(verdict: Verdict, { code, approver }: Judged): string | undefined {
  const codes = VERDICT_CODES[verdict].map((known) => known.code);
  if (!codes.includes(code)) return `"${code}" is no reason for ${verdict}; use one of ${codes.join(', ')}.`;
  if (verdict === 'authorised' && (approver ?? '').trim() === '') return 'What is authorised names who approved it.';
  if (verdict !== 'authorised' && approver !== undefined) return `Nobody approves what is ${verdict}.`;
  return undefined;
}
