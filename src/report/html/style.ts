import { PARTS_STYLE } from './style-parts.ts';

/**
 * The page's only style sheet: the content security policy names its hash. Tokens and sizes as the design states them. `foot`
 * stands at the foot of each printed sheet, beside its number.
 */
export function pageStyle(foot: string): string {
  const words = foot.replace(/[^A-Za-z0-9 ,.-]/g, '');
  return `${BASE}${PARTS_STYLE}@media print{@page{@bottom-left{content:"${words}"}@bottom-right{content:counter(page) " / " counter(pages)}}}\n`;
}

const BASE = `
:root{
 --bg:#f7f7f5;--surface:#fff;--sunk:#f1f1ee;--ink:#1a1c1f;--ink-2:#4a4f57;--ink-3:#646a73;--line:#dcddda;--line-2:#b9bbb8;--ctl:#858a91;
 --crit:#b3261e;--high:#a8480a;--med:#7d5a00;--low:#4a5568;
 --sans:"Segoe UI","Helvetica Neue",Arial,sans-serif;--mono:"Cascadia Mono",Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;
 color-scheme:light}
@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){
 --bg:#131517;--surface:#1a1d20;--sunk:#212529;--ink:#eceded;--ink-2:#c2c6cb;--ink-3:#9ba1a9;--line:#31363b;--line-2:#545a61;--ctl:#7d848c;
 --crit:#ff8b82;--high:#f5a55f;--med:#dcbb55;--low:#a9b3c1;color-scheme:dark}}
:root[data-theme="dark"]{
 --bg:#131517;--surface:#1a1d20;--sunk:#212529;--ink:#eceded;--ink-2:#c2c6cb;--ink-3:#9ba1a9;--line:#31363b;--line-2:#545a61;--ctl:#7d848c;
 --crit:#ff8b82;--high:#f5a55f;--med:#dcbb55;--low:#a9b3c1;color-scheme:dark}
@media print{:root,:root[data-theme="dark"],:root:not([data-theme="light"]){
 --bg:#fff;--surface:#fff;--sunk:#f4f4f2;--ink:#111;--ink-2:#3c4046;--ink-3:#565b63;--line:#cfd0cd;--line-2:#9fa19e;--ctl:#9fa19e;
 --crit:#9d1f18;--high:#8f3d08;--med:#6a4c00;--low:#3d4654;color-scheme:light}}
*{box-sizing:border-box}
html{font:14px/1.5 var(--sans);color:var(--ink);background:var(--bg);-webkit-text-size-adjust:100%;scroll-padding-top:56px}
body{margin:0}
h1,h2,h3,h4,p,dl,dd,ol,ul,pre,figure,table{margin:0;padding:0}
ol,ul{list-style:none}
.mono{overflow-wrap:anywhere}
code,pre,.mono{font-family:var(--mono);font-size:12.5px;line-height:1.5;font-variant-ligatures:none}
a{color:inherit;text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:3px}
button,input{font:inherit;color:inherit}
:focus-visible{outline:2px solid var(--ink);outline-offset:2px;border-radius:3px}
.num{font-variant-numeric:tabular-nums}.nb{white-space:nowrap}
.note,.sum,.muted,.edge,.ticks{overflow-wrap:anywhere}
.muted{color:var(--ink-3)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px;top:8px;background:var(--surface);padding:6px 12px;z-index:9}.skip:focus{left:32px}
.wrap{max-width:1216px;margin:0 auto;padding:0 32px}
.bar{position:sticky;top:0;z-index:5;background:var(--bg);border-bottom:1px solid var(--line)}
.bar .wrap{display:flex;align-items:center;gap:20px;height:44px;font-size:13px}
.bar b{font-weight:600;white-space:nowrap}.bar nav{display:flex;gap:16px;margin-left:8px;min-width:0;overflow-x:auto}
.bar nav a{color:var(--ink-2);text-decoration:none;white-space:nowrap;padding:12px 0}.bar nav a:hover{color:var(--ink);text-decoration:underline}
.bar .acts{margin-left:auto;display:flex;gap:4px}
.btn{background:none;border:1px solid transparent;border-radius:4px;padding:4px 10px;min-height:28px;cursor:pointer;color:var(--ink-2);font-size:13px;white-space:nowrap}
.btn:hover{border-color:var(--ctl);color:var(--ink)}
.top{padding:40px 0 28px}
.eyebrow{display:flex;flex-wrap:wrap;gap:6px 16px;align-items:baseline;font-size:13px;color:var(--ink-3);margin-bottom:14px}
.sev{font-size:12px;font-weight:600;color:var(--ink-3);white-space:nowrap}
.sev.critical{color:var(--crit)}.sev.high{color:var(--high)}.sev.medium{color:var(--med)}.sev.low{color:var(--low)}
.sev.critical::before{content:"\\25A0\\A0"}.sev.high::before{content:"\\25B2\\A0"}.sev.medium::before{content:"\\25CF\\A0"}.sev.low::before{content:"\\25CB\\A0"}.sev.informational::before{content:"\\B7\\A0"}
.eyebrow .sev{font-size:13px}
h1{font-size:30px;line-height:1.27;font-weight:600;letter-spacing:-.012em;max-width:29em;text-wrap:pretty;overflow-wrap:anywhere}
.lede{margin-top:14px;max-width:62em;font-size:16px;line-height:1.55;color:var(--ink-2);overflow-wrap:anywhere}.lede b{color:var(--ink);font-weight:600}
.facts{display:grid;grid-template-columns:repeat(4,1fr);border-top:1px solid var(--line);margin-top:28px}
.facts>div{padding:12px 20px 14px 0;border-bottom:1px solid var(--line);min-width:0;overflow-wrap:anywhere}
.facts dt{font-size:12px;color:var(--ink-3)}.facts dd{font-size:14px;margin-top:2px}.facts dd b{font-weight:600}
section{padding:32px 0 8px;scroll-margin-top:44px}
h2{font-size:18px;font-weight:600;letter-spacing:-.005em;margin-bottom:4px}
.note{color:var(--ink-3);font-size:13px;margin-bottom:16px;max-width:66em;text-wrap:pretty}
/* one subscription */
.dos{border-top:1px solid var(--line-2);scroll-margin-top:44px}.dos:last-of-type{border-bottom:1px solid var(--line-2)}
.dos>summary{display:grid;grid-template-columns:112px minmax(0,1fr) 152px;gap:0 16px;align-items:baseline;padding:12px 0;cursor:pointer;list-style:none}
.dos>summary::-webkit-details-marker,.ev>summary::-webkit-details-marker{display:none}
.dos>summary:hover{background:var(--sunk)}
.dos>summary h3{font-size:14px;font-weight:600;line-height:1.4;overflow-wrap:anywhere}.dos[open]>summary h3{font-size:16px}
.dos>summary .x{overflow-wrap:anywhere;text-align:right;font-size:12px;color:var(--ink-3)}
.dos .in{padding:4px 0 28px}
.dos h4{font-size:14px;font-weight:600;margin:24px 0 8px}
/* tables */
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-bottom:1px solid var(--line)}
thead th{font-size:12px;font-weight:400;color:var(--ink-3);padding:6px 16px 6px 0}
td:last-child,th:last-child{padding-right:0}
tbody th{font-weight:600;overflow-wrap:anywhere}tbody th.code{white-space:nowrap}td{overflow-wrap:anywhere}
td.r,th.r{text-align:right}td.t,th.t{white-space:nowrap}
pre.code+table,pre.code+.scroll{margin-top:10px}
tfoot td,tfoot th{font-weight:600;border-bottom:0}
.refs a{font-size:12px;color:var(--ink-3);padding:2px 0;display:inline-block;min-width:24px;min-height:24px;text-align:center}
.scroll{overflow-x:auto;position:relative}
/* evidence */
.tools{display:flex;gap:8px;align-items:center;margin-bottom:8px;flex-wrap:wrap}
.tools input{border:1px solid var(--ctl);border-radius:4px;background:var(--surface);padding:5px 10px;width:280px;font-size:13px}
.tools .btn{border-color:var(--ctl)}.tools .hint{font-size:12px;color:var(--ink-3);margin-left:auto}
kbd{font:12px var(--mono);border:1px solid var(--line-2);border-radius:3px;padding:0 4px}
.evs{border-top:1px solid var(--line)}
.ev{border-bottom:1px solid var(--line);scroll-margin-top:52px;content-visibility:auto;contain-intrinsic-size:auto 40px}.ev[hidden],[hidden]{display:none!important}
.ev>summary{display:grid;grid-template-columns:44px 108px 132px 120px minmax(0,1fr) 84px;gap:0 12px;align-items:baseline;padding:9px 0;cursor:pointer;list-style:none;font-size:14px}
.days .ev>summary{grid-template-columns:44px 184px 132px 120px minmax(0,1fr) 84px}
.ev>summary:hover,.ev[open]>summary{background:var(--sunk)}
.ev .n{color:var(--ink-3);padding-left:10px;position:relative}.ev .n::before{content:"";position:absolute;left:-2px;top:7px;border:4px solid transparent;border-left-color:var(--ink-3)}
.ev[open] .n::before{transform:rotate(90deg);left:-4px;top:8px}
.ev .h{font-weight:600;font-size:13px;overflow-wrap:anywhere}.ev .l{color:var(--ink-3);font-size:13px}.ev .s{overflow-wrap:anywhere}.ev .o{color:var(--ink-3);font-size:12px;white-space:nowrap}.ev .d{display:block;color:var(--ink-2);font-size:12px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.ev .x{text-align:right}
.rec{padding:8px 0 16px 44px;scroll-margin-top:100px}
.kv>div{display:grid;grid-template-columns:196px minmax(0,1fr);gap:16px;padding:2px 0}.kv dt{color:var(--ink-3);overflow-wrap:anywhere}.kv dd{overflow-wrap:anywhere;white-space:pre-wrap}
.src{font-size:12px;color:var(--ink-3);margin-top:10px;overflow-wrap:anywhere}.src .mono{font-size:12px}
footer{border-top:1px solid var(--line-2);margin-top:40px;padding:24px 0 56px;font-size:13px}
footer .cols{display:grid;grid-template-columns:1fr 1fr;gap:8px 48px;margin:10px 0 20px}
footer .cols div{display:grid;grid-template-columns:132px minmax(0,1fr);gap:12px}footer dt{color:var(--ink-3)}footer dd{overflow-wrap:anywhere}
footer .mono{font-size:12px}footer td.mono{overflow-wrap:anywhere;min-width:16em}
footer details{margin-top:12px}footer details>summary{cursor:pointer}
.sum{margin-top:14px;font-size:14px;max-width:66em;overflow-wrap:anywhere}
`;
