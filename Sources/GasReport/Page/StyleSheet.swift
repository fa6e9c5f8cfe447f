/// How the page looks: light and dark as the reader's system wants it, on phones, and on paper.
enum StyleSheet {
  static let text = """
    :root { color-scheme: light dark; --back: #fcfcfb; --panel: #ffffff; --ink: #1c1e21; --soft: #5a6068; --rule: #dcdfe3;
      --accent: #0b5d94; --heat: #0b5d94; --over: #ffffff; --good: #1b6e3c; --caution: #8a5200; --bad: #a51d2d;
      --c0: #0072b2; --c1: #c04e00; --c2: #007a5a; --c3: #9b3f7f; --c4: #6b5b00; --c5: #4b4fb0; --c6: #7a3b1d; --c7: #565c63; }
    @media (prefers-color-scheme: dark) { :root { --back: #14171a; --panel: #1b1f23; --ink: #e6e8ea; --soft: #a2a9b1;
      --rule: #343a40; --accent: #7cc0f2; --heat: #63b3ed; --over: #0d1114; --good: #6fd196; --caution: #f2b455; --bad: #ff8f98;
      --c0: #63b3ed; --c1: #ff9b5c; --c2: #46cf9f; --c3: #eb9fd0; --c4: #e0cc4f; --c5: #a9acff; --c6: #dba07d; --c7: #b4bac1; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans",
      "Liberation Sans", sans-serif; -webkit-text-size-adjust: 100%; overflow-wrap: break-word; }
    header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
    header { padding-top: 2.2rem; }
    h1 { font-size: clamp(1.5rem, 4.5vw, 2.1rem); line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; font-weight: 650; }
    h2 { font-size: 1.35rem; line-height: 1.3; margin: 2.8rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--rule); }
    h3 { font-size: 1.1rem; margin: 1.9rem 0 .4rem; }
    h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
    p { margin: .5rem 0 .8rem; max-width: 44rem; }
    ul { padding-left: 1.2rem; max-width: 44rem; }
    .lead { font-size: 1.13rem; }
    .note, .sub { color: var(--soft); font-size: .9rem; }
    .missing { border-left: 3px solid var(--caution); padding-left: .8rem; color: var(--soft); }
    a { color: var(--accent); text-underline-offset: .15em; }
    a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    code { font: .88em ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
    pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: .7rem .9rem; margin: .4rem 0 1rem;
      white-space: pre-wrap; overflow-wrap: anywhere; }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--panel); padding: .4rem .8rem; }
    nav ul { list-style: none; padding: 0; margin: 1.1rem 0 1.3rem; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; max-width: none;
      font-size: .95rem; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 1.2rem 0; padding: 0;
      max-width: none; list-style: none; }
    .tiles li { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem; }
    .tiles span, .tiles strong { display: block; } .tiles .sub { font-size: .85rem; }
    .tiles strong { font-size: 1.5rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
    .checks { list-style: none; padding: 0; margin: .6rem 0; display: grid; gap: .5rem; max-width: 52rem; }
    .checks li { display: grid; grid-template-columns: 6.2rem 1fr; gap: .8rem; align-items: baseline; }
    .verdict { font-size: .8rem; font-weight: 650; border: 1.5px solid currentColor; border-radius: 99px; padding: .05rem .5rem;
      text-align: center; white-space: nowrap; }
    .good { color: var(--good); } .caution { color: var(--caution); } .bad { color: var(--bad); } .unknown { color: var(--soft); }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.1rem; margin: 1rem 0;
      align-items: start; }
    figure { margin: 0; min-width: 0; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem .9rem; }
    figcaption { font-weight: 600; margin-bottom: .5rem; line-height: 1.35; }
    figure .note { margin: .5rem 0 .2rem; }
    svg { display: block; width: 100%; height: auto; max-width: 34rem; }
    svg text { font: 12px system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; fill: var(--ink); }
    svg .name { fill: var(--soft); } svg .small { font-size: 10px; } svg .said { font-weight: 600; }
    svg .cell { font-size: 10.5px; } svg .over { font-size: 10.5px; fill: var(--over); }
    .grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1; }
    .reference { stroke: var(--soft); stroke-width: 1.3; stroke-dasharray: 2 3; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
    .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
    .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); } .c6 { stroke: var(--c6); } .c7 { stroke: var(--c7); }
    .d1 { stroke-dasharray: 7 3; } .d2 { stroke-dasharray: 2 2.5; } .d3 { stroke-dasharray: 9 3 2 3; } .d5 { stroke-dasharray: 7 3; }
    .d6 { stroke-dasharray: 2 2.5; } .d7 { stroke-dasharray: 9 3 2 3; }
    .mark { fill: var(--panel); stroke-width: 1.6; }
    .bar { fill: var(--c0); } .heat { fill: var(--heat); stroke: var(--rule); stroke-width: .5; }
    .fill { stroke: none; } .fill.c0 { fill: var(--c0); } .fill.c1 { fill: var(--c1); } .fill.c2 { fill: var(--c2); } .fill.c3 { fill: var(--c3); }
    .hatch { fill: var(--panel); fill-opacity: .75; }
    details { margin-top: .6rem; } summary { cursor: pointer; color: var(--accent); font-size: .92rem; padding: .2rem 0; }
    .scroll { overflow-x: auto; max-width: 100%; margin: .5rem 0; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; min-width: 60%; }
    caption { text-align: left; color: var(--soft); font-size: .88rem; padding: .2rem 0 .4rem; }
    th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
    th:first-child, th.t, td.t { text-align: left; } thead th { font-weight: 600; border-bottom-width: 2px; vertical-align: bottom; }
    tbody th { font-weight: 500; } td { white-space: nowrap; } td.t { white-space: normal; min-width: 5rem; max-width: 26rem; }
    td.t:nth-child(n + 3) { min-width: 9rem; } tbody th { min-width: 5.5rem; }
    footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--rule); }
    @media (max-width: 30rem) { .checks li { grid-template-columns: 1fr; gap: .1rem; } .verdict { justify-self: start; }
      figure { padding: .7rem .6rem; } .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; } .tiles strong { font-size: 1.25rem; } }
    @media print { :root { --back: #ffffff; --panel: #ffffff; --ink: #000000; --soft: #444444; --rule: #bbbbbb; --accent: #000000;
      --heat: #0b5d94; --over: #ffffff; } body { font-size: 10pt; } nav, .skip { display: none; } h2, h3 { break-after: avoid; }
      figure, .tiles li, tr { break-inside: avoid; } .figures { grid-template-columns: 1fr 1fr; } a { text-decoration: none; } }

    """
}
