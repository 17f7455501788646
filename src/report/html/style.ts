/** The page's only style sheet: the content security policy names its hash. Tokens and sizes as the design states them. */
export const STYLE = `
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
.dos>summary::-webkit-details-marker,.ev summary::-webkit-details-marker{display:none}
.dos>summary:hover{background:var(--sunk)}
.dos>summary h3{font-size:14px;font-weight:600;line-height:1.4;overflow-wrap:anywhere}.dos[open]>summary h3{font-size:16px}
.dos>summary .x{text-align:right;font-size:12px;color:var(--ink-3)}
.dos .in{padding:4px 0 28px}
.dos h4{font-size:14px;font-weight:600;margin:24px 0 8px}
.hop{display:grid;grid-template-columns:minmax(0,1fr);align-items:stretch}.hop.from{grid-template-columns:196px 148px minmax(0,1fr)}
.host{border:1px solid var(--line-2);border-radius:6px;background:var(--surface);padding:14px 16px;align-self:center;min-width:0;overflow-wrap:anywhere}
.dos .host h4{font-size:16px;font-weight:600;margin:0}.host .role{font-size:12px;color:var(--ink-3);margin-bottom:8px}
.host p{font-size:13px;line-height:1.45}.host.poss{border-style:dashed}
.edge{align-self:center;text-align:center;font-size:12px;line-height:1.35;color:var(--ink-2);padding:0 8px;overflow-wrap:anywhere}
.edge svg{display:block;width:100%;height:14px;margin:6px 0;overflow:visible}
.edge line{stroke:var(--ink-2);stroke-width:1.5}.edge path{fill:var(--ink-2)}.edge.poss line{stroke-dasharray:4 4}.edge b{color:var(--ink);font-weight:600}
.host.target{align-self:stretch;padding:0;display:flex;flex-direction:column}
.host.target>header{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;padding:12px 16px;border-bottom:1px solid var(--line)}.host.target>header .role{margin:0}
.host.target>header .st{margin-left:auto;font-size:13px;font-weight:600}
.triad{display:grid;grid-template-columns:minmax(0,1fr) 76px minmax(0,1.12fr);padding:16px;flex:1}
.triad.apart .glue line{stroke-dasharray:4 4}
.part .lab{font-size:12px;color:var(--ink-3)}.part .nm{font-weight:600;font-size:14px}.part p{font-size:13px;line-height:1.45;margin-top:6px}
pre.code{margin-top:8px;padding:8px 10px;background:var(--sunk);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;line-height:1.5;max-height:30em;overflow:auto}
.glue{text-align:center;font-size:12px;color:var(--ink-2);padding-top:16px}.glue svg{width:44px;height:14px;display:block;margin:4px auto}
.glue line{stroke:var(--ink-2);stroke-width:1.5}.glue path{fill:var(--ink-2)}
.ran{border-top:1px solid var(--line);padding:12px 16px;font-size:13px;display:flex;flex-wrap:wrap;gap:2px 14px}.ran b{font-weight:600}
/* time */
.lanes{display:grid;grid-template-columns:104px minmax(0,1fr);border-top:1px solid var(--line)}
.lanes .names div{height:48px;display:flex;align-items:center;font-size:13px;border-bottom:1px solid var(--line);color:var(--ink-2)}
.lanes .names div:last-child{height:42px;border:0;align-items:flex-start;padding-top:5px;font-size:12px;color:var(--ink-3)}
.lanes-svg{display:block;overflow:visible}
.gl{stroke:var(--line)}.brk{fill:var(--bg)}.bt{font-size:12px;fill:var(--ink-3)}.tk{stroke:var(--line-2)}
.ax{font:12px var(--sans);fill:var(--ink-3);font-variant-numeric:tabular-nums}
.mk circle,.mk rect{fill:var(--surface);stroke:var(--ink-2);stroke-width:1.5}.mk text{font-size:12px;font-weight:600;fill:var(--ink)}a.mk{text-decoration:none}
.mk.inf circle,.mk.inf rect{stroke-dasharray:3 3}.mk.key circle,.mk.key rect{fill:var(--ink-2)}.mk.key text{fill:var(--surface)}
.mk:hover circle,.mk:hover rect{stroke:var(--ink);stroke-width:2.5}
.cap{font-size:12px;fill:var(--ink-2);paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:12px;color:var(--ink-3);margin-top:8px}.legend svg{vertical-align:-3px;margin-right:6px}
/* tables */
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-bottom:1px solid var(--line)}
thead th{font-size:12px;font-weight:400;color:var(--ink-3);padding:6px 16px 6px 0}
td:last-child,th:last-child{padding-right:0}
tbody th{font-weight:600;overflow-wrap:anywhere}tbody th.code{white-space:nowrap}td{overflow-wrap:anywhere}
td.r,th.r{text-align:right}td.t,th.t{white-space:nowrap}
pre.code+table,pre.code+.scroll{margin-top:10px}
tfoot td,tfoot th{font-weight:600;border-bottom:0}
.refs a{font-size:12px;color:var(--ink-3);padding:2px 0;display:inline-block;min-width:26px;min-height:24px}
.scroll{overflow-x:auto;position:relative}
/* evidence */
.tools{display:flex;gap:8px;align-items:center;margin-bottom:8px;flex-wrap:wrap}
.tools input{border:1px solid var(--ctl);border-radius:4px;background:var(--surface);padding:5px 10px;width:280px;font-size:13px}
.tools .btn{border-color:var(--ctl)}.tools .hint{font-size:12px;color:var(--ink-3);margin-left:auto}
kbd{font:12px var(--mono);border:1px solid var(--line-2);border-radius:3px;padding:0 4px}
.evs{border-top:1px solid var(--line)}
.ev{border-bottom:1px solid var(--line);scroll-margin-top:52px}.ev[hidden]{display:none}
.ev summary{display:grid;grid-template-columns:44px 184px 128px 104px minmax(0,1fr) 108px;gap:0 12px;align-items:baseline;padding:9px 0;cursor:pointer;list-style:none;font-size:14px}
.ev summary:hover,.ev[open] summary,.ev:target summary{background:var(--sunk)}
.ev .n{color:var(--ink-3);padding-left:10px;position:relative}.ev .n::before{content:"";position:absolute;left:-2px;top:7px;border:4px solid transparent;border-left-color:var(--ink-3)}
.ev[open] .n::before{transform:rotate(90deg);left:-4px;top:8px}
.ev .h{font-weight:600;overflow-wrap:anywhere}.ev .l{color:var(--ink-3);font-size:13px}.ev .s{overflow-wrap:anywhere}.ev .x{text-align:right}
.rec{padding:8px 0 16px 44px}
.kv>div{display:grid;grid-template-columns:196px minmax(0,1fr);gap:16px;padding:2px 0}.kv dt{color:var(--ink-3);overflow-wrap:anywhere}.kv dd{overflow-wrap:anywhere;white-space:pre-wrap}
.src{font-size:12px;color:var(--ink-3);margin-top:10px;overflow-wrap:anywhere}.src .mono{font-size:12px}
footer{border-top:1px solid var(--line-2);margin-top:40px;padding:24px 0 56px;font-size:13px}
footer .cols{display:grid;grid-template-columns:1fr 1fr;gap:8px 48px;margin:10px 0 20px}
footer .cols div{display:grid;grid-template-columns:132px minmax(0,1fr);gap:12px}footer dt{color:var(--ink-3)}footer dd{overflow-wrap:anywhere}
footer .mono{font-size:12px}footer td.mono{overflow-wrap:anywhere;min-width:16em}
footer details{margin-top:12px}footer details>summary{cursor:pointer}
.sum{margin-top:14px;font-size:14px;max-width:66em;overflow-wrap:anywhere}
@media (max-width:1160px){
 .hop.from{grid-template-columns:minmax(0,1fr)}
 .edge{display:grid;grid-template-columns:44px minmax(0,1fr);text-align:left;align-items:center;padding:6px 8px;column-gap:8px}
 .edge svg{grid-row:1/3;width:44px;height:40px;margin:0}.edge .hz{display:none}.edge .vt{display:block}
 .facts{grid-template-columns:repeat(2,1fr)}.cap{display:none}
}
@media (min-width:1161px){.edge .vt{display:none}}
@media (max-width:1000px){
 .ev summary{grid-template-columns:44px 184px 120px minmax(0,1fr) 108px}.ev .l{display:none}
 .wrap{padding:0 28px}h1{font-size:26px}footer .cols{grid-template-columns:1fr}.tools .hint{margin-left:0}
}
@media (max-width:640px){
 .wrap{padding:0 16px}.facts,.triad{grid-template-columns:minmax(0,1fr)}.bar nav{display:none}
 .ev summary{grid-template-columns:40px minmax(0,1fr) auto}.ev .h,.ev .l{display:none}.ev .s{grid-column:2/4}
 .kv>div{grid-template-columns:minmax(0,1fr);gap:0}.rec{padding-left:12px}.dos>summary{grid-template-columns:minmax(0,1fr)}.dos>summary .x{text-align:left}
 .lanes{display:none}.scroll table{min-width:620px}.src .mono,.sum .mono{overflow-wrap:anywhere}footer .cols div{grid-template-columns:minmax(0,1fr);gap:0}
}
@media (prefers-reduced-motion:reduce){*{scroll-behavior:auto!important;transition:none!important}}
@media (prefers-contrast:more){:root{--line:var(--ctl);--line-2:var(--ink-3);--ink-3:var(--ink-2)}}
@media (forced-colors:active){.mk circle,.mk rect{forced-color-adjust:auto}.host,.btn{border-color:CanvasText}}
@media print{
 tfoot{display:table-row-group}.refs a{min-height:0;min-width:18px}.self{display:none}
 @page{size:A4;margin:14mm 13mm 16mm}
 html{font-size:12px;background:#fff}.wrap{max-width:none;padding:0}.bar,.tools,.skip{display:none}
 .top{padding:0 0 12px}h1{font-size:21px}.lede{font-size:13px}h2{font-size:15px;break-after:avoid}.note,.dos h4,.dos>summary{break-after:avoid}
 section{padding:18px 0 4px}.host,tr,.lanes{break-inside:avoid}.ev summary{break-after:avoid;font-size:12px;padding:5px 0;background:none!important;grid-template-columns:32px 150px 76px minmax(0,1fr) 80px}.ev .l{display:none}
 .rec{padding:2px 0 8px 32px}code,pre,.mono,.kv,pre.code{font-size:10px}pre.code{max-height:none;border:1px solid var(--line)}.kv>div{padding:0}
 .facts{grid-template-columns:repeat(4,1fr);margin-top:14px}.facts dd{font-size:12px}.facts>div{padding:7px 12px 8px 0}.sum{font-size:12px}.src,.src .mono{font-size:10px}
 .kv>div{break-inside:avoid;grid-template-columns:140px minmax(0,1fr);gap:8px}a{text-decoration:none}
 .hop.from{grid-template-columns:minmax(0,1fr)}.edge .hz{display:none}.edge{display:grid;grid-template-columns:44px minmax(0,1fr);text-align:left;padding:1px 8px;column-gap:8px}.edge .vt{display:block;grid-row:1/3;width:44px;height:30px;margin:0}
 .triad,.ran,.host.target>header{padding:9px 12px}.part p,.host p{font-size:12px}
 .ev .n::before{display:none}.ev .n{padding-left:0}.mk.key circle,.mk.key rect,.brk{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
