import { ATTACK_VERSIONS, type AttackVersion } from '../windows/index.ts';
import { flagValue, type Invocation } from './arguments.ts';

/** The version of ATT&CK whose ids were asked for; the table of commands allows no other words. */
export function attackVersionFlag(invocation: Invocation): AttackVersion | undefined {
  const value = flagValue(invocation, 'attack-version');
  return ATTACK_VERSIONS.find((version) => String(version) === value);
}
