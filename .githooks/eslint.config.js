/** The lint rules that need no types: type information takes too long for a commit. `npm run lint` checks the rest. */
import tseslint from "typescript-eslint";
import config from "../eslint.config.js";

export default [...config, tseslint.configs.disableTypeChecked];
