import { Attempts, type ScryptCost } from '../../people/index.ts';
import { AuditedRefusals } from './audited-refusals.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { PasswordHasher } from './password-hasher.ts';
import { SessionGate, type SessionGateParts } from './session-gate.ts';

/** What a running server holds of people. */
export interface PeopleDesk {
  readonly sessions: SessionGate;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly failures: FailedSignIns;
  readonly refusals: AuditedRefusals;
}

export function openPeopleDesk(
  parts: Omit<SessionGateParts, 'refusals'> & {
    readonly random: (bytes: number) => Uint8Array;
    readonly passwordCost: ScryptCost | undefined;
  },
): PeopleDesk {
  const refusals = new AuditedRefusals(parts.state, parts.log, () => parts.nowMs());
  return {
    sessions: new SessionGate({ ...parts, refusals }),
    hasher: new PasswordHasher(parts.random, parts.passwordCost),
    attempts: new Attempts(),
    failures: new FailedSignIns(parts.state, parts.log, () => parts.nowMs()),
    refusals,
  };
}
