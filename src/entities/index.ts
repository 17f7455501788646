export type { CandidateLogon, Strength, Who, WhoIsWho } from './types.ts';
