// @ts-check

/** Adopted by the shadow root, so the host page's `style-src` needs nothing from us. */
export const STYLE = `
:host{all:initial;--fill:#1f2937;--ink:#fff;--page:#fff;--top:0;--tall:100dvh;position:fixed;right:20px;bottom:20px;
z-index:2147483000;font:14px/1.5 system-ui,sans-serif}
[hidden]{display:none!important}
button{font:inherit;cursor:pointer;border:0;background:var(--fill);color:var(--ink)}
button:focus-visible{outline:3px solid var(--fill);outline-offset:3px}
.launcher{position:relative;z-index:1;display:grid;place-items:center;width:60px;height:60px;
border-radius:50%;box-shadow:0 2px 6px #0003,0 8px 28px #0003;transition:.2s}
.launcher:hover{scale:1.06}
svg{width:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
path{transition:.2s;transform-origin:50%}
path+path,.open path{opacity:0;rotate:-40deg;scale:.6}
.open path+path{opacity:1;rotate:none;scale:none}
.badge{position:absolute;top:-3px;right:-3px;min-width:10px;padding:0 6px;border-radius:11px;
background:#d92d20;color:#fff;font-size:12px;font-weight:700;line-height:22px}
.panel{position:absolute;right:0;bottom:76px;width:392px;height:min(704px,100dvh - 116px);
border-radius:18px;overflow:hidden;background:var(--page);
box-shadow:0 2px 6px #0003,0 8px 28px #0003;animation:rise .2s}
iframe{width:100%;height:100%;border:0;opacity:0;transition:.2s}
.ready iframe{opacity:1}
.wait{position:absolute;inset:0;display:grid;place-content:center;color:#808690}
.ready .wait{display:none}
.dots{font-size:40px;animation:rise .6s infinite alternate}
.again{padding:10px 18px;border-radius:10px}
@keyframes rise{0%{opacity:0;transform:translateY(14px)}}
@media (max-width:480px){
.panel{position:fixed;inset:var(--top) 0 auto;width:auto;height:var(--tall);border-radius:0}
.ready~.open{display:none}}
@media (prefers-color-scheme:dark){:host{--page:#15181e}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
@media print{:host{display:none}}`;
