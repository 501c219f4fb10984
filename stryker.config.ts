/**
 * Mutation tests of the pure code: `npm run mutation`. Everything that Stryker writes goes to dist/, which git,
 * oxlint, oxfmt and tsc ignore.
 */
import "./commands/mutation/mocha-files.ts";

/** The folders of functions/ that hold pure code, and of tests/functions/ that test it. */
const PURE = "{work,compliance,finding,security-hub/asff}";

/** For the processes that Stryker starts: each of them loads the Mocha runner. */
const nodeArgs = ["--disable-warning=ExperimentalWarning", "--import", "./commands/mutation/mocha-files.ts"];

export default {
  mutate: [`functions/${PURE}/**/*.ts`],
  testRunner: "mocha",
  testRunnerNodeArgs: nodeArgs,
  checkerNodeArgs: nodeArgs,
  mochaOptions: { spec: [`tests/functions/${PURE}/**/*.test.ts`] },
  coverageAnalysis: "perTest",
  // A mutant in code that runs on import takes a new process and all tests.
  ignoreStatic: true,
  tempDirName: "dist/mutation",
  ignorePatterns: ["dist", "docs"],
  reporters: ["clear-text", "progress", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: "dist/mutation.html" },
};
