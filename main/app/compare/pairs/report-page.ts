/** One self-contained page: figures, plots over time, and the worst frames with a slider between before and after. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { pickFrames } from '../../../adapters/ffmpeg/compare/pick-frames.ts';
import { locateFfmpeg } from '../../../adapters/ffmpeg/locate.ts';
import type { PairRow } from './scores.ts';
import { drawPlot } from './report-plot.ts';

const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1a1f28,#e8ebf0);--soft:light-dark(#535d70,#a3adbd);--line:light-dark(#d4d9e1,#39414e);--card:light-dark(#fff,#1b2028);--accent:light-dark(#0c6e74,#53c3c9);--bad:light-dark(#b3261e,#ff8a80)}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1100px;padding:24px 16px 60px;color:var(--ink);background:light-dark(#f6f7f9,#12161c)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin:16px 0}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:0 0 8px;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse}th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child{text-align:left}
p,figcaption,text{color:var(--soft);fill:var(--soft);font-size:13px}figure{margin:12px 0}svg{width:100%;height:auto}path{fill:none;stroke:var(--accent);stroke-width:1.5}.grid{stroke:var(--line)}circle{fill:var(--bad)}
.pair{position:relative;overflow:hidden;border-radius:6px;background:#000;line-height:0}.pair img{width:100%;height:auto;image-rendering:auto}.pair img+img{position:absolute;inset:0;clip-path:inset(0 0 0 var(--at,50%))}
.pair::after{content:"";position:absolute;inset:0 auto 0 var(--at,50%);width:2px;background:#fff;mix-blend-mode:difference}input[type=range]{width:100%;accent-color:var(--accent)}`;

const SCRIPT = `for(const slider of document.querySelectorAll('input[type=range]'))slider.addEventListener('input',()=>slider.parentElement.querySelector('.pair').style.setProperty('--at',slider.value+'%'))`;

export async function makePairsPage(rows: readonly PairRow[]): Promise<string> {
  const sections = [];
  for (const row of rows) sections.push(await sectionOf(row));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tandem: comparison</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head>
<body><main><h1>Comparison</h1>${tableOf(rows)}${sections.join('\n')}
<p>PSNR-Y is the mean over the frames, an equal frame counting as 100 dB; “of mean MSE” is the PSNR of the mean squared error, as ffmpeg’s filter has it.
SSIM: gaussian 11x11, sigma 1.5, windows that lie inside. Luma of pictures is BT.601 and not rounded; clips are compared as they are decoded.</p></main>
<script>${SCRIPT}</script></body></html>\n`;
}

function tableOf(rows: readonly PairRow[]): string {
  const head = ['Candidate', 'Size', 'Frames', 'PSNR-Y', 'of mean MSE', 'PSNR-RGB', 'SSIM-Y', 'MS-SSIM-Y', 'VMAF'];
  const number = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));
  const body = rows.map((row) =>
    [
      `<th scope="row">${escape(basename(row.candidate))}</th>`,
      ...[
        ...[`${row.width}×${row.height}`, String(row.frames), `${row.psnrY.toFixed(3)} dB`],
        ...[number(row.planes[0]!.psnrOfMeanError, 3), number(row.psnrRgb, 3), row.ssimY.toFixed(5)],
        ...[number(row.msSsimY, 5), number(row.vmaf, 2)],
      ].map((cell) => `<td>${cell}</td>`),
    ].join(''),
  );
  return `<section><div class="scroll" tabindex="0" role="group" aria-label="Figures"><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>
<tbody>${body.map((cells) => `<tr>${cells}</tr>`).join('\n')}</tbody></table></div></section>`;
}

async function sectionOf(row: PairRow): Promise<string> {
  const { scores, worst, aligned } = row;
  const plots =
    row.kind === 'image'
      ? ''
      : drawPlot({ title: 'PSNR-Y, dB', values: scores.map(({ psnrY }) => psnrY), digits: 2, marks: worst }) +
        drawPlot({ title: 'SSIM-Y', values: scores.map(({ ssimY }) => ssimY), digits: 4, marks: worst });
  const planes = row.planes.map(({ plane, psnr }) => `${plane.toUpperCase()} ${psnr.toFixed(2)} dB`).join(', ');
  const notes = [`${row.pixelFormat}; planes: ${planes}`, ...aligned].map((note) => `<p>${escape(note)}</p>`).join('');
  return `<section><h2>${escape(basename(row.candidate))} against ${escape(basename(row.reference))}</h2>${notes}${plots}${await worstOf(row)}</section>`;
}

async function worstOf(row: PairRow): Promise<string> {
  if (row.worst.length === 0) return '';
  const numbers = row.kind === 'image' ? [0] : [...row.worst].sort((a, b) => a - b);
  const [before, after] =
    row.kind === 'image' ? [[await toPng(row.reference)], [await toPng(row.candidate)]] : await framesOf(row, numbers);
  const pairs = row.worst.map((frame) => {
    const at = numbers.indexOf(frame);
    const score = row.scores[frame]!;
    const db =
      score.psnrY === null
        ? 'nothing differs'
        : `PSNR-Y ${score.psnrY.toFixed(2)} dB, SSIM-Y ${score.ssimY.toFixed(4)}`;
    const name = row.kind === 'image' ? 'Picture' : `Frame ${frame}`;
    const img = (bytes: Uint8Array, what: string): string =>
      `<img src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}" alt="${name}, ${what}">`;
    return `<figure><figcaption>${name}: ${db}. Left the reference, right the candidate.</figcaption>
<div class="pair">${img(before[at]!, 'reference')}${img(after[at]!, 'candidate')}</div>
<input type="range" min="0" max="100" value="50" aria-label="How much of the reference is shown, ${name.toLowerCase()}"></figure>`;
  });
  return pairs.join('\n');
}

async function framesOf(row: PairRow, numbers: readonly number[]): Promise<[Uint8Array[], Uint8Array[]]> {
  const tools = await locateFfmpeg();
  return [
    await pickFrames(tools, row.reference, [], numbers),
    await pickFrames(tools, row.candidate, row.filters, numbers),
  ];
}

/** What every browser shows, whatever the file was. */
async function toPng(path: string): Promise<Uint8Array> {
  return sharp(await readFile(path), { ignoreIcc: true, autoOrient: false })
    .png()
    .toBuffer();
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
