import { html, svg } from "lit";

const paths = {
  flow: svg`<path d="M3 5c7 0 7 5 14 5M3 15c7 0 7-5 14-5M3 10h10"/>`,
  traffic: svg`<path d="M3 5h14M3 10h9M3 15h12"/>`,
  channels: svg`<path d="M7 3 5 17M15 3l-2 14M3 7.5h14M3 12.5h14"/>`,
  connections: svg`<circle cx="10" cy="7" r="3.2"/><path d="M4 17c.6-3.4 3-5 6-5s5.4 1.6 6 5"/>`,
  journal: svg`<path d="M5 3h9a2 2 0 0 1 2 2v12H6a2 2 0 0 1-2-2V4M4 14.500A2 2 0 0 1 6 13h10M8 7h5"/>`,
  node: svg`<rect x="3" y="4" width="14" height="5" rx="1.5"/><rect x="3" y="11" width="14" height="5" rx="1.5"/><path d="M6 6.500h.01M6 13.500h.01"/>`,
  theme: svg`<circle cx="10" cy="10" r="6.5"/><path d="M10 3.500v13a6.5 6.5 0 0 0 0-13" fill="currentColor"/>`,
  help: svg`<circle cx="10" cy="10" r="7"/><path d="M8 8a2 2 0 1 1 2.8 1.900c-.6.3-.8.7-.8 1.400M10 14h.01"/>`,
  leave: svg`<path d="M12 5V4H4v12h8v-1M8 10h9m-2.5-2.500L17 10l-2.5 2.5"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
};

export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${paths[name]}</svg>`;
}

export const logo = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="8" fill="#0f766e" />
  <g fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round">
    <path d="M8 9c8 0 8 7 16 7M8 23c8 0 8-7 16-7M8 16h16" />
  </g>
  <circle cx="24" cy="16" r="3" fill="#fff" />
</svg>`;
