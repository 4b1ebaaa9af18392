/** The results page's look, light and dark. */
export const PAGE_STYLE = `
:root { --ink: #1b1f24; --soft: #66707c; --line: #e3e7ec; --paper: #fff; --accent: #0b6bcb; --warm: #d1661a; --pale: #9fc5ee; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebef; --soft: #9aa4b0; --line: #2f353d; --paper: #15181c; --accent: #5aa9f5; --warm: #f0944d; --pale: #35577a; }
}
body { margin: 32px auto; max-width: 720px; padding: 0 20px; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 22px; } h2 { font-size: 17px; margin-top: 36px; }
code { font-size: 12.5px; overflow-wrap: anywhere; }
.note { color: var(--warm); }
figure { margin: 14px 0; overflow-x: auto; } figcaption { font-size: 13px; color: var(--soft); }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
.tick { font-size: 11.5px; fill: var(--soft); } .label { font-size: 12.5px; fill: var(--ink); } .strong { font-weight: 600; }
.grid { stroke: var(--line); } .target { stroke: var(--warm); stroke-dasharray: 4 4; fill: none; }
.front { fill: none; stroke: var(--accent); stroke-width: 1.8; }
.dot { fill: var(--pale); } .best { fill: var(--accent); } .chosen { fill: var(--warm); stroke: var(--paper); stroke-width: 1.5; }
.box { fill: none; stroke: var(--accent); stroke-width: 1.4; } .box.wide { stroke: var(--warm); } .box.skip { stroke: var(--soft); stroke-dasharray: 4 3; }
.arrow { fill: none; stroke: var(--soft); stroke-width: 1.4; }
.empty { fill: var(--line); } .full { fill: var(--accent); }
table { border-collapse: collapse; font-size: 13.5px; } td, th { padding: 4px 14px 4px 0; text-align: left; border-bottom: 1px solid var(--line); }
`;
