import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { Random } from "../chaos/random.ts";

/**
 * Makes Math.random and crypto.randomUUID of this process follow a seed, until the returned function is called. Jitter
 * and message ids are then the same in each run.
 */
export function seedRandomness(seed: number): () => void {
  const random = new Random(`bench ${seed}`);
  const { randomUUID } = crypto;
  const { random: mathRandom } = Math;
  Math.random = () => random.next();
  crypto.randomUUID = () => {
    const hex = Array.from({ length: 32 }, () => random.integer(0, 15).toString(16)).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  syncBuiltinESMExports();
  return () => {
    Math.random = mathRandom;
    crypto.randomUUID = randomUUID;
    syncBuiltinESMExports();
  };
}
