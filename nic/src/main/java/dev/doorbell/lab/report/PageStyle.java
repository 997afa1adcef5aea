package dev.doorbell.lab.report;

/// How a report's page looks: by light and by night, on a phone, on paper.
final class PageStyle {
    private PageStyle() {}

    static final String CSS = """
            :root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2024; --faint: #5c656e; --rule: #dde1e5;
              --shade: #f4f6f8; --link: #1f5fa8;
              --s0: #1f5fa8; --s1: #c4501b; --s2: #2a7d49; --s3: #86489c; --s4: #946c00; --s5: #00757f; --s6: #b02e62;
              --s7: #555d66; }
            @media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e4e7ea; --faint: #9aa4ae;
              --rule: #32383e; --shade: #1e2226; --link: #7fb2ee;
              --s0: #6fa8ec; --s1: #f0905f; --s2: #6fc48d; --s3: #c796db; --s4: #d8b24c; --s5: #4fc4cd; --s6: #e97fa7;
              --s7: #b0b8c0; } }
            @media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --faint: #444b52;
              --rule: #c8cdd2; --shade: #ffffff; --link: #000000;
              --s0: #1f5fa8; --s1: #c4501b; --s2: #2a7d49; --s3: #86489c; --s4: #946c00; --s5: #00757f; --s6: #b02e62;
              --s7: #555d66; } }
            * { box-sizing: border-box; }
            html { -webkit-text-size-adjust: 100%; }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
            main { max-width: 47rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
            h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
            h2 { font-size: 1.3rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
            .kicker { color: var(--faint); font-size: .85rem; margin: 0 0 .5rem; }
            .question { font-size: 1.15rem; margin: 0 0 1.25rem; }
            pre { background: var(--shade); border: 1px solid var(--rule); border-radius: 4px; padding: .6rem .8rem;
              margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
            pre, code { font: .85rem/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, monospace; }
            figure { margin: 1.75rem 0; }
            figcaption, caption { font-weight: 600; text-align: left; margin-bottom: .6rem; }
            caption { padding-bottom: .4rem; }
            .scroll { overflow-x: auto; margin: 1.75rem 0 .5rem; }
            table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; }
            th, td { padding: .35rem 1.1rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
            th:last-child, td:last-child { padding-right: 0; }
            thead th { vertical-align: bottom; border-bottom: 1.5px solid var(--ink); font-weight: 600; }
            th { text-align: left; font-weight: 400; }
            .short { white-space: nowrap; }
            .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            thead .number { white-space: normal; }
            .unit { display: block; color: var(--faint); font-weight: 400; white-space: nowrap; }
            ul.notes { color: var(--faint); font-size: .9rem; padding-left: 1.1rem; margin: .75rem 0 1.75rem; }
            .notes li { margin: .25rem 0; }
            dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .3rem 1.5rem; font-size: .9rem;
              margin: 0; }
            dt { color: var(--faint); }
            dd { margin: 0; overflow-wrap: anywhere; }
            svg { display: block; width: 100%; height: auto; }
            svg.narrow { display: none; }
            svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
              fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
            svg .tick { fill: var(--faint); font-variant-numeric: tabular-nums; }
            svg .grid { stroke: var(--rule); stroke-width: 1; }
            svg .axis { stroke: var(--faint); stroke-width: 1; }
            .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
            .s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
            svg .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
            svg .mark { fill: var(--c); stroke: var(--c); stroke-width: 1.5; }
            svg g:not(.published) > .bar { fill: var(--c); }
            svg .hatch { stroke: var(--c); stroke-width: 3; }
            svg .published .line { stroke-dasharray: 2 5; }
            svg .published .mark { fill: var(--paper); }
            svg .published .bar { stroke: var(--c); stroke-dasharray: 3 2; }
            svg .published .value { font-style: italic; }
            @media (max-width: 36rem) { main { padding: 1.5rem 1rem 3rem; } h1 { font-size: 1.6rem; }
              svg.wide { display: none; } svg.narrow { display: block; } }
            @media print { main { max-width: none; padding: 0; } figure, table, tr, li { break-inside: avoid; }
              h2 { break-after: avoid; } .scroll { overflow: visible; } svg.wide { display: block; }
              svg.narrow { display: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
            """;
}
