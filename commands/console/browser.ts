import { spawn } from "node:child_process";

/** Returns the program that opens an address in the person's browser, or undefined if there is none. */
export function openerOf(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (platform === "darwin") return "open";
  if (platform === "win32") return "explorer.exe";
  const hasScreen = [environment["DISPLAY"], environment["WAYLAND_DISPLAY"]].some((screen) => (screen ?? "") !== "");
  return hasScreen ? "xdg-open" : undefined;
}

/** Opens an address in the browser, if the machine has one. The console works without: its address is printed. */
export function openBrowser(url: string): void {
  const opener = openerOf(process.platform, process.env);
  if (opener === undefined) return;
  const child = spawn(opener, [url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
