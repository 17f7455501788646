/** Styles of the path, the lanes and the links: of the report and of the page of the server alike. */
export const PICTURE_STYLE = `/* path */
.hop{display:flex;align-items:stretch;margin-bottom:16px}
.legs{display:flex;flex-direction:column;justify-content:center;gap:12px;flex:none;min-width:0}
.leg{display:flex;align-items:center}.arrows{display:flex;flex-direction:column;gap:12px;flex:none}
.leg .host{flex:0 0 172px;width:172px}.leg .edge{flex:0 0 124px;width:124px}.leg.on .host{flex-basis:140px;width:140px}.leg.on .edge{flex-basis:112px;width:112px}
.host{border:1px solid var(--line-2);border-radius:6px;background:var(--surface);padding:14px 16px;min-width:0;overflow-wrap:anywhere}
.hn{font-size:16px;font-weight:600;line-height:1.4}.host .hn{font-size:16px;line-height:1.4}
.host .role{font-size:12px;color:var(--ink-3);margin-bottom:8px}
.host p{font-size:13px;line-height:1.45}.host.poss{border-style:dashed}
.edge{text-align:center;font-size:12px;line-height:1.35;color:var(--ink-2);padding:0 8px;overflow-wrap:anywhere}
.edge svg{display:block;width:100%;height:14px;margin:6px 0;overflow:visible}
.edge line{stroke:var(--ink-2);stroke-width:1.5}.edge path{fill:var(--ink-2)}.edge.poss line{stroke-dasharray:4 4}.edge b{color:var(--ink);font-weight:600}
.edge .vt{display:none}
.host.target{flex:1 1 0;padding:0;display:flex;flex-direction:column;container-type:inline-size}
.host.target>header{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;padding:12px 16px;border-bottom:1px solid var(--line)}.host.target>header .role{margin:0}
.host.target>header .st{margin-left:auto;font-size:13px;font-weight:600}
.triad{display:grid;grid-template-columns:minmax(0,1fr) 64px minmax(0,1.12fr);padding:16px;flex:1}
.triad.apart .glue line{stroke-dasharray:4 4}
.part .lab{font-size:12px;color:var(--ink-3)}.part .nm{font-weight:600;font-size:14px}.part p{font-size:13px;line-height:1.45;margin-top:6px}.part .lab{margin:0}
pre.code{margin-top:8px;padding:8px 10px;background:var(--sunk);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;line-height:1.5}
.fold:has(details:not([open]))>:is(pre,dd:nth-of-type(1)){max-height:calc(40lh + 10px);overflow:hidden}.fold [open] span{display:none}.fold dd+dd{grid-column:-2}
.glue{text-align:center;font-size:12px;color:var(--ink-2);padding-top:16px}.glue svg{width:44px;height:14px;display:block;margin:4px auto}
.glue line{stroke:var(--ink-2);stroke-width:1.5}.glue path{fill:var(--ink-2)}
.ran{border-top:1px solid var(--line);padding:12px 16px;font-size:13px;display:flex;flex-wrap:wrap;gap:2px 14px}.ran b{font-weight:600}.ran+.ran{border-top:0;padding-top:0;margin-top:-8px}
.runs{padding:10px 16px 14px}.runs .part+.part{margin-top:10px}
@container (max-width:520px){.triad{grid-template-columns:minmax(0,1fr)}.glue{padding:8px 0;text-align:left}.glue svg{display:none}}
.twin{margin-top:8px}.twin>summary,.fold summary{font-size:13px;color:var(--ink-2);padding:4px 0;cursor:pointer;width:max-content;max-width:100%}
/* time */
.lanes{display:grid;grid-template-columns:104px minmax(0,1fr);border-top:1px solid var(--line)}
.lanes .names div{height:64px;display:flex;align-items:center;font-size:13px;border-bottom:1px solid var(--line);color:var(--ink-2)}
.lanes .names div:last-child{height:46px;border:0;align-items:flex-start;padding-top:5px;font-size:12px;color:var(--ink-3)}
.lanes-svg{display:block;overflow:visible}
.gl{stroke:var(--line)}.ca{stroke:var(--line-2);stroke-width:1.25}.ca.inf{stroke-dasharray:3 4}
.brk{fill:var(--bg)}.bt{font-size:12px;fill:var(--ink-3)}.tk{stroke:var(--line-2)}
.ax{font:12px var(--sans);fill:var(--ink-3);font-variant-numeric:tabular-nums}
.mk circle,.mk rect{fill:var(--surface);stroke:var(--ink-2);stroke-width:1.5}.mk text{font-size:12px;font-weight:600;fill:var(--ink)}a.mk{text-decoration:none}
.mk.fired circle,.mk.fired rect{fill:var(--ink-2)}.mk.high circle,.mk.high rect{fill:var(--high);stroke:var(--high)}.mk.critical circle,.mk.critical rect{fill:var(--crit);stroke:var(--crit)}
.mk.fired text,.mk.high text,.mk.critical text{fill:var(--surface)}
.mk.inf circle,.mk.inf rect{stroke-dasharray:3 3;fill:var(--surface);stroke:var(--ink-2)}.mk.inf text{fill:var(--ink)}
.mk:hover circle,.mk:hover rect{stroke:var(--ink);stroke-width:2.5}
a.mk:focus-visible{outline:none}a.mk:focus-visible circle,a.mk:focus-visible rect{stroke:var(--ink);stroke-width:3.5}
.cap{font-size:12px;fill:var(--ink-2);paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:12px;color:var(--ink-3);margin-top:8px}.legend svg{vertical-align:-3px;margin-right:6px}
.lanes-none{display:none}
/* how sure */
.links td,.links th{padding-top:12px;padding-bottom:12px}.links thead th{padding:6px 16px 6px 0}.links .claim{width:23%}
.wl li{display:flex;gap:12px;padding:1px 0}.wl .st{flex:0 0 52px}.wl .w{flex:0 0 36px;color:var(--ink-3)}.wl span:last-child{min-width:0}
.calc{color:var(--ink-2);width:190px}.links .calc.mono{overflow-wrap:normal}
.res,.links th.res{text-align:right;width:88px}.res b{font-size:16px;font-weight:600;display:block}.res svg{max-width:100%}
.res .tr{fill:var(--line)}.res .fl{fill:var(--ink-2)}.poss .fl{fill:var(--ctl)}
.members{margin-top:20px}.blind th:first-child{width:150px}.members .dos{border-color:var(--line)}
`;
