/**
 * The style sheet of the page: system fonts, light and dark, wide tables that
 * scroll on a narrow screen.
 *
 * @module
 */

import { ARMS } from "../_grid/arms.ts";

/** Colours of arms on a light and on a dark ground, in the order of the grid; apart where lines of one kind meet in a figure. */
const COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ["#0b62c4", "#6cb0ff"],
  ["#b3470b", "#ff9a5c"],
  ["#0a7a55", "#4fd0a0"],
  ["#a3175f", "#ff86be"],
  ["#6b3fb3", "#b99aff"],
  ["#4d5560", "#b4bcc8"],
  ["#007a8a", "#53cfe0"],
  ["#6f6a00", "#d2c94a"],
  ["#b8860b", "#f0c060"],
  ["#8a8f98", "#8f97a3"],
  ["#303a46", "#dfe5ee"],
  ["#7d4a2d", "#d8a27e"],
  ["#5a6e2a", "#a9c46c"],
  ["#0899b8", "#3fd0ee"],
  ["#1f6f2e", "#7fdc8f"],
  ["#5c2680", "#cfa4f2"],
];

/** What does not depend on arms. */
const RULES = `*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.2rem 1rem 4rem;
background:var(--ground);color:var(--text);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.4rem 0}
h2{font-size:1.3rem;margin:2.6rem 0 .4rem;padding-top:.8rem;
border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.5rem 0 .4rem}
p{margin:.5rem 0}.faint{color:var(--faint);font-size:.9rem}
nav a{display:inline-block;margin-right:.9rem;white-space:nowrap}a{color:inherit}
.wide{overflow-x:auto;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;width:100%;font-size:.9rem;
font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .7rem .35rem 0;vertical-align:top;
border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--faint);white-space:nowrap}
table.plain td{white-space:nowrap}table.wrap th{white-space:normal}
table.claims{table-layout:fixed}
table.claims th:nth-child(1){width:44%}table.claims th:nth-child(2){width:8rem}
.verdict{white-space:nowrap;font-weight:600}
.holds{color:var(--good)}.fails{color:var(--bad)}.open{color:var(--faint)}
figure{margin:.6rem 0;overflow-x:auto}figure svg{width:100%;height:auto;display:block}
ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;
margin:.3rem 0 .6rem;padding:0;font-size:.88rem}
ul.legend svg{vertical-align:middle;margin-right:.4rem}
.whisker{vertical-align:middle}
.note{background:var(--panel);border-left:3px solid var(--line);
padding:.5rem .8rem;margin:.8rem 0;font-size:.92rem}
code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
overflow-wrap:anywhere}
details{margin:.6rem 0}summary{cursor:pointer}
@media (max-width:40rem){table.claims,table.claims tbody,table.claims tr,
table.claims td{display:block}table.claims thead{display:none}
table.claims td{border:0;padding:0}table.claims tr{padding:.5rem 0;
border-bottom:1px solid var(--line)}
figure svg{min-width:36rem}body{font-size:15px}h1{font-size:1.4rem}}`;

/** The style sheet. */
export function styleSheet(): string {
  const colours = (side: 0 | 1) =>
    ARMS.map((_, i) => `--arm-${i}:${COLOURS[i % COLOURS.length][side]};`)
      .join("");
  return `
:root{color-scheme:light dark;--ground:#fff;--text:#1c2128;--faint:#57606a;
--line:#d8dee4;--panel:#f6f8fa;--good:#116329;--bad:#a40e26;${colours(0)}}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--text:#e6eaf0;
--faint:#9aa4b1;--line:#303842;--panel:#1a2029;--good:#5fd08a;--bad:#ff8a8a;${
    colours(1)
  }}}
${RULES}
`.trim();
}
