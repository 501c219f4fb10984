/** What each part of a text is replaced with, in this order: a later pattern sees what an earlier one left. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/arn:[^\s|"',;)\]]+/gi, "(ARN)"],
  [/https?:\/\/[^\s|"',;)\]]+/gi, "(address)"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "(mail)"],
  [/\b(?:i|mi|mw|pb|vpc|subnet|ami|eni|vol|sg|e|exe)-[0-9a-f]{8,}\b/gi, "(id)"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "(id)"],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{8,}\b/g, "(id)"],
  [/(?<!\d)\d{12}(?!\d)/g, "(account)"],
  [/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g, "(IP)"],
  [/(?<![\w:])[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}(?![\w:])/gi, "(IP)"],
  [/\bip-\d+-\d+-\d+-\d+[\w.-]*/gi, "(host)"],
];

/**
 * Returns a text without ids of accounts and resources, ARNs, addresses and IPs. The second line of defence: a report is
 * made of this program's own words and numbers.
 *
 * @example redact("arn:aws:iam::111122223333:role/x is denied"); // "(ARN) is denied"
 */
export function redact(text: string): string {
  return SECRETS.reduce((redacted, [pattern, word]) => redacted.replaceAll(pattern, word), text);
}
