import { userInfo } from "node:os";

/** Returns the user's name, or a neutral one if the operating system has none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "operator";
  }
}
