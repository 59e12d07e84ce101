/** How the picture of a circle is drawn, in the colours of the day. */
import type { NodeSingular, StylesheetJson } from 'cytoscape'

/** Size of the words at a line, in canvas units. */
export const EDGE_TEXT = 13

/**
 * The picture's style. The canvas cannot read CSS variables, so the tokens'
 * present values are handed over; call again when the theme changes. Text has
 * one size here: the text size of the settings goes into the zoom.
 */
export function circleStyle(): StylesheetJson {
  const root = getComputedStyle(document.documentElement)
  const token = (name: string) => root.getPropertyValue(`--${name}`).trim()
  const line = (classes: string, style: Record<string, unknown>) => ({ selector: `edge.${classes}`, style })
  return [
    {
      selector: 'node',
      style: {
        label: 'data(label)',
        shape: 'round-rectangle',
        width: (node: NodeSingular) => Number(node.data('ems')) * (node.hasClass('centre') ? 17 : 14),
        height: 20,
        padding: '8px',
        'text-valign': 'center',
        'text-halign': 'center',
        'text-margin-y': 1.5,
        'font-family': token('font-sans'),
        'font-size': 14,
        color: token('ink'),
        'background-color': token('ground'),
        'border-width': 1,
        'border-color': token('line-2'),
        'overlay-opacity': 0,
      },
    },
    { selector: 'node.unit', style: { shape: 'rectangle', 'background-color': token('sunk'), 'border-style': 'double', 'border-width': 3 } },
    { selector: 'node.far', style: { color: token('ink-2') } },
    { selector: 'node.centre', style: { 'font-size': 17, 'font-weight': 'bold', 'background-color': token('pine-soft'), 'border-color': token('pine'), 'border-width': 2 } },
    { selector: 'node.chosen', style: { 'border-color': token('pine'), 'border-width': 3 } },
    {
      selector: 'edge',
      style: {
        label: 'data(label)',
        width: 2,
        'curve-style': 'bezier',
        'font-family': token('font-sans'),
        'font-size': EDGE_TEXT,
        color: token('ink-2'),
        'text-background-color': token('sheet'),
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'overlay-opacity': 0,
      },
    },
    {
      selector: 'edge[bend]',
      style: {
        'curve-style': 'unbundled-bezier',
        'edge-distances': 'node-position',
        'control-point-distances': 'data(bend)',
        'control-point-weights': 0.5,
      },
    },
    line('life', { 'line-color': token('amber') }),
    line('social', { 'line-color': token('pine') }),
    line('solid', { 'line-style': 'solid' }),
    line('long', { 'line-style': 'dashed', 'line-dash-pattern': [14, 6] }),
    line('dotted', { 'line-style': 'dashed', 'line-dash-pattern': [2, 5], 'line-cap': 'round' }),
  ] as StylesheetJson
}
