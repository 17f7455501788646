/** What a person may be (TRUST 6.1); each person is one of them. */
export const ROLES = ['viewer', 'analyst', 'engineer', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A role, or that somebody is barred: kept as a person, and let in no more. */
export type Standing = Role | 'none';

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Those whose word counts where a second person is needed (SETTLED G20). */
export const CONFIRMING: readonly Role[] = ['engineer', 'admin'];
