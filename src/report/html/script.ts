/**
 * The page's only script: theme, print, filter and keys. The page is whole without it. Plain syntax, because the reader's
 * browser is not chosen by us; the content security policy names its hash.
 */
export const SCRIPT = `
(function(){
var d=document;
function q(s){return d.querySelector(s)}
function qa(s){return Array.prototype.slice.call(d.querySelectorAll(s))}
var evs=qa('.ev'),all=qa('details'),cur=-1,f=q('#f'),live=q('#live'),keys=true;
function shown(){return evs.filter(function(e){return !e.hidden})}
function go(n){var v=shown();if(!v.length)return;cur=Math.max(0,Math.min(v.length-1,n));v[cur].querySelector('summary').focus()}
function openAll(o){evs.forEach(function(e){e.open=o})}
function dark(){var t=d.documentElement.getAttribute('data-theme');return t?t==='dark':matchMedia('(prefers-color-scheme:dark)').matches}
function theme(){d.documentElement.setAttribute('data-theme',dark()?'light':'dark')}
function filter(){var s=f.value.trim().toLowerCase();evs.forEach(function(e){e.hidden=s!==''&&e.textContent.toLowerCase().indexOf(s)<0});live.textContent=shown().length+' of '+evs.length+' records'}
function on(s,t,h){var e=q(s);if(e)e.addEventListener(t,h)}
on('#f','input',filter);
on('#bt','click',theme);
on('#bp','click',function(){print()});
on('#be','click',function(){if(evs.length)openAll(!evs[0].open)});
on('#bk','click',function(e){keys=!keys;e.target.setAttribute('aria-pressed',String(keys));e.target.textContent=keys?'Keys on':'Keys off'});
d.addEventListener('keydown',function(e){
 if(e.ctrlKey||e.metaKey||e.altKey)return;
 if(e.target===f){if(e.key==='Escape'){f.value='';filter();f.blur()}return}
 if(!keys)return;
 var i=shown().indexOf(d.activeElement&&d.activeElement.parentNode);if(i>=0)cur=i;
 if(e.key==='j')go(cur+1);else if(e.key==='k')go(cur-1);else if(e.key==='e'){if(evs.length)openAll(!evs[0].open)}
 else if(e.key==='t')theme();else if(e.key==='/'&&f){e.preventDefault();f.focus()}
});
function hash(){var t=d.getElementById(location.hash.slice(1)),m=t;while(m){if(m.tagName==='DETAILS'){m.hidden=false;m.open=true}m=m.parentElement}if(t)t.scrollIntoView()}
addEventListener('hashchange',hash);hash();
var was=[];
addEventListener('beforeprint',function(){was=all.map(function(e){return e.open});all.forEach(function(e){e.open=true})});
addEventListener('afterprint',function(){all.forEach(function(e,i){e.open=was[i]})});
})();
`;
