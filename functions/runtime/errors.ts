/**
 * The errors that the state machine knows by name.
 *
 * `name` is a contract with statemachine/patch-findings.asl.json (Retry and Catch match on it), so every name is a
 * literal: one computed from the class would change under minification.
 */

/** Systems Manager said "slow down" to more than single nodes; the state machine waits longer. */
export class SystemsManagerThrottled extends Error {
  override readonly name = "SystemsManagerThrottled";
}

/** Systems Manager answered 5xx, or not at all. */
export class SystemsManagerUnavailable extends Error {
  override readonly name = "SystemsManagerUnavailable";
}

/** This role may not read Systems Manager, or its credentials are not accepted: a person must act. */
export class SystemsManagerDenied extends Error {
  override readonly name = "SystemsManagerDenied";
}

/** Security Hub said "slow down" (429); the state machine waits longer. */
export class SecurityHubThrottled extends Error {
  override readonly name = "SecurityHubThrottled";
}

/** Security Hub answered 5xx, not at all, or failed all that was sent for reasons of its own. */
export class SecurityHubUnavailable extends Error {
  override readonly name = "SecurityHubUnavailable";
}

/**
 * Security Hub takes other findings, and keeps failing these for reasons of its own. It counts as a failure of the
 * attempt, so that nodes beside them are separated from them.
 */
export class FindingsNotAccepted extends Error {
  override readonly name = "FindingsNotAccepted";
}

/** Security Hub is not enabled in this account and Region, or this role may not use it: a person must act. */
export class SecurityHubNotEnabled extends Error {
  override readonly name = "SecurityHubNotEnabled";
}

/** Security Hub refused the findings of all nodes, and each for the same reason: it is not about single findings. */
export class FindingsRefusedAlike extends Error {
  override readonly name = "FindingsRefusedAlike";
}

/** A finding would be closed on a reading that has waited too long: the nodes must be read again first. */
export class StaleReading extends Error {
  override readonly name = "StaleReading";
}

/** A queue message that is neither an event nor a list of node references; it belongs in quarantine. */
export class UnreadableMessage extends Error {
  override readonly name = "UnreadableMessage";
}
