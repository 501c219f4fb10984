/**
 * Returns whether a platform is one of those that a rule or a setting names.
 *
 * @param beginnings of platform names, compared without case: `Ubuntu` means every version of Ubuntu
 * @example isPlatform("Ubuntu 24.04", ["ubuntu"]); // true
 */
export function isPlatform(platformName: string | undefined, beginnings: readonly string[]): boolean {
  const name = platformName?.toLowerCase() ?? "";
  return beginnings.some((beginning) => name.startsWith(beginning.toLowerCase()));
}
