/** The report's style sheet, for light and dark screens and for paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --link: #0058a8; --page: #fff; --ink: #1b1b1b; }
@media (prefers-color-scheme: dark) { :root { --link: #8ec5ff; --page: #161616; --ink: #eee; } }
html { background: var(--page); color: var(--ink); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
a { color: var(--link); }
code { font-size: 0.95em; overflow-wrap: anywhere; }
.facts, .badges { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; list-style: none; padding: 0; }
.badge { background: var(--severity); border-radius: 0.25rem; color: #000; font-size: 0.85em; font-weight: 600; padding: 0.1rem 0.45rem; white-space: nowrap; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
figure { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0; padding: 0.75rem; }
figcaption { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--soft); white-space: nowrap; }
td p, th p { margin: 0 0 0.35rem; }
td:first-child, td:nth-child(6) { white-space: nowrap; width: 1%; }
.counts { width: auto; }
tbody th { font-weight: normal; min-width: 12rem; }
@media screen { .findings td:nth-child(n + 3):nth-child(-n + 5) { min-width: 14rem; } }
.overdue { font-weight: 600; }
@media print {
  :root { color-scheme: light; --link: #000; --page: #fff; --ink: #000; }
  html { background: var(--page); color: var(--ink); }
  body { font-size: 10px; max-width: none; padding: 0; }
  .plots { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; }
  th, td { padding: 0.3rem; }
  thead th { white-space: normal; }
  .badge, .plot rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tbody th { min-width: 9rem; }
  figure, tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
