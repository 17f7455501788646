import { PICTURE_STYLE } from '../drawing/picture-style.ts';

/** Styles of the pictures, links, steps, of narrow screens and of paper: the second half of the page's one style sheet. */
export const PARTS_STYLE: string = `
${PICTURE_STYLE}.pap{display:none}
/* next steps */
.steps{border-top:1px solid var(--line)}
.steps>li{display:grid;grid-template-columns:176px minmax(0,1fr) minmax(0,1.25fr);gap:8px 24px;padding:14px 0;border-bottom:1px solid var(--line)}
.ph{font-size:14px;font-weight:600}.ph+p{font-size:12px;color:var(--ink-3)}
.steps label{display:flex;gap:10px;font-size:14px;padding:2px 0;min-height:24px;overflow-wrap:anywhere}.steps input{width:16px;height:16px;margin:3px 0 0;accent-color:var(--ink-2);flex:none}
.cmd{position:relative}.cmd+.cmd{margin-top:8px}.cmd pre{background:var(--sunk);border-radius:4px;padding:8px 70px 8px 12px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;max-height:26em;overflow:auto}
.cmd .btn{position:absolute;right:6px;top:4px;font-size:12px;padding:2px 8px;background:var(--sunk)}
@media (max-width:1160px){
 .hop{flex-direction:column}.legs{align-items:stretch}.leg{flex-direction:column;align-items:stretch}
 .leg .host,.leg.on .host{flex:none;width:auto;display:grid;grid-template-columns:minmax(0,180px) minmax(0,1fr);gap:0 20px;align-items:baseline}
 .leg .hn,.leg .role{grid-column:1}.leg .role{margin-bottom:0}.leg .b{grid-column:2;grid-row:1/3}
 .leg .edge,.leg.on .edge{flex:none;width:auto;display:grid;grid-template-columns:44px minmax(0,1fr);text-align:left;align-items:center;padding:6px 8px;column-gap:8px}
 .edge svg{grid-row:1/3;width:44px;height:40px;margin:0}.edge .hz,.edge br{display:none}.edge .vt{display:block}
 .host.target{flex:none}
 .facts{grid-template-columns:repeat(2,1fr)}.cap{display:none}
 .steps>li{grid-template-columns:132px minmax(0,1fr)}.steps .cmds{grid-column:2}
}
@media (max-width:1000px){
 .ev>summary{grid-template-columns:44px 108px 132px minmax(0,1fr) 84px}.days .ev>summary{grid-template-columns:44px 184px 132px minmax(0,1fr) 84px}.ev .l{display:none}
 .wrap{padding:0 28px}h1{font-size:26px}footer .cols{grid-template-columns:1fr}.tools .hint{margin-left:0}
 .calc{width:130px}.ax.mn{display:none}
}
@media (max-width:640px){
 .wrap{padding:0 16px}.facts,.triad{grid-template-columns:minmax(0,1fr)}.bar nav{display:none}h1{font-size:21px}.lede{font-size:15px}
 .leg .host,.leg.on .host{display:block}.glue{padding:8px 0;text-align:left}.glue svg{display:none}
 .ev>summary,.days .ev>summary{grid-template-columns:40px minmax(0,1fr) auto}.ev .l{display:none}.ev .x{grid-row:1;grid-column:3}.ev .h,.ev .s{grid-column:2/4}
 .kv>div{grid-template-columns:minmax(0,1fr);gap:0}.rec{padding-left:12px}.dos>summary{grid-template-columns:minmax(0,1fr)}.dos>summary .x{text-align:left}
 .lanes,.legend{display:none}.lanes-none{display:block}.dos .scroll table,.twin .scroll table,footer .scroll table,#damage table,#tamper table,#others table{min-width:620px}.src .mono,.sum .mono{overflow-wrap:anywhere}footer .cols div{grid-template-columns:minmax(0,1fr);gap:0}
 .links,.links tbody{display:block}.dos .scroll table.links,.dos .scroll table.sums{min-width:0}.links thead{display:none}.links tr{display:grid;grid-template-columns:24px minmax(0,1fr) 56px;border-bottom:1px solid var(--line)}.links td,.links th{border:0;padding:4px 8px 4px 0}.links .claim{width:auto}.links td:nth-child(3),.links .calc{grid-column:2/4;width:auto}.links .res{grid-row:1;grid-column:3;width:auto}.res svg{display:none}
 .blind,.blind tbody,.blind tr,.blind th,.blind td{display:block}.blind thead{display:none}.blind tr{border-bottom:1px solid var(--line);padding:8px 0}.blind th,.blind td{border:0;padding:1px 0}.blind td::before{content:attr(data-l) ": ";color:var(--ink-3)}.blind td:empty{display:none}
 .steps>li{grid-template-columns:minmax(0,1fr)}.steps .cmds{grid-column:1}.tools input{width:100%}
}
@media (prefers-reduced-motion:reduce){*{scroll-behavior:auto!important;transition:none!important}}
@media (prefers-contrast:more){:root{--line:var(--ctl);--line-2:var(--ink-3);--ink-3:var(--ink-2)}}
@media (forced-colors:active){
 .host,.btn,pre.code,.cmd pre{border:1px solid CanvasText}.host.poss{border-style:dashed}
 .edge line,.glue line,.ca,.tk,.gl{stroke:CanvasText}.edge path,.glue path{fill:CanvasText}
 .mk circle,.mk rect{fill:Canvas;stroke:CanvasText}.mk text,.ax,.bt,.cap{fill:CanvasText}.cap{stroke:Canvas}.brk{fill:Canvas}
 .mk.high circle,.mk.high rect,.mk.critical circle,.mk.critical rect,.mk.fired circle,.mk.fired rect{fill:CanvasText;stroke:CanvasText}.mk.high text,.mk.critical text,.mk.fired text{fill:Canvas}
 .mk.inf circle,.mk.inf rect{fill:Canvas}.mk.inf text{fill:CanvasText}.res .tr{fill:Canvas;stroke:CanvasText}.res .fl{fill:CanvasText}
}
@media print{
 .pap{display:block;font-size:10px;color:var(--ink-3);margin-top:3px}.unc{display:none}
 tfoot{display:table-row-group}.refs a{min-height:0;min-width:14px;padding:0;font-size:11px}.sum{margin-top:6px}.self{display:none}
 @page{margin:14mm 13mm 16mm}
 html{font-size:12px;background:#fff}.wrap{max-width:none;padding:0}.bar,.tools,.skip,.cmd .btn,.twin>summary{display:none}
 .top{padding:0 0 2px}.eyebrow{margin-bottom:8px}h1{font-size:21px}.lede{font-size:13px;margin-top:8px}h2{font-size:15px;break-after:avoid}.note,.dos h4,.dos>summary{break-after:avoid}.note{margin-bottom:6px;font-size:11px;max-width:none;break-inside:avoid}.twin td{overflow-wrap:break-word}.twin td.mono{overflow-wrap:anywhere}.twin td.t{white-space:normal}.dos .note{margin:2px 0}
 section{padding:12px 0 2px}code,pre,.mono,.kv{line-height:1.35}.twin{margin-top:2px}.host,tr,.lanes,.steps>li,.leg{break-inside:avoid}
 .ev{content-visibility:visible}.ev .d{white-space:normal;overflow-wrap:anywhere;font-size:10px}.ev>summary,.days .ev>summary{break-after:avoid;font-size:12px;padding:5px 0;background:none!important;grid-template-columns:28px 84px 104px 92px minmax(0,1fr) 72px}.days .ev>summary{grid-template-columns:28px 150px 104px minmax(0,1fr) 72px}.ev .l{display:block}.days .ev .l{display:none}
 .rec{padding:1px 0 5px 28px}code,pre,.mono,.kv,pre.code,.cmd pre{font-size:10px}pre.code,.cmd pre{max-height:none;border:1px solid var(--line);padding:6px 8px}.kv>div{padding:0}.kv,.kv dd{line-height:1.3}
 .facts{grid-template-columns:repeat(4,1fr);margin-top:10px}.facts dd{font-size:12px}.facts>div{padding:6px 12px 7px 0}.sum,.steps label{font-size:12px}.src,.src .mono{font-size:10px;margin-top:4px}
 .rec .kv{columns:2;column-gap:20px}.rec .kv>.long{column-span:all}.kv>div{break-inside:avoid;grid-template-columns:112px minmax(0,1fr);gap:0 8px}.kv>.long{break-inside:auto}a{text-decoration:none}
 .hop{flex-direction:column;margin-bottom:8px}.leg{flex-direction:column;align-items:stretch}.host.target{flex:none}
 .leg .host,.leg.on .host{width:auto;flex:none;padding:7px 12px;display:grid;grid-template-columns:minmax(0,180px) minmax(0,1fr);gap:0 20px}.leg .hn,.leg .role{grid-column:1}.leg .role{margin:0}.leg .b{grid-column:2;grid-row:1/3}
 .edge .hz,.edge br{display:none}.leg .edge,.leg.on .edge{width:auto;flex:none;display:grid;grid-template-columns:44px minmax(0,1fr);text-align:left;padding:1px 8px;column-gap:8px;align-items:center}.edge .vt{display:block;grid-row:1/3;width:44px;height:26px;margin:0}
 .steps label{padding:0;min-height:0}.triad,.ran,.runs,.host.target>header{padding:8px 12px}.part p,.host p{font-size:12px;margin-top:3px}.ran+.ran{padding-top:0}
 .cap{display:none}.ax.mn{display:none}.lanes .names div{height:64px}
 table{font-size:11px}.twin table{font-size:10px}td,th,thead th{padding:3px 10px 3px 0}.links td,.links th{padding-top:4px;padding-bottom:4px}.links .claim{width:20%}.calc{width:96px}.links th.res,.res{width:52px}.res b{font-size:13px}.res svg{display:none}.wl li{gap:8px}.wl .st{flex-basis:46px}.wl .w{flex-basis:28px}
 .dos .kv{columns:2;column-gap:20px}.dos>summary{grid-template-columns:84px minmax(0,1fr) 120px}.dos>summary h3,.dos[open]>summary h3{font-size:12px}
 footer .cols{grid-template-columns:1fr 1fr;gap:3px 24px;margin:6px 0 10px}footer .cols div{grid-template-columns:88px minmax(0,1fr)}footer{margin-top:20px;padding:12px 0 0;font-size:11px}footer .mono,footer td.mono{font-size:9px;min-width:0}.dos>summary{padding:5px 0}.dos .in{padding:0 0 8px}.dos h4{margin:6px 0 2px;font-size:12px}
 .steps>li{grid-template-columns:110px minmax(0,1fr) minmax(0,1.25fr);padding:8px 0}.steps .cmds{grid-column:auto}
 .ev .n::before{display:none}.ev .n{padding-left:0}.mk circle,.mk rect,.brk,.res .fl,.res .tr{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
