import { HOW_TO_GET_CHROMIUM as HOW } from "../../commands/console-times/chromium.ts";

export { launchChromium } from "../../commands/console-times/chromium.ts";

/** How to get what the browser tests need. */
export const HOW_TO_GET_CHROMIUM = `browser tests are skipped: ${HOW}`;
