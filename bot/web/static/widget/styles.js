// The look of the widget, for its shadow root; the page's own style sheets stop at the door.
const CSS = `
:host {--page:light-dark(#fffdfa,#1c1916); --dim:light-dark(#f4efe7,#2a2621); --line:light-dark(#e2d9cc,#3a342d);
	--edge:light-dark(#8d8172,#8f8577); --ink:light-dark(#221c15,#f3ece2); --quiet:light-dark(#655b4f,#b8ad9f); --bad:light-dark(#a3231a,#ff9c8f);
	--accent:var(--shopkeeper-accent,#b23a1e); --shadow:0 1px 2px #2a1c0c26,0 12px 44px #2a1c0c38;
	color-scheme:light dark; color:var(--ink); position:fixed; right:20px; bottom:20px; z-index:var(--shopkeeper-z,2147483000);
	font:15px/1.5 var(--shopkeeper-font,system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif)}
:host([position=left]) {right:auto; left:20px}
* {box-sizing:border-box}
[hidden] {display:none !important}
button,textarea {font:inherit; color:inherit; border:0; background:none; padding:0}
button {cursor:pointer}
h2,h3,p,ul {margin:0; padding:0; list-style:none; font-size:15px}
:focus-visible {outline:2px solid var(--ink); outline-offset:2px}
.log:focus-visible,.strip:focus-visible {outline-offset:-3px}
.icon {width:22px; fill:none; stroke:currentColor; stroke-width:1.8; stroke-linecap:round; stroke-linejoin:round; display:block}
.hint,.head,.meta,.facts,.rating,.strip {display:flex; align-items:center}
dialog[open],.turn,.card,.about {display:flex; flex-direction:column}
.hint,dialog,.card,.arrow {border:1px solid var(--line); background:var(--page); color:inherit}
.unseen {position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap}
.launcher,.mark,.send,.main,.shopper .bubble {background:var(--accent); color:var(--on-accent)}
.launcher,.mark,.send,.flat,.arrow {flex:none; display:grid; place-items:center; min-width:44px; padding:0 6px; height:44px; border-radius:22px}
.flat:hover,.chip:hover,.action:hover,.strip:hover {background:var(--dim)}
.launcher:hover,.main:hover {background:var(--accent); filter:brightness(1.1)}

.launcher {position:relative; width:60px; height:60px; border-radius:50%; box-shadow:var(--shadow)}
.badge {position:absolute; top:-4px; right:-4px; min-width:24px; padding:0 6px; border-radius:12px; font-size:13px; line-height:20px; background:var(--ink); color:var(--page); border:2px solid var(--page)}
.hint {position:absolute; bottom:6px; right:74px; width:max-content; max-width:min(320px,100vw - 120px); padding:1px 2px 1px 16px; line-height:1.35}
.hint,dialog {border-radius:var(--shopkeeper-radius,18px); box-shadow:var(--shadow)}
dialog[open] {position:absolute; inset:auto 0 0 auto; width:390px; height:min(640px,100dvh - 40px); max-width:none; max-height:none; margin:0; padding:0; overflow:hidden; animation:rise .2s}
:host([position=left]) :is(.hint,dialog) {right:auto; left:0}
:host([position=left]) .hint {left:74px}
@keyframes rise {from {opacity:0; transform:translateY(12px)}}
.head {padding:8px; border-bottom:1px solid var(--line)}
.mark {height:36px; min-width:36px; margin:0 11px 0 6px; font-weight:600}
.names {flex:1; min-width:0; line-height:1.3}
h2 {overflow:hidden; text-overflow:ellipsis; white-space:nowrap}
.names p,.day,.meta,.sources,.facts,.reason,.left,.basket li div {font-size:12.5px; color:var(--quiet)}
.banner {padding:7px 16px; font-size:13.5px; background:var(--dim)}

.log {flex:1; min-height:0; overflow-y:auto; overscroll-behavior:contain; padding:14px 16px 8px}
.day {margin:4px 0 12px; text-align:center}
.day::first-letter {text-transform:uppercase}
.turn {align-items:flex-start; margin-bottom:14px}
.shopper {align-items:flex-end}
.bubble {max-width:86%; padding:9px 14px; border-radius:16px 16px 16px 5px; background:var(--dim); white-space:pre-wrap; overflow-wrap:anywhere}
.shopper .bubble {border-radius:16px 16px 5px 16px}
.agent .bubble,.pending .bubble {background:var(--page); color:var(--ink); border:1px solid var(--edge)}
.meta {margin-top:3px; padding:0 4px; gap:6px}
.failed .meta,.out {color:var(--bad)}
.link {min-height:40px; padding:0 6px; font-weight:600; text-decoration:underline}
.sources {max-width:86%; margin-top:6px; padding-left:10px; border-left:2px solid var(--line)}
.chips {display:flex; flex-wrap:wrap; gap:8px; margin-top:10px}
.turn:has(~ .shopper) .chips {display:none}
.chip,.action {min-height:44px; padding:6px 15px; border-radius:22px; border:1px solid var(--edge); font-size:14px; line-height:1.3; text-align:start}
.typing {display:flex; gap:5px; padding:14px}
i {width:7px; height:7px; border-radius:50%; background:var(--quiet); animation:breathe 1.2s infinite}
i + i {animation-delay:.15s}
i + i + i {animation-delay:.3s}
@keyframes breathe {30% {opacity:.25}}

.carousel {position:relative; align-self:stretch; margin:10px -16px 0}
.rail {display:flex; gap:10px; padding:3px 16px; overflow-x:auto; scroll-snap-type:x mandatory; scroll-padding:16px; scroll-behavior:smooth; scrollbar-width:none}
.card {flex:0 0 208px; scroll-snap-align:start; border-radius:14px; overflow:hidden}
.picture {height:124px; background:var(--dim); position:relative}
.picture img {width:100%; height:100%; object-fit:contain; padding:12px}
.tag {position:absolute; top:8px; left:8px; padding:0 8px; border-radius:8px; font-size:12px; background:var(--page)}
.about {flex:1; gap:3px; padding:10px 12px 12px}
.title {display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:2; overflow:hidden; min-height:2.7em; font-size:14px; line-height:1.35; color:inherit; text-decoration:none; overflow-wrap:anywhere}
a.title:hover {text-decoration:underline}
b {font-weight:650; font-variant-numeric:tabular-nums}
.facts,.rating {gap:8px}
.i-star {width:13px; fill:currentColor}
.buttons {display:grid; gap:6px; margin-top:auto; padding-top:8px}
.action {min-height:40px; border-radius:12px; text-align:center; font-weight:550}
.main {border:0}
.arrow {position:absolute; top:43px}
.back {left:6px}
.on {right:6px}
.arrow[aria-disabled=true] {visibility:hidden}

.strip {gap:10px; width:100%; height:46px; padding:0 16px; border-top:1px solid var(--line)}
.strip b {margin-left:auto}
.basket {flex:1; min-height:0; overflow-y:auto; padding:0 16px 16px}
.basket li,.sum {display:grid; grid-template-columns:1fr auto; gap:0 12px; padding:12px 0; border-bottom:1px solid var(--line); overflow-wrap:anywhere}
.basket li b,.link {text-align:end}
.basket .main {width:100%; margin-top:16px}
.basket .head {margin-left:-16px}

form {display:flex; align-items:flex-end; gap:8px; padding:10px 12px calc(10px + env(safe-area-inset-bottom)); border-top:1px solid var(--line)}
.field {flex:1; border:1px solid var(--edge); border-radius:22px; padding:0 14px}
.field:focus-within {outline:1px solid var(--ink); border-color:var(--ink)}
textarea {display:block; width:100%; height:42px; padding:9px 0; resize:none; outline:0 !important; font-size:16px; line-height:24px}
::placeholder {color:var(--quiet); opacity:1; white-space:nowrap}
.send[aria-disabled=true] {background:var(--dim); color:var(--quiet)}

@media (max-width:480px) {
	dialog[open] {position:fixed; inset:var(--top,0) 0 auto !important; width:100%; height:var(--height,100dvh); border:0; border-radius:0; padding-top:env(safe-area-inset-top)}
}
@media (prefers-reduced-motion) {* {animation:none !important; scroll-behavior:auto !important}}
`;

/** Return the style sheet; the element sets `--on-accent`. */
export function styleSheet() {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(CSS);
	return sheet;
}

/** Return black or white, whichever reads better on `#rrggbb` (WCAG 2 luminance, with gamma 2.2); null for anything else. */
export function textOn(color) {
	if (!/^#[\da-f]{6}$/i.test(color?.trim())) return null;
	const [r, g, b] = color.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
