// How rows look that say something and offer what to do about it.

import { wear } from './looks.js';

wear(`.deed{display:flex;align-items:center;justify-content:space-between;gap:var(--s4);padding:var(--s2) 0;
 span{flex:1;min-width:0;font-size:var(--t1);color:var(--ink2)}}
.reports li{padding:var(--s3) 0;border-bottom:1px solid var(--line);
 b{overflow-wrap:anywhere}
 .quote{margin:var(--s1) 0 var(--s2)}
 .row{margin-top:var(--s2)}}
.choice{display:flex;gap:var(--s3);align-items:start;padding:var(--s1) 0;margin-bottom:var(--s2);font-size:var(--t2);color:var(--ink);cursor:pointer;
 small{display:block}}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:var(--s3)}
.at-top{margin-top:0!important}`);
