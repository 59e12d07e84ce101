/** How the picture of a circle is drawn, in the colours of the day. */
import type { StylesheetJson } from 'cytoscape'

/**
 * The picture's style. The canvas cannot read CSS variables, so the tokens'
 * present values are handed over; call again when theme or text size change.
 */
export function circleStyle(): StylesheetJson {
  const root = getComputedStyle(document.documentElement)
  const token = (name: string) => root.getPropertyValue(`--${name}`).trim()
  const scale = Number(token('scale')) || 1
  const px = (size: number) => size * scale
  const line = (classes: string, style: Record<string, unknown>) => ({ selector: `edge.${classes}`, style })
  return [
    {
      selector: 'node',
      style: {
        label: 'data(label)',
        shape: 'round-rectangle',
        width: 'label',
        height: px(20),
        padding: `${px(8)}px`,
        'text-valign': 'center',
        'text-halign': 'center',
        'font-family': token('font-sans'),
        'font-size': px(14),
        color: token('ink'),
        'background-color': token('ground'),
        'border-width': 1,
        'border-color': token('line-2'),
        'overlay-opacity': 0,
      },
    },
    { selector: 'node.unit', style: { shape: 'rectangle', 'background-color': token('sunk'), 'border-style': 'double', 'border-width': 3 } },
    { selector: 'node.far', style: { 'font-size': px(13), color: token('ink-2') } },
    { selector: 'node.centre', style: { 'font-size': px(17), 'font-weight': 'bold', 'background-color': token('pine-soft'), 'border-color': token('pine'), 'border-width': 2 } },
    { selector: 'node.chosen', style: { 'border-color': token('pine'), 'border-width': 3 } },
    {
      selector: 'edge',
      style: {
        label: 'data(label)',
        width: 2,
        'curve-style': 'bezier',
        'font-family': token('font-sans'),
        'font-size': px(12),
        color: token('ink-2'),
        'text-background-color': token('sheet'),
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'overlay-opacity': 0,
      },
    },
    line('life', { 'line-color': token('amber') }),
    line('social', { 'line-color': token('pine') }),
    line('solid', { 'line-style': 'solid' }),
    line('long', { 'line-style': 'dashed', 'line-dash-pattern': [14, 6] }),
    line('dotted', { 'line-style': 'dashed', 'line-dash-pattern': [2, 5], 'line-cap': 'round' }),
  ] as StylesheetJson
}
