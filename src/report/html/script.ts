/**
 * The page's only script: theme, print, filter, copy and keys. The page is whole without it. Plain syntax, because the
 * reader's browser is not chosen by us; the content security policy names its hash.
 */
export const SCRIPT = `
(function(){
var d=document;
function q(s){return d.querySelector(s)}
function qa(s){return Array.prototype.slice.call(d.querySelectorAll(s))}
function on(s,t,h){var e=q(s);if(e)e.addEventListener(t,h)}
var evs=qa('.ev'),all=qa('details').filter(function(e){return e.children.length>1}),cur=-1,f=q('#f'),live=q('#live'),keys=true,texts=null,wait=0;
qa('[hidden]').forEach(function(e){e.hidden=false});
function shown(){return evs.filter(function(e){return !e.hidden})}
function go(n){var v=shown();if(!v.length)return;cur=Math.max(0,Math.min(v.length-1,n));v[cur].firstElementChild.focus()}
function openAll(){if(!evs.length)return;var o=!evs[0].open;evs.forEach(function(e){e.open=o})}
function dark(){var t=d.documentElement.getAttribute('data-theme');return t?t==='dark':matchMedia('(prefers-color-scheme:dark)').matches}
function theme(){d.documentElement.setAttribute('data-theme',dark()?'light':'dark')}
function filter(){
 var s=f.value.trim().toLowerCase();
 if(!texts)texts=evs.map(function(e){return e.textContent.toLowerCase()});
 evs.forEach(function(e,i){e.hidden=s!==''&&texts[i].indexOf(s)<0});
 live.textContent=shown().length+' of '+evs.length+' records';
}
on('#f','input',function(){clearTimeout(wait);wait=setTimeout(filter,evs.length>500?150:0)});
on('#bt','click',theme);
on('#bp','click',function(){print()});
on('#be','click',openAll);
on('#bk','click',function(e){keys=!keys;e.target.setAttribute('aria-pressed',String(keys));e.target.textContent=keys?'Keys on':'Keys off'});
qa('.cp').forEach(function(b){b.addEventListener('click',function(){
 var p=b.parentNode.querySelector('pre');
 function mark(){var r=d.createRange();r.selectNodeContents(p);var s=getSelection();s.removeAllRanges();s.addRange(r)}
 if(navigator.clipboard)navigator.clipboard.writeText(p.textContent).then(function(){b.textContent='Copied'},mark);else mark();
})});
d.addEventListener('keydown',function(e){
 if(e.ctrlKey||e.metaKey||e.altKey)return;
 if(e.target===f){if(e.key==='Escape'){f.value='';filter();f.blur()}return}
 if(!keys)return;
 var i=shown().indexOf(d.activeElement&&d.activeElement.parentNode);if(i>=0)cur=i;
 if(e.key==='j')go(cur+1);else if(e.key==='k')go(cur-1);else if(e.key==='e')openAll();
 else if(e.key==='t')theme();else if(e.key==='/'&&f){e.preventDefault();f.focus()}
});
function hash(){
 var t=d.getElementById(location.hash.slice(1)),m=t,row=null;
 for(;m;m=m.parentElement)if(m.tagName==='DETAILS'){m.hidden=false;m.open=true;row=row||m}
 if(row){row.scrollIntoView();row.firstElementChild.focus({preventScroll:true})}
}
addEventListener('hashchange',hash);hash();
function reach(){qa('.scroll,.cmd pre').forEach(function(e){if(e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight)e.tabIndex=0;else e.removeAttribute('tabindex')})}
var later=0;
addEventListener('resize',function(){clearTimeout(later);later=setTimeout(reach,200)});
d.addEventListener('toggle',function(e){if(!e.target.classList.contains('ev'))reach()},true);
reach();
var was=[];
addEventListener('beforeprint',function(){was=all.map(function(e){return e.open});all.forEach(function(e){e.open=true})});
addEventListener('afterprint',function(){all.forEach(function(e,i){e.open=was[i]})});
})();
`;
