// SPDX-License-Identifier: Apache-2.0
// How the HTML report looks, by day and by night.
#pragma once

namespace bench {

inline constexpr const char* html_style = R"(
:root { color-scheme: light dark;
  --page: #fcfcfb; --ink: #1c1d1f; --soft: #5d6168; --rule: #dcddd9; --panel: #f4f4f1;
  --ahead: #e6f2ea; --behind: #fbe9e4; --warn: #8a4b00;
  --covey: #c2185b; --tbb: #1663b8; --openmp: #b45309; --stdpar: #0b7a66; --async: #6f42c1;
  --asio: #66750a; --rayon: #7c4a2d; --errgroup: #00809c; --serial: #6b7280; --other: #3f3f46; }
@media (prefers-color-scheme: dark) { :root {
  --page: #16181b; --ink: #e7e8ea; --soft: #a2a8b0; --rule: #34383e; --panel: #1e2125;
  --ahead: #16291e; --behind: #351f1a; --warn: #f0b35e;
  --covey: #ff6fa5; --tbb: #6cb0ff; --openmp: #f6a04d; --stdpar: #48cdb3; --async: #b598ff;
  --asio: #c3d145; --rayon: #d6a37c; --errgroup: #55cdea; --serial: #a2a8b0; --other: #d0d2d6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 3rem 0 .4rem; padding-top: 1rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: .95rem; margin: 1.4rem 0 .2rem; font-weight: 600; }
p, li { max-width: 46rem; }
p.sub, .soft { color: var(--soft); }
p.sub { margin-top: 0; }
p.warn { color: var(--warn); font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: 1rem 0; font-size: .92rem; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .2em; }
ul.said { padding-left: 1.2rem; }
details { background: var(--panel); border-radius: .5rem; padding: .6rem .9rem; margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0 0;
  font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
.plots .wide { grid-column: 1 / -1; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .85rem; margin: .3rem 0; padding: 0;
  list-style: none; }
.legend li { display: flex; align-items: center; gap: .3rem; }
.scroll { overflow-x: auto; margin: .6rem 0 0; }
table { border-collapse: separate; border-spacing: 0; font-size: .84rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
tbody th { color: inherit; font-weight: 400; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); padding-left: 0; }
tr.strong th, tr.strong td { font-weight: 650; }
tr.covey th:first-child { color: var(--covey); }
svg { display: block; overflow: visible; font-size: 12.5px; }
svg.key { display: inline-block; flex: none; }
text { fill: var(--ink); } text.tick { fill: var(--soft); font-size: 11px; }
text.end { text-anchor: end; } text.middle { text-anchor: middle; } text.strong { font-weight: 650; }
text.number { font-variant-numeric: tabular-nums; }
line.grid { stroke: var(--rule); } line.rule { stroke: var(--soft); stroke-opacity: .5; }
line.one { stroke: var(--covey); stroke-width: 2; } line.whisker { stroke: var(--is); stroke-width: 2; stroke-opacity: .55; }
line.ideal { stroke: var(--soft); stroke-dasharray: 4 4; } line.curve { stroke-width: 2; stroke: var(--is); }
rect.ahead { fill: var(--ahead); } rect.behind { fill: var(--behind); }
path.mark { fill: var(--is); stroke: var(--page); stroke-width: 1; }
.f-covey { --is: var(--covey); } .f-tbb { --is: var(--tbb); } .f-openmp { --is: var(--openmp); }
.f-stdpar { --is: var(--stdpar); } .f-async { --is: var(--async); } .f-asio { --is: var(--asio); }
.f-rayon { --is: var(--rayon); } .f-errgroup { --is: var(--errgroup); } .f-serial { --is: var(--serial); }
.f-other { --is: var(--other); }
.sides { display: flex; justify-content: space-between; font-size: .8rem; color: var(--soft);
  margin: 0 3% 0 30%; max-width: none; }
@media print { details { break-inside: avoid; } .scroll { overflow: visible; } }
)";

}  // namespace bench
