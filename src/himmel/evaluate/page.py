"""The frame of a report: its style, light and dark, and the few lines of script for films."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class=skip href="#main">to the figures</a>
<header><h1>{title}</h1><nav aria-label="contents">{contents}</nav></header>
<main id=main>
{sections}
</main>
{script}
</body>
</html>
"""

STYLE = """
:root { --back: #fdfdfc; --ink: #1c1e21; --soft: #5c6168; --line: #d9dbde; --dot: #1857b8;
  --bar: #7ba3dd; --top: #b45309; }
@media (prefers-color-scheme: dark) { :root { --back: #16181b; --ink: #e8e9eb; --soft: #a3a8af;
  --line: #363a40; --dot: #8ab4f8; --bar: #4a6fa5; --top: #f0a95c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { margin: 2.5rem 0 .25rem; } h3 { margin: 1.5rem 0 0; }
a { color: var(--dot); } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; }
:focus-visible { outline: 3px solid var(--dot); outline-offset: 2px; }
.about, figcaption, caption { color: var(--soft); font-size: .875rem; text-align: left; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; max-width: 48rem; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .name { text-anchor: end; }
svg .axis { text-anchor: middle; fill: var(--soft); } svg .grid { stroke: var(--line); }
svg .interval { stroke: var(--bar); stroke-width: 5; stroke-linecap: round; }
svg .ceiling { stroke: var(--top); stroke-width: 3; } svg .value { fill: var(--dot); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; width: 100%; }
th, td { padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); text-align: left;
  font-variant-numeric: tabular-nums; font-weight: normal; white-space: nowrap; }
thead th { font-weight: 600; }
.films { display: flex; flex-wrap: wrap; gap: 1.5rem; } .films figure { margin: .5rem 0; width: 20rem; }
video { width: 100%; image-rendering: auto; background: #000; border-radius: 4px; display: block; }
.sheet { display: flex; gap: 2px; margin-top: 4px; min-height: 1rem; }
.sheet canvas { flex: 1; min-width: 0; }
button { font: inherit; padding: .4rem 1rem; color: inherit; background: none;
  border: 1px solid var(--soft); border-radius: 4px; cursor: pointer; }
"""

# Sheets are drawn from the films when these are loaded, so no frame leaves without its film's seal.
SCRIPT = """<script>
const FRAMES = 5, films = [...document.querySelectorAll('video')];
const seek = (film, time) => new Promise(done => {
  film.addEventListener('seeked', done, {once: true}); film.currentTime = time; });
async function sheet(film) {
  const row = film.nextElementSibling;
  for (let i = 0; i < FRAMES; i++) {
    await seek(film, (film.duration - 0.07) * i / (FRAMES - 1) + 0.001);
    const cell = document.createElement('canvas');
    cell.width = film.videoWidth; cell.height = film.videoHeight;
    cell.getContext('2d').drawImage(film, 0, 0); row.append(cell);
  }
  await seek(film, 0);
}
const ready = film => film.readyState > 1 ? Promise.resolve() :
  new Promise(done => film.addEventListener('loadeddata', done, {once: true}));
(async () => { for (const film of films) { await ready(film); await sheet(film); } })();
const play = document.getElementById('play');
play.addEventListener('click', () => {
  const start = films.every(film => film.paused);
  films.forEach(film => start ? film.play() : film.pause());
  play.textContent = start ? 'Pause all' : 'Play all';
});
</script>"""
