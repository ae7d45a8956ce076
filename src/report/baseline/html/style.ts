/**
 * The report’s only style sheet. Colours are told once for light and once for dark; both keep at least 4.5:1 between
 * text and ground (WCAG 2, AA). No fonts or pictures are loaded.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f7f9; --line: #d9dde3; --text: #1c2430; --muted: #586374; --accent: #1f5fae;
  --bad: #b3261e; --bad-ground: #fdf0ef; --warn: #8a5a00; --warn-ground: #fdf5e3; --good: #1d6b3a; --good-ground: #edf7f0;
  --chart: #3a76c4; --chart-soft: #cfe0f5; --chart-before: #b7c0cc; --track: #e6e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --raised: #1a2029; --line: #313a47; --text: #e4e8ee; --muted: #a3afbf; --accent: #83b4f2;
    --bad: #ff9d94; --bad-ground: #2c1917; --warn: #f0c069; --warn-ground: #292010; --good: #7fd39d; --good-ground: #13241a;
    --chart: #6ea6ee; --chart-soft: #203754; --chart-before: #55606f; --track: #2a323d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
.page { max-width: 1120px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 2px 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; margin: 44px 0 6px; padding-top: 14px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 22px 0 6px; }
p { margin: 6px 0 10px; max-width: 78ch; }
a { color: var(--accent); text-underline-offset: 2px; }
code, pre, .name { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.9em; }
code, .name, bdi { unicode-bidi: isolate; overflow-wrap: anywhere; }
pre { margin: 4px 0 0; padding: 6px 8px; background: var(--raised); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4; }
.over { font-size: 12px; letter-spacing: 0.08em; text-transform: uppercase; color: var(--muted); }
.muted { color: var(--muted); }
.small { font-size: 13px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(310px, 100%), 1fr)); gap: 10px 24px; margin: 16px 0 0; }
.facts dt { font-size: 12px; color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.verdict { margin: 22px 0 12px; padding: 14px 18px; border-left: 4px solid var(--muted); background: var(--raised); border-radius: 0 6px 6px 0; }
.verdict p { margin: 0; font-size: 17px; line-height: 1.45; }
.verdict p + p { font-size: 14px; margin-top: 6px; color: var(--muted); }
.verdict.bad { border-color: var(--bad); background: var(--bad-ground); }
.verdict.warn { border-color: var(--warn); background: var(--warn-ground); }
.verdict.good { border-color: var(--good); background: var(--good-ground); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; margin: 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
.tiles b { display: block; font-size: 22px; line-height: 1.25; font-weight: 600; }
.tiles span { font-size: 12.5px; color: var(--muted); }
.bad b, b.bad, .tag.bad { color: var(--bad); }
.good b, b.good, .tag.good { color: var(--good); }
.warn b, b.warn, .tag.warn { color: var(--warn); }
.contents { columns: 3 200px; margin: 18px 0 0; padding: 0; list-style: none; font-size: 14px; }
.contents li { break-inside: avoid; padding: 1px 0; }
.contents span { color: var(--muted); }
.scroll { overflow-x: auto; margin: 8px 0 14px; }
.scroll:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-size: 14px; font-weight: 600; padding: 6px 0 2px; }
th, td { text-align: left; vertical-align: top; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 12.5px; color: var(--muted); vertical-align: bottom; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.wide { min-width: 240px; }
.place { min-width: 200px; }
.why { color: var(--muted); font-size: 13px; margin: 2px 0 0; max-width: 70ch; }
.tag { display: inline-block; font-size: 12px; line-height: 1.4; padding: 0 6px; border: 1px solid currentColor; border-radius: 9px; color: var(--muted); white-space: nowrap; }
.setting { overflow-wrap: anywhere; max-width: 30ch; white-space: pre-wrap; }
.tag + .tag { margin-left: 4px; }
.none { color: var(--muted); margin: 8px 0; }
ul.plain { margin: 6px 0 12px; padding-left: 20px; }
ul.plain li { margin: 4px 0; }
ul.forest, ul.forest ul { list-style: none; margin: 0; padding: 0; }
ul.forest ul { margin-left: 12px; padding-left: 16px; border-left: 2px solid var(--line); }
ul.forest li { margin: 10px 0; }
ul.forest .session { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
ul.forest.roots > li > .session { border-left: 4px solid var(--bad); }
svg { display: block; max-width: none; }
.spark-line { fill: none; stroke: var(--chart); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
.spark-area { fill: var(--chart-soft); }
.spark-dot { fill: var(--chart); }
.track { fill: var(--track); }
.bar { fill: var(--chart); }
.bar-before { fill: var(--chart-before); }
.bar-bad { fill: var(--bad); }
.bar-warn { fill: var(--warn); }
footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
@media (max-width: 560px) {
  .page { padding: 18px 14px 40px; }
  body { font-size: 14.5px; }
  h1 { font-size: 22px; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --raised: #f4f5f7; --line: #c9ced6; --text: #000; --muted: #444c58; --accent: #123f78;
    --bad: #9b1c14; --bad-ground: #fff; --warn: #6f4800; --warn-ground: #fff; --good: #14552c; --good-ground: #fff;
    --chart: #2f66ad; --chart-soft: #d6e4f6; --chart-before: #b7c0cc; --track: #e6e9ee;
  }
  @page { margin: 14mm 12mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 9.5pt; }
  .page { max-width: none; padding: 0; }
  .contents { display: none; }
  h1 { font-size: 17pt; }
  h2 { font-size: 13pt; margin-top: 18pt; }
  h2, h3, caption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  .why, .small, .muted { font-size: 8pt; }
  tr, .verdict, .tiles li, .session { break-inside: avoid; }
  th, td { padding-right: 7pt; }
  .wide { min-width: 120pt; overflow-wrap: anywhere; }
  .place { min-width: 90pt; }
  thead th { white-space: normal; }
  p { orphans: 3; widows: 3; }
  a[href^="http"]::after { content: " (" attr(href) ")"; overflow-wrap: anywhere; }
}
`;
