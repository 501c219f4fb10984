/** How near a finding's due date is: more than 7 days away, at most 7 days away, or past. */
export const DUE_STATES = ["later", "soon", "overdue"] as const;
export type DueState = (typeof DUE_STATES)[number];

/** Days before the due date from which a finding is due soon. */
export const SOON_DAYS = 7;
