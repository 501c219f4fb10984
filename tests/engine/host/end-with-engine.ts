/**
 * Ends a plugin when its engine is gone. The engine gives each plugin a process group, so that a signal to the
 * engine's group does not reach the plugin or the program that the plugin runs. Load it with `--import`.
 */
const CHECK_MS = 500;
const engine = process.ppid;

setInterval(() => {
  if (process.ppid === engine) return;
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // Not the leader of a group: there are no other processes to end.
    process.exit(1);
  }
}, CHECK_MS).unref();
