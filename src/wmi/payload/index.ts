export { analysePayload, type PayloadAnalysis, type PayloadKind } from './analyse.ts';
export { PAYLOAD_LIMITS, type PayloadLimits } from './budget.ts';
export type { CreatingCall } from './creating-call.ts';
export { creatingCalls } from './creating-calls.ts';
export { type ToolCommand, unwrapKnownTool } from './known-tool.ts';
