import { createHash } from "node:crypto";

/** Returns the SHA-256 of a text, in hexadecimal. */
export function hexOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Returns an id in the form of a UUID, always the same for the same text. */
export function uuidOf(text: string): string {
  const hex = hexOf(text);
  const variant = `8${hex.slice(17, 20)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant, hex.slice(20, 32)].join("-");
}
