#include "app/pictures/report_page.hpp"

namespace downhill::app {

const std::string_view report_style = R"css(
:root { color-scheme: light dark; --ink: #1b1b1b; --ground: #ffffff; --faint: #5c5c5c; --edge: #d8d8d8; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --ground: #15171a; --faint: #a8a8a8; --edge: #3a3d42; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.sentence { font-size: 1.1rem; max-width: 60rem; }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; }
.chart { border: 1px solid var(--edge); border-radius: 6px; min-height: 26rem; min-width: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
pre { border: 1px solid var(--edge); border-radius: 6px; padding: .8rem; overflow-x: auto; white-space: pre-wrap; }
)css";

const std::string_view report_script = R"js(
'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const ink = dark ? '#ececec' : '#1b1b1b', edge = dark ? '#3a3d42' : '#d8d8d8';
// Black of the data is the ink of the page.
const shown = color => color === '#000000' ? ink : color;
const axis = a => ({
  title: {text: escaped(a.label)}, type: a.scale === 'logarithmic' ? 'log' : 'linear', exponentformat: 'power',
  gridcolor: edge, zeroline: false, linecolor: edge, ...(a.range ? {range: a.range} : {}) });
function escaped(text) { return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'); }
function traces(series, onColors) {
  const base = {x: series.x, y: series.y, name: escaped(series.name), showlegend: series.name !== '', type: 'scatter'};
  const color = shown(series.color);
  switch (series.kind) {
    case 'line': return [{...base, mode: 'lines', line: {color, width: 2}}];
    case 'line_points': return [{...base, mode: 'lines+markers', line: {color, width: 2}, marker: {color, size: 5}}];
    case 'points': return [{...base, mode: 'markers', marker: {color, size: 6}}];
    case 'path': return [
      {...base, mode: 'lines', line: {color: '#000000', width: 5}, showlegend: false, hoverinfo: 'skip'},
      {...base, mode: 'lines+markers', line: {color: onColors ? '#ffffff' : color, width: 2.4},
        marker: {size: 4, color: onColors ? '#ffffff' : color, line: {color: '#000000', width: 1}},
        text: series.x.map((_, k) => 'point ' + k), hovertemplate: '%{text}: %{x:.6g}, %{y:.6g}<extra></extra>'}];
    case 'band': return [
      {...base, mode: 'lines', line: {width: 0}, showlegend: false, hoverinfo: 'skip'},
      {...base, y: series.high, mode: 'lines', line: {width: 0}, fill: 'tonexty', fillcolor: series.color + '38', hoverinfo: 'skip'}];
    case 'impulses': return [
      {...base, mode: 'markers', marker: {color, size: 6}, error_y: {type: 'data', symmetric: false, width: 0, thickness: 2,
        array: series.y.map(v => Math.max(-v, 0)), arrayminus: series.y.map(v => Math.max(v, 0))}}];
    case 'start': return [{...base, mode: 'markers', marker: {symbol: 'circle', size: 11, color: '#ffffff', line: {color: '#000000', width: 2}}}];
    case 'end': return [{...base, mode: 'markers', marker: {symbol: 'diamond', size: 12, color: '#ff8c1a', line: {color: '#000000', width: 1.5}}}];
    case 'lowest': return [{...base, mode: 'markers', marker: {symbol: 'x', size: 9, color: '#ffffff', line: {color: '#000000', width: 1.5}}}];
  }
  return [];
}
const bare = {bgcolor: 'rgba(0,0,0,0)', color: dark ? '#a8a8a8' : '#8a8a8a', activecolor: ink};
const layout = chart => ({
  modebar: bare,
  title: {text: escaped(chart.title), font: {size: 15}}, xaxis: axis(chart.x), yaxis: axis(chart.y), paper_bgcolor: 'rgba(0,0,0,0)',
  plot_bgcolor: 'rgba(0,0,0,0)', font: {color: ink}, margin: {l: 70, r: 20, t: chart.title ? 45 : 20, b: 55}, autosize: true,
  legend: {orientation: 'h', y: -0.2} });
const scaleOf = heat => heat.colors.map((color, k) => [k / (heat.colors.length - 1), color]);
const bar = heat => ({
  title: {text: escaped(heat.label), side: 'right'}, tickvals: heat.ticks.map(t => t.place), ticktext: heat.ticks.map(t => t.text), thickness: 14 });
// The height of the coloured surface at a place, for what lies on it.
function height(heat, s, t) {
  const at = (list, v) => Math.min(Math.max((v - list[0]) / (list[list.length - 1] - list[0]), 0), 1) * (list.length - 1);
  const i = at(heat.s, s), j = at(heat.t, t), i0 = Math.min(Math.floor(i), heat.s.length - 2), j0 = Math.min(Math.floor(j), heat.t.length - 2);
  const p = heat.places, a = i - i0, b = j - j0;
  return (1 - b) * ((1 - a) * p[j0][i0] + a * p[j0][i0 + 1]) + b * ((1 - a) * p[j0 + 1][i0] + a * p[j0 + 1][i0 + 1]);
}
function flat(chart) {
  const heat = chart.heat;
  return [
    {type: 'heatmap', x: heat.s, y: heat.t, z: heat.places, customdata: heat.values, zmin: 0, zmax: 1, colorscale: scaleOf(heat),
      colorbar: bar(heat), zsmooth: 'best', hovertemplate: 'f = %{customdata:.6g}<br>at %{x:.5g}, %{y:.5g}<extra></extra>'},
    ...heat.contours.map(c => ({type: 'scatter', mode: 'lines', x: c.s, y: c.t, hoverinfo: 'skip', showlegend: false,
      line: {width: 0.8, color: c.place < 0.6 ? 'rgba(255,255,255,.6)' : 'rgba(0,0,0,.5)'}})),
    ...chart.series.flatMap(s => traces(s, chart.series.filter(o => o.kind === 'path').length < 2))];
}
function surface(chart) {
  const heat = chart.heat;
  const inside = (s, t) => s >= heat.s[0] && s <= heat.s.at(-1) && t >= heat.t[0] && t <= heat.t.at(-1);
  const lines = chart.series.filter(s => s.kind === 'path').map(s => {
    const on = s.x.map((v, k) => inside(v, s.y[k]));
    const pick = list => list.map((v, k) => on[k] ? v : null);
    return {type: 'scatter3d', mode: 'lines+markers', name: escaped(s.name), showlegend: s.name !== '', x: pick(s.x), y: pick(s.y),
      z: s.x.map((v, k) => on[k] ? height(heat, v, s.y[k]) + 0.012 : null), line: {color: '#ff8c1a', width: 6}, marker: {color: '#000000', size: 2.5},
      hovertemplate: '%{x:.5g}, %{y:.5g}<extra></extra>'};
  });
  const three = a => ({title: {text: escaped(a.label)}, gridcolor: edge, color: ink});
  return [[
    {type: 'surface', x: heat.s, y: heat.t, z: heat.places, customdata: heat.values, surfacecolor: heat.places, cmin: 0, cmax: 1,
      colorscale: scaleOf(heat), showscale: false, contours: {z: {show: true, usecolormap: false, color: 'rgba(255,255,255,.45)', width: 1,
        start: 0, end: 1, size: 0.08}}, hovertemplate: 'f = %{customdata:.6g}<br>at %{x:.5g}, %{y:.5g}<extra></extra>'}, ...lines],
    {modebar: bare, paper_bgcolor: 'rgba(0,0,0,0)', font: {color: ink}, margin: {l: 0, r: 0, t: 10, b: 0}, autosize: true, legend: {orientation: 'h', y: 0},
      scene: {xaxis: three(chart.x), yaxis: three(chart.y), aspectratio: {x: 1, y: 1, z: 0.7}, camera: {eye: {x: -1.3, y: -1.5, z: 1.0}},
        zaxis: {...three({label: heat.label}), tickvals: heat.ticks.map(t => t.place), ticktext: heat.ticks.map(t => t.text)}}}];
}
function add(name, data, described) {
  const element = document.createElement('div');
  element.className = 'chart';
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', name);
  document.getElementById('charts').append(element);
  Plotly.newPlot(element, data, described, {responsive: true, displaylogo: false});
}
for (const chart of figure.columns.flat()) {
  if (chart.heat) {
    add('f by ' + chart.x.label + ' and ' + chart.y.label + ', as contours', flat(chart), layout(chart));
    add('f by ' + chart.x.label + ' and ' + chart.y.label + ', as a surface', ...surface(chart));
  } else {
    add(chart.title || chart.y.label + ' by ' + chart.x.label, chart.series.flatMap(s => traces(s, false)), layout(chart));
  }
}
)js";

}  // namespace downhill::app
