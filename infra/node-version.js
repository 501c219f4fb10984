/**
 * Runs before the program under Pulumi (Pulumi.yaml, nodeargs). If this Node.js cannot run the sources, prints one line
 * that says what to do. This file is JavaScript because older Node.js versions do not load TypeScript.
 */
import process from "node:process";

/** Pulumi's language host prints nothing more after this exit code (@pulumi/pulumi, cmd/run/index.js). */
const MESSAGE_WAS_PRINTED = 32;

if (!process.features.typescript) {
  process.stderr.write(
    `Node.js ${process.version} cannot run this TypeScript program, which needs 22.18 or newer; use npm run preview and ` +
      "npm run up, which put the Node.js of npm ci first on PATH\n",
  );
  process.exit(MESSAGE_WAS_PRINTED);
}
