export type { CreatingCall } from './creating-call.ts';
export { creatingCalls } from './creating-calls.ts';
