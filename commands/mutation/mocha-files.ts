/**
 * Lets Stryker's Mocha runner find the files of Mocha 12, which end in .cjs. Remove when a released runner finds them:
 * https://github.com/stryker-mutator/stryker-js/pull/6205
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) =>
    next(/[\\/]mocha[\\/]lib[\\/]cli[\\/][a-z-]+$/.test(specifier) ? `${specifier}.cjs` : specifier, context),
});
