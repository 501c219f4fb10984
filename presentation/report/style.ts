/** The report's style sheet, for light and dark screens and for paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --link: #0058a8; --page: #fff; --ink: #1b1b1b; }
@media (prefers-color-scheme: dark) { :root { --link: #8ec5ff; --page: #161616; --ink: #eee; } }
html { background: var(--page); color: var(--ink); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
a { color: var(--link); }
code { font-size: 0.95em; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; list-style: none; overflow-wrap: anywhere; padding: 0; }
.numbers { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10rem), 1fr)); margin: 1rem 0; }
.numbers > div { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; }
.numbers dt { font-weight: 600; }
.numbers dd { margin: 0; }
.numbers .number { font-size: 1.8rem; line-height: 1.3; }
.worst { overflow-wrap: anywhere; padding-left: 1.5rem; }
.worst li { margin-bottom: 0.35rem; }
.badge { background: var(--severity); border-radius: 0.25rem; color: #000; font-size: 0.85em; font-weight: 600; padding: 0.1rem 0.45rem; white-space: nowrap; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
figure { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0; padding: 0.75rem; }
figcaption { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { padding: 0.35rem 0; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { background: var(--soft); overflow-wrap: normal; }
tbody th { font-weight: normal; }
td p, th p { margin: 0 0 0.35rem; }
.counts td, .actions td:nth-child(-n + 3) { font-variant-numeric: tabular-nums; white-space: nowrap; }
#summary .counts table { min-width: 50%; width: auto; }
.counts tbody th { min-width: 8rem; }
.overdue { font-weight: 600; }
@media screen {
  thead th { white-space: nowrap; }
  .actions th:first-child, .actions td:last-child { min-width: 16rem; }
  .findings tbody th { min-width: 12rem; }
  .findings td:nth-child(n + 3):nth-child(-n + 5) { min-width: 14rem; }
  .findings td:nth-child(n + 6) { min-width: 8rem; }
}
@page {
  size: A4;
  margin: 14mm 12mm 16mm;
  @bottom-left { content: "Patch findings"; font: 9px system-ui, sans-serif; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 9px system-ui, sans-serif; }
}
@media print {
  :root { color-scheme: light; --link: #000; --page: #fff; --ink: #000; --line: #888; --soft: #eee; }
  html { background: var(--page); color: var(--ink); }
  body { font-size: 9px; line-height: 1.3; max-width: none; padding: 0; }
  h1 { font-size: 20px; }
  h2 { break-after: avoid; font-size: 14px; margin: 16px 0 4px; }
  caption { break-after: avoid; padding: 2px 0; }
  #summary { break-after: page; font-size: 12px; }
  #summary:last-child { break-after: auto; }
  .numbers { grid-template-columns: repeat(4, 1fr); }
  .plots { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; }
  .screen { display: none; }
  .actions thead th:first-child { width: 30%; }
  th, td { padding: 3px; }
  td p, th p { margin: 0 0 1px; }
  .badge, thead th, .plot rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .numbers .number { font-size: 18px; }
  .findings table { table-layout: fixed; }
  .findings :is(th, td):nth-child(5) { display: none; }
  .findings thead th:nth-child(1) { width: 24%; }
  .findings thead th:nth-child(2) { width: 11%; }
  .findings thead th:nth-child(3) { width: 21.5%; }
  .findings thead th:nth-child(4) { width: 22%; }
  .findings thead th:nth-child(6) { width: 11%; }
  .findings thead th:nth-child(7) { width: 10.5%; }
  figure, tr, .group, .plots, .numbers > div, .worst li { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
