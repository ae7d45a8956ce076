// Draws how time and memory grow with the number of baselines: one SVG, readable on light and dark ground.
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

const PANEL = { width: 380, height: 240, left: 56, top: 36, gap: 40 };
const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd'];

/** @param points `{ command, tables, baselines, seconds, peak_mib }` of one number of tables per row of panels */
export function drawn(points) {
  const counts = [...new Set(points.map(({ tables }) => tables))];
  const commands = [...new Set(points.map(({ command }) => command))];
  const panels = counts.flatMap((tables, row) => {
    const own = points.filter((point) => point.tables === tables);
    return [
      panel(own, commands, 'seconds', `seconds, ${tables} tables`, [0, row]),
      panel(own, commands, 'peak_mib', `peak memory in MiB, ${tables} tables`, [1, row]),
    ];
  });
  const width = 2 * (PANEL.width + PANEL.gap) + PANEL.left;
  const height = counts.length * (PANEL.height + PANEL.gap + PANEL.top) + 30;
  const key = commands.map((command, at) => {
    const x = PANEL.left + at * 150;
    return `<rect x="${x}" y="${height - 22}" width="12" height="12" fill="${COLOURS[at]}"/><text x="${x + 18}" y="${height - 12}">${command}</text>`;
  });
  const style =
    'text{font:12px sans-serif;fill:#777}path{fill:none;stroke-width:2}line{stroke:#777;stroke-opacity:.35}';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><style>${style}</style>${panels.join('')}${key.join('')}</svg>\n`;
}

function panel(points, commands, what, title, [column, row]) {
  const most = Math.max(...points.map((point) => point[what]));
  const x = scaleLinear([0, Math.max(...points.map(({ baselines }) => baselines))], [0, PANEL.width]);
  const y = scaleLinear([0, most], [PANEL.height, 0]).nice();
  const curves = commands.map((command, at) => {
    const own = points.filter((point) => point.command === command).sort((a, b) => a.baselines - b.baselines);
    const path = line(
      (point) => x(point.baselines),
      (point) => y(point[what]),
    )(own);
    return `<path d="${path}" stroke="${COLOURS[at]}"/>`;
  });
  const across = y
    .ticks(5)
    .map(
      (tick) =>
        `<line x1="0" x2="${PANEL.width}" y1="${y(tick)}" y2="${y(tick)}"/><text x="-8" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    );
  const baselines = [...new Set(points.map((point) => point.baselines))];
  const below = baselines.map(
    (count) => `<text x="${x(count)}" y="${PANEL.height + 18}" text-anchor="middle">${count}</text>`,
  );
  const at = `translate(${PANEL.left + column * (PANEL.width + PANEL.gap + 20)} ${PANEL.top + row * (PANEL.height + PANEL.gap + PANEL.top)})`;
  return `<g transform="${at}"><text x="0" y="-14">${title}, by the number of baselines</text>${across.join('')}${below.join('')}${curves.join('')}</g>`;
}
