/**
 * The program's own errors.
 *
 * Retry and Catch in statemachine/patch-findings.asl.json match on `name`. Every name is a literal, because a name
 * computed from the class would change when the bundle is minified.
 */

/** Systems Manager throttled the reads of all nodes. The state machine retries after a longer wait. */
export class SystemsManagerThrottled extends Error {
  override readonly name = "SystemsManagerThrottled";
}

/** Systems Manager is unavailable: it answered 5xx, or not at all. */
export class SystemsManagerUnavailable extends Error {
  override readonly name = "SystemsManagerUnavailable";
}

/** The role may not read Systems Manager, or AWS rejected its credentials. A person must act. */
export class SystemsManagerDenied extends Error {
  override readonly name = "SystemsManagerDenied";
}

/** Security Hub throttled a call (429). The state machine retries after a longer wait. */
export class SecurityHubThrottled extends Error {
  override readonly name = "SecurityHubThrottled";
}

/** Security Hub is unavailable: it answered 5xx, not at all, or failed every finding with an internal error. */
export class SecurityHubUnavailable extends Error {
  override readonly name = "SecurityHubUnavailable";
}

/**
 * Security Hub accepts other findings, but keeps failing these with an internal error. The attempt counts as failed, so
 * that redrive separates their nodes from the others.
 */
export class FindingsNotAccepted extends Error {
  override readonly name = "FindingsNotAccepted";
}

/** Security Hub is not enabled in this account and Region, or the role may not use it. A person must act. */
export class SecurityHubNotEnabled extends Error {
  override readonly name = "SecurityHubNotEnabled";
}

/** Security Hub refused the findings of all nodes for the same reason, so no single finding is at fault. */
export class FindingsRefusedAlike extends Error {
  override readonly name = "FindingsRefusedAlike";
}

/** A reading is too old to close a finding. The nodes must be read again first. */
export class StaleReading extends Error {
  override readonly name = "StaleReading";
}

/** A queue accepted no message, for whatever reason. The state machine retries the state that sent it. */
export class QueueUnavailable extends Error {
  override readonly name = "QueueUnavailable";
}

/** A queue message is neither an event nor a list of node references. It goes to the quarantine queue. */
export class UnreadableMessage extends Error {
  override readonly name = "UnreadableMessage";
}
