export type { CandidateLogon, ProcessStart, Strength, Who, WhoIsWho } from './types.ts';
