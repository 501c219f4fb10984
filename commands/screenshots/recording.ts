/** A silent recording of the console's data flow as an animated SVG, which a README can show without a player. */

/** One still of the recording. */
export interface Frame {
  /** What happens, in one sentence. */
  readonly caption: string;
  /** The picture of the flow, as an SVG element. */
  readonly picture: string;
  readonly seconds: number;
}

interface Look {
  /** The style sheet of the page. */
  readonly css: string;
  readonly width: number;
  /** Height of the picture, without the caption. */
  readonly height: number;
}

const CAPTION_HEIGHT = 64;
const BAR_HEIGHT = 4;

/**
 * Returns the frames as one SVG that repeats. Readers who want less motion see the last frame only.
 *
 * @example await writeFile("recording.svg", recording(frames, { css, width: 1240, height: 390 }));
 */
export function recording(frames: readonly Frame[], { css, width, height }: Look): string {
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  const all = height + CAPTION_HEIGHT + BAR_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${all}" font-family="system-ui, sans-serif">
<title>${text(frames.map(({ caption }) => caption).join(" "))}</title>
<style>${css}
${timing(frames, total)}</style>
<rect class="ground" width="${width}" height="${all}"/>
${frames.map((frame, index) => still(frame, index, width, height)).join("\n")}
<rect class="bar" y="${all - BAR_HEIGHT}" width="${width}" height="${BAR_HEIGHT}"/>
</svg>
`;
}

function still({ caption, picture }: Frame, index: number, width: number, height: number): string {
  const inner = placed(picture, width, height);
  return `<g class="still still-${index}"><text class="caption" x="20" y="40">${text(caption)}</text>${inner}</g>`;
}

/** Places the picture under the caption. Links lead nowhere in a picture, so they become groups. */
function placed(picture: string, width: number, height: number): string {
  return picture
    .replace(/^<svg\b/, `<svg x="0" y="${CAPTION_HEIGHT}" width="${width}" height="${height}"`)
    .replaceAll(/<a\b[^>]*>/g, "<g>")
    .replaceAll("</a>", "</g>");
}

/** Shows each still at its time. Steps instead of transitions keep the text readable. */
function timing(frames: readonly Frame[], total: number): string {
  const percent = (seconds: number) => `${((seconds / total) * 100).toFixed(2)}%`;
  let start = 0;
  const rules = frames.map(({ seconds }, index) => {
    const [from, to] = [percent(start), percent(start + seconds)];
    start += seconds;
    const before = index === 0 ? "" : "0%{visibility:hidden}";
    return `@keyframes still-${index}{${before}${from}{visibility:visible}${to}{visibility:hidden}}
.still-${index}{animation:still-${index} ${total}s step-end infinite}`;
  });
  const last = frames.length - 1;
  return `.ground{fill:var(--ground)}.caption{fill:var(--text);font-size:22px;font-weight:600}
.still{visibility:hidden}.bar{fill:var(--accent);animation:bar ${total}s linear infinite;transform-origin:0 0}
@keyframes bar{0%{transform:scaleX(0)}100%{transform:scaleX(1)}}
${rules.join("\n")}
@media (prefers-reduced-motion:reduce){.still,.bar{animation:none}.still-${last}{visibility:visible}}`;
}

function text(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
